package definition

import (
	"slices"
	"time"

	"eks-scaling-automation/integration/simulation/asl/expression"
)

// State is a state of any type; fields that its type lacks are zero.
type State struct {
	Name, Kind string
	Next       string // empty if the run ends; for a Choice its Default

	Parameters     expression.Expression // nil is none
	ResultSelector expression.Expression // nil is none
	Result         []expression.Step     // the ResultPath; without any, the result replaces the input
	Discards       bool                  // the ResultPath is null: the output is the input
	Output         *expression.Path      // nil is everything
	Retry          []retrier
	catch          []Catcher

	Resource         string                // of a Task
	Timeout          time.Duration         // of a Task; 0 is none
	Seconds          expression.Expression // of a Wait
	Choices          []choice
	ErrorIs, CauseIs expression.Expression // of a Fail; nil is none
	Each             *iterations
}

// iterations defines a Map's iterations.
type iterations struct {
	Items       *expression.Path // nil is the whole input
	Selector    expression.Expression
	Concurrency expression.Expression
	States      *States
	Run         *MapRun // of a distributed Map; nil is an inline one
}

func (f fields) state(name string, names map[string]string) *State {
	s := &State{Name: name, Kind: f.required("Type")}
	f.text("Comment")
	switch s.Kind {
	case "Task":
		f.task(s)
	case "Pass":
		f.pass(s)
	case "Wait":
		f.wait(s)
	case "Choice":
		f.choice(s)
	case "Map":
		f.mapState(s, names)
	case "Succeed":
	case "Fail":
		s.ErrorIs, s.CauseIs = f.textOrPath("Error"), f.textOrPath("Cause")
	default:
		f.add(f.at("Type"), "%q is not implemented here", s.Kind)
		return s
	}
	f.done()
	return s
}

// follow reads Next and End.
func (f fields) follow(s *State) {
	f.oneOf("Next", "End")
	s.Next = f.text("Next")
	if ends := f.truth("End"); f.has("End") && !ends {
		f.add(f.at("End"), "must be true")
	}
}

// result reads the ResultPath of a state.
func (f fields) result(s *State) {
	if v, ok := f.get("ResultPath"); ok && v == nil {
		s.Discards = true
		return
	}
	s.Result = f.resultPath()
}

// resultPath reads a ResultPath that is not null.
func (f fields) resultPath() []expression.Step {
	p := f.path("ResultPath", expression.Place{})
	if p == nil {
		return nil
	}
	if slices.ContainsFunc(p.Steps, func(s expression.Step) bool { return s.Field == "" }) {
		f.add(f.at("ResultPath"), "an index is not implemented here")
	}
	return p.Steps
}

func (f fields) outputPath() *expression.Path { return f.path("OutputPath", expression.Place{}) }

func (f fields) task(s *State) {
	f.follow(s)
	s.Output = f.outputPath()
	s.Parameters = f.template("Parameters", expression.Place{Context: true})
	s.ResultSelector = f.template("ResultSelector", expression.Place{Context: true})
	f.result(s)
	s.Timeout = time.Duration(f.whole("TimeoutSeconds", 0, 1, 99999999)) * time.Second
	s.Resource = f.required("Resource")
	f.service(s.Resource)
	f.retriers(s)
	f.catchers(s)
}

// services holds the known service integrations with their parameters; true means required.
var services = map[string]map[string]bool{
	"arn:aws:states:::lambda:invoke": {"FunctionName": true, "Payload": false, "Qualifier": false},
	"arn:aws:states:::sns:publish":   {"TopicArn": true, "Message": true, "Subject": false},
}

// service checks that the service is known and gets the parameters it needs.
func (f fields) service(resource string) {
	known, ok := services[resource]
	if !ok {
		f.add(f.at("Resource"), "%q is not implemented here", resource)
		return
	}
	values, _ := f.values["Parameters"].(expression.Object)
	parameters := f.fieldsOf(f.at("Parameters"), values)
	for name, required := range known {
		_, constant := parameters.get(name)
		_, computed := parameters.get(name + ".$")
		if required && !constant && !computed {
			f.add(parameters.at(name), "is missing")
		}
	}
	parameters.done()
}

func (f fields) pass(s *State) {
	f.follow(s)
	s.Output = f.outputPath()
	f.result(s)
	s.Parameters = f.template("Parameters", expression.Place{Context: true})
}

func (f fields) wait(s *State) {
	f.follow(s)
	f.oneOf("Seconds", "SecondsPath")
	if f.has("Seconds") {
		s.Seconds = expression.Literal{Constant: expression.Number(f.whole("Seconds", 0, 0, 99999999))}
	}
	if p := f.path("SecondsPath", expression.Place{Context: true}); p != nil {
		s.Seconds = *p
	}
}

func (f fields) choice(s *State) {
	s.Next = f.text("Default")
	if !f.has("Choices") {
		f.add(f.at("Choices"), "is missing")
	}
	for i, v := range f.list("Choices") {
		rule := f.fieldsOf(within(f.place, "Choices["+string(expression.Number(i))+"]"), v)
		s.Choices = append(s.Choices, choice{rule.condition(), rule.required("Next")})
		rule.done()
	}
}

// textOrPath reads a string field or, if its name ends in Path, a path or a function.
func (f fields) textOrPath(key string) expression.Expression {
	text, computed := f.text(key), f.text(key+"Path")
	switch {
	case text != "" && computed != "":
		f.add(f.place, "has both %s and %sPath", key, key)
	case text != "":
		f.constant(f.at(key), text)
		return expression.Literal{Constant: text}
	case computed != "":
		e, err := expression.Place{Context: true}.ParseExpression(computed)
		if err != nil {
			f.add(f.at(key+"Path"), "%v", err)
		}
		return e
	}
	return nil
}
