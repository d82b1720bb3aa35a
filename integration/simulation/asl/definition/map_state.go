package definition

import (
	"eks-scaling-automation/integration/simulation/asl/expression"
)

// MostAtOnce is how many iterations of a Map AWS runs at a time at most.
const MostAtOnce = 40

func (f fields) mapState(s *State, names map[string]string) {
	f.follow(s)
	s.Output = f.outputPath()
	s.Each = &iterations{
		Items:    f.path("ItemsPath", expression.Place{}),
		Selector: f.template("ItemSelector", expression.Place{Context: true, Item: true}),
		States:   &States{},
	}
	s.Each.Concurrency = f.concurrency()
	s.Result = f.resultPath()
	f.retriers(s)
	f.catchers(s)
	v, ok := f.get("ItemProcessor")
	if !ok {
		f.add(f.at("ItemProcessor"), "is missing")
		return
	}
	inner := f.fieldsOf(f.at("ItemProcessor"), v)
	inner.text("Comment")
	inner.mode()
	s.Each.States = inner.machine(names)
	inner.done()
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

// mode reads the ProcessorConfig.
func (f fields) mode() {
	v, ok := f.get("ProcessorConfig")
	if !ok {
		return
	}
	config := f.fieldsOf(f.at("ProcessorConfig"), v)
	if mode := config.text("Mode"); mode != "" && mode != "INLINE" {
		f.add(config.at("Mode"), "%s is not implemented here", mode)
	}
	config.done()
}
