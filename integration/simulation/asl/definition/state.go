package definition

import (
	"slices"
	"time"

	"eks-scaling-automation/integration/simulation/asl/expression"
)

// State is one of any type; what a type does not have is zero.
type State struct {
	Name, Kind string
	Next       string // empty where the run ends; of a Choice its Default

	Input          DataPath
	Parameters     expression.Expression // nil is none
	ResultSelector expression.Expression // nil is none
	Result         ResultPath
	Output         DataPath
	Retry          []retrier
	catch          []Catcher

	Resource         string                // of a Task
	Timeout          time.Duration         // of a Task; 0 is none
	Constant         *expression.Literal   // the Result of a Pass; nil is none
	Seconds          expression.Expression // of a Wait
	Choices          []choice
	ErrorIs, CauseIs expression.Expression // of a Fail; nil is none
	Each             *iterations
}

// iterations is what a Map does with its items.
type iterations struct {
	Items       *expression.Path // nil is the whole input
	Selector    expression.Expression
	Concurrency expression.Expression
	States      *States
}

// DataPath is an InputPath or an OutputPath.
type DataPath struct {
	path *expression.Path // nil is everything
	none bool             // it is null: an empty object
}

// Of is the part of a value that the path selects.
func (d DataPath) Of(v any) (any, *expression.Failure) {
	switch {
	case d.none:
		return expression.Object{}, nil
	case d.path == nil:
		return v, nil
	}
	return d.path.Value(expression.Scope{Input: v})
}

// ResultPath says what becomes of a result.
type ResultPath struct {
	steps   []expression.Step // none: the result replaces the input
	discard bool              // it is null: the input stays
}

// Put puts a result where the path leads in the input.
func (r ResultPath) Put(input, result any) (any, *expression.Failure) {
	if r.discard {
		return input, nil
	}
	v, ok := expression.Set(input, r.steps, result)
	if !ok {
		return nil, &expression.Failure{Name: expression.ErrResultPath, Cause: expression.ErrResultPath}
	}
	return v, nil
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
		f.dataPaths(s)
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

func (f fields) dataPaths(s *State) {
	s.Input, s.Output = f.dataPath("InputPath"), f.dataPath("OutputPath")
}

func (f fields) dataPath(key string) DataPath {
	if v, ok := f.values[key]; ok && v == nil {
		f.get(key)
		return DataPath{none: true}
	}
	return DataPath{path: f.path(key, expression.Place{})}
}

func (f fields) resultPath() ResultPath {
	const key = "ResultPath"
	if v, ok := f.values[key]; ok && v == nil {
		f.get(key)
		return ResultPath{discard: true}
	}
	p := f.path(key, expression.Place{})
	if p == nil {
		return ResultPath{}
	}
	if slices.ContainsFunc(p.Steps, func(s expression.Step) bool { return s.Kind != expression.StepField }) {
		f.add(f.at(key), "an index is not implemented here")
	}
	return ResultPath{steps: p.Steps}
}

func (f fields) task(s *State) {
	f.follow(s)
	f.dataPaths(s)
	s.Parameters = f.template("Parameters", expression.Place{Many: true, Context: true})
	s.ResultSelector = f.template("ResultSelector", expression.Place{Many: true, Context: true})
	s.Result = f.resultPath()
	s.Timeout = time.Duration(f.whole("TimeoutSeconds", 0, 1, 99999999)) * time.Second
	s.Resource = f.required("Resource")
	f.service(s.Resource)
	f.retriers(s)
	f.catchers(s)
}

// services are the service integrations, with the parameters that are known; true is required.
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
	f.dataPaths(s)
	s.Result = f.resultPath()
	s.Parameters = f.template("Parameters", expression.Place{Many: true, Context: true})
	v, ok := f.get("Result")
	if !ok {
		return
	}
	if s.Parameters != nil {
		f.add(f.place, "Result beside Parameters is not implemented here")
	}
	f.constantValue(f.at("Result"), v)
	s.Constant = &expression.Literal{Constant: v}
}

// constantValue refuses fields that look as if they were computed.
func (c *complaints) constantValue(where string, v any) {
	e := c.templateOf(where, v, expression.Place{})
	if t, ok := e.(expression.Template); ok && t.Computes() {
		c.add(where, "has a field that ends in .$, which means nothing here")
	}
}

func (f fields) wait(s *State) {
	f.follow(s)
	f.dataPaths(s)
	f.oneOf("Seconds", "SecondsPath")
	if f.has("Seconds") {
		s.Seconds = expression.Literal{Constant: expression.Number(f.whole("Seconds", 0, 0, 99999999))}
	}
	if p := f.path("SecondsPath", expression.Place{Context: true}); p != nil {
		s.Seconds = *p
	}
}

func (f fields) choice(s *State) {
	f.dataPaths(s)
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

// textOrPath reads a field that has a text, or with Path behind its name a path or a function.
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
