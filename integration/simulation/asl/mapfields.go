package asl

// mostAtOnce is how many iterations of a Map AWS runs at a time at most.
const mostAtOnce = 40

func (f fields) mapState(s *state, names map[string]string) {
	f.follow(s)
	f.dataPaths(s)
	s.each = &iterations{
		items:    f.path("ItemsPath", place{}),
		selector: f.template("ItemSelector", place{many: true, context: true, item: true}),
		states:   &states{},
	}
	s.each.concurrency = f.concurrency()
	s.resultSelector = f.template("ResultSelector", place{many: true, context: true})
	s.result = f.resultPath()
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
	s.each.states = inner.machine(names)
	inner.done()
}

func (f fields) concurrency() expression {
	if f.has("MaxConcurrency") && f.has("MaxConcurrencyPath") {
		f.add(f.place, "has both MaxConcurrency and MaxConcurrencyPath")
	}
	if p := f.path("MaxConcurrencyPath", place{context: true}); p != nil {
		return *p
	}
	return literal{number(f.whole("MaxConcurrency", 0, 0, 1<<31-1))}
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
