package main

import (
	"maps"
	"slices"
)

// gate lets one goroutine at a time take its next step, so that a test can choose their order.
type gate struct {
	arrivals chan arrival
	held     map[string]chan struct{} // the waiting goroutines, with the channel that releases each
	failed   []error
	over     chan struct{}
}

// arrival is a goroutine that waits for permission, or has ended.
type arrival struct {
	name  string
	leave chan struct{} // nil: it has ended
	err   error
}

func newGate(t tb) *gate {
	g := &gate{arrivals: make(chan arrival), held: map[string]chan struct{}{}, over: make(chan struct{})}
	t.Cleanup(func() { close(g.over) }) // releases waiting goroutines after a failure
	return g
}

// start begins some work, up to its first step.
func (g *gate) start(name string, work func() error) {
	go func() { g.arrive(arrival{name: name, err: work()}) }()
	g.settle()
}

// pass is called before each step.
func (g *gate) pass(name string) {
	leave := make(chan struct{})
	g.arrive(arrival{name: name, leave: leave})
	select {
	case <-leave:
	case <-g.over:
	}
}

func (g *gate) arrive(a arrival) {
	select {
	case g.arrivals <- a:
	case <-g.over:
	}
}

// settle waits until the running goroutine is at its next step, or has ended.
func (g *gate) settle() {
	switch a := <-g.arrivals; {
	case a.leave != nil:
		g.held[a.name] = a.leave
	case a.err != nil:
		g.failed = append(g.failed, a.err)
	}
}

// waiting returns the goroutines that have not ended.
func (g *gate) waiting() []string {
	return slices.Sorted(maps.Keys(g.held))
}

// proceed lets one goroutine take its step.
func (g *gate) proceed(name string) {
	close(g.held[name])
	delete(g.held, name)
	g.settle()
}
