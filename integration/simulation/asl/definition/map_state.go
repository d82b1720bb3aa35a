package definition

import (
	"regexp"

	"eks-scaling-automation/integration/simulation/asl/expression"
)

// MapRun holds the settings of a distributed Map, which runs an execution for each item.
type MapRun struct {
	// Label is between the machine and the name in the executions' ARNs.
	Label string
	// Tolerated is the percentage of executions that may fail.
	Tolerated float64
}

// AWS's limits on concurrent iterations of a Map, and on concurrent executions of a distributed Map.
const (
	maxIterations = 40
	maxExecutions = 10_000
)

// MaxAtOnce returns AWS's limit on concurrent items.
func (i *iterations) MaxAtOnce() int64 {
	if i.Run != nil {
		return maxExecutions
	}
	return maxIterations
}

func (f fields) mapState(s *State, names map[string]string) {
	f.follow(s)
	s.Output = f.outputPath()
	s.Each = &iterations{
		Items:    f.path("ItemsPath", expression.Place{}),
		Selector: f.template("ItemSelector", expression.Place{Context: true, Item: true}),
		States:   &States{},
	}
	s.Each.Concurrency = f.concurrency()
	f.result(s)
	f.retriers(s)
	f.catchers(s)
	v, ok := f.get("ItemProcessor")
	if !ok {
		f.add(f.at("ItemProcessor"), "is missing")
		return
	}
	inner := f.fieldsOf(f.at("ItemProcessor"), v)
	inner.text("Comment")
	distributed := inner.distributed()
	s.Each.States = inner.machine(names)
	inner.done()
	if distributed {
		s.Each.Run = f.mapRun()
	}
	for _, one := range s.Each.States.ByName {
		if one.Each != nil && one.Each.Run != nil {
			f.add(inner.at("States."+one.Name), "a distributed Map inside a Map is not implemented here")
		}
	}
}

func (f fields) concurrency() expression.Expression {
	if f.has("MaxConcurrency") && f.has("MaxConcurrencyPath") {
		f.add(f.place, "has both MaxConcurrency and MaxConcurrencyPath")
	}
	if p := f.path("MaxConcurrencyPath", expression.Place{Context: true}); p != nil {
		return *p
	}
	return expression.Literal{Constant: expression.Number(f.whole("MaxConcurrency", 0, 0, 1<<31-1))}
}

// distributed reads the ProcessorConfig.
func (f fields) distributed() bool {
	v, ok := f.get("ProcessorConfig")
	if !ok {
		return false
	}
	config := f.fieldsOf(f.at("ProcessorConfig"), v)
	defer config.done()
	switch mode := config.text("Mode"); mode {
	case "", "INLINE":
		return false
	case "DISTRIBUTED":
	default:
		f.add(config.at("Mode"), "%s is not implemented here", mode)
		return false
	}
	if kind := config.required("ExecutionType"); kind != "" && kind != "STANDARD" {
		f.add(config.at("ExecutionType"), "%s is not implemented here", kind)
	}
	return true
}

var label = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)

// mapRun reads the settings of distributed Maps.
func (f fields) mapRun() *MapRun {
	run := &MapRun{Label: f.required("Label"), Tolerated: f.number("ToleratedFailurePercentage", 0, 0)}
	if run.Label != "" && !label.MatchString(run.Label) {
		f.add(f.at("Label"), "must have up to 40 letters, digits, - and _")
	}
	if run.Tolerated > 100 {
		f.add(f.at("ToleratedFailurePercentage"), "must be at most 100")
	}
	if f.has("Retry") {
		f.add(f.at("Retry"), "of a distributed Map is not implemented here")
	}
	return run
}
