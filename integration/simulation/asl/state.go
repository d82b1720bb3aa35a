package asl

import (
	"slices"
	"time"
)

// state is one of any type; what a type does not have is zero.
type state struct {
	name, kind string
	next       string // empty where the run ends; of a Choice its Default

	input          dataPath
	parameters     expression // nil is none
	resultSelector expression // nil is none
	result         resultPath
	output         dataPath
	retry          []retrier
	catch          []catcher

	resource         string        // of a Task
	timeout          time.Duration // of a Task; 0 is none
	constant         *literal      // the Result of a Pass; nil is none
	seconds          expression    // of a Wait
	choices          []choice
	errorIs, causeIs expression // of a Fail; nil is none
	each             *iterations
}

// iterations is what a Map does with its items.
type iterations struct {
	items       *path // nil is the whole input
	selector    expression
	concurrency expression
	states      *states
}

// dataPath is an InputPath or an OutputPath.
type dataPath struct {
	path *path // nil is everything
	none bool  // it is null: an empty object
}

func (d dataPath) of(v any) (any, *failure) {
	switch {
	case d.none:
		return object{}, nil
	case d.path == nil:
		return v, nil
	}
	return d.path.value(scope{input: v})
}

// resultPath says what becomes of a result.
type resultPath struct {
	steps   []step // none: the result replaces the input
	discard bool   // it is null: the input stays
}

func (r resultPath) put(input, result any) (any, *failure) {
	if r.discard {
		return input, nil
	}
	v, ok := set(input, r.steps, result)
	if !ok {
		return nil, &failure{errResultPath, errResultPath}
	}
	return v, nil
}

func (f fields) state(name string, names map[string]string) *state {
	s := &state{name: name, kind: f.required("Type")}
	f.text("Comment")
	switch s.kind {
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
		s.errorIs, s.causeIs = f.textOrPath("Error"), f.textOrPath("Cause")
	default:
		f.add(f.at("Type"), "%q is not implemented here", s.kind)
		return s
	}
	f.done()
	return s
}

// follow reads Next and End.
func (f fields) follow(s *state) {
	f.oneOf("Next", "End")
	s.next = f.text("Next")
	if ends := f.truth("End"); f.has("End") && !ends {
		f.add(f.at("End"), "must be true")
	}
}

func (f fields) dataPaths(s *state) {
	s.input, s.output = f.dataPath("InputPath"), f.dataPath("OutputPath")
}

func (f fields) dataPath(key string) dataPath {
	if v, ok := f.values[key]; ok && v == nil {
		f.get(key)
		return dataPath{none: true}
	}
	return dataPath{path: f.path(key, place{})}
}

func (f fields) resultPath() resultPath {
	const key = "ResultPath"
	if v, ok := f.values[key]; ok && v == nil {
		f.get(key)
		return resultPath{discard: true}
	}
	p := f.path(key, place{})
	if p == nil {
		return resultPath{}
	}
	if slices.ContainsFunc(p.steps, func(s step) bool { return s.kind != stepField }) {
		f.add(f.at(key), "an index is not implemented here")
	}
	return resultPath{steps: p.steps}
}

func (f fields) task(s *state) {
	f.follow(s)
	f.dataPaths(s)
	s.parameters = f.template("Parameters", place{many: true, context: true})
	s.resultSelector = f.template("ResultSelector", place{many: true, context: true})
	s.result = f.resultPath()
	s.timeout = time.Duration(f.whole("TimeoutSeconds", 0, 1, 99999999)) * time.Second
	s.resource = f.required("Resource")
	f.service(s.resource)
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
	values, _ := f.values["Parameters"].(object)
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

func (f fields) pass(s *state) {
	f.follow(s)
	f.dataPaths(s)
	s.result = f.resultPath()
	s.parameters = f.template("Parameters", place{many: true, context: true})
	v, ok := f.get("Result")
	if !ok {
		return
	}
	if s.parameters != nil {
		f.add(f.place, "Result beside Parameters is not implemented here")
	}
	f.constantValue(f.at("Result"), v)
	s.constant = &literal{v}
}

// constantValue refuses fields that look as if they were computed.
func (c *complaints) constantValue(where string, v any) {
	e := c.templateOf(where, v, place{})
	if t, ok := e.(template); ok && t.computes() {
		c.add(where, "has a field that ends in .$, which means nothing here")
	}
}

// computes says whether anything in the template is not constant.
func (t template) computes() bool {
	return slices.ContainsFunc(t.all(), func(e expression) bool {
		switch e := e.(type) {
		case literal:
			return false
		case template:
			return e.computes()
		}
		return true
	})
}

func (t template) all() []expression {
	all := slices.Clone(t.items)
	for _, name := range t.names {
		all = append(all, t.fields[name])
	}
	return all
}

func (f fields) wait(s *state) {
	f.follow(s)
	f.dataPaths(s)
	f.oneOf("Seconds", "SecondsPath")
	if f.has("Seconds") {
		s.seconds = literal{number(f.whole("Seconds", 0, 0, 99999999))}
	}
	if p := f.path("SecondsPath", place{context: true}); p != nil {
		s.seconds = *p
	}
}

func (f fields) choice(s *state) {
	f.dataPaths(s)
	s.next = f.text("Default")
	if !f.has("Choices") {
		f.add(f.at("Choices"), "is missing")
	}
	for i, v := range f.list("Choices") {
		rule := f.fieldsOf(within(f.place, "Choices["+string(number(i))+"]"), v)
		s.choices = append(s.choices, choice{rule.condition(), rule.required("Next")})
		rule.done()
	}
}

// textOrPath reads a field that has a text, or with Path behind its name a path or a function.
func (f fields) textOrPath(key string) expression {
	text, computed := f.text(key), f.text(key+"Path")
	switch {
	case text != "" && computed != "":
		f.add(f.place, "has both %s and %sPath", key, key)
	case text != "":
		f.constant(f.at(key), text)
		return literal{text}
	case computed != "":
		e, err := place{context: true}.parseExpression(computed)
		if err != nil {
			f.add(f.at(key+"Path"), "%v", err)
		}
		return e
	}
	return nil
}
