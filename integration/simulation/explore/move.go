package explore

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/shared/claim"
)

// move is one possible next step from a state.
type move struct {
	to *State
	// broken is the rule that the move itself breaks; nil if none.
	broken *Broken
	// tell describes the move.
	tell func() string
}

// moves returns all moves from a state, in a fixed order.
func (x *exploration) moves(s *State) []move {
	var all []move
	if s.ended() && len(x.running(s.world)) == 0 {
		return nil
	}
	all = x.runMoves(s)
	all = append(all, x.endMoves(s)...)
	stuck := len(all) == 0
	all = append(all, x.editMoves(s)...)
	for number := range s.runs {
		all = append(all, x.deathMoves(s, number)...)
	}
	if stuck {
		return append(all, x.pass(s, claim.Lifetime+time.Second))
	}
	if s.passes < x.scenario.Passes {
		for _, span := range x.scenario.Spans {
			pass := x.pass(s, span)
			pass.to.passes++
			all = append(all, pass)
		}
	}
	return all
}

// runMoves returns the moves of all runs, within the limit on switches.
func (x *exploration) runMoves(s *State) []move {
	each := make([][]move, len(s.runs))
	for number := range s.runs {
		for index := range s.runs[number].threads() {
			each[number] = append(each[number], x.workMoves(s, number, index)...)
		}
	}
	if x.scenario.Switches == 0 {
		return slices.Concat(each...)
	}
	var all []move
	for number, moves := range each {
		switches := s.switches
		if number != s.last && len(each[s.last]) > 0 {
			switches++
		}
		if switches > x.scenario.Switches {
			continue
		}
		for _, m := range moves {
			m.to.switches, m.to.last = switches, number
			all = append(all, m)
		}
	}
	return all
}

// workMoves returns a thread's next call, or the end of its wait.
func (x *exploration) workMoves(s *State, number, index int) []move {
	t := *s.runs[number].threads()[index]
	switch {
	case t.waiting():
		if x.seen(s.world, number, t.state == stateWaitDecide, t.payload) == t.seen {
			return nil
		}
		to := s.clone()
		own := to.runs[number].threads()[index]
		x.enter(to, number, own, after[t.state], t.payload)
		x.settle(to, number)
		return []move{{to: to, tell: func() string { return x.name(number) + ": the wait before " + after[t.state] + " is over" }}}
	case t.at != nil && !t.over:
		return []move{x.callMove(s, number, index)}
	}
	return nil
}

// callMove lets an invocation make its next call.
func (x *exploration) callMove(s *State, number, index int) move {
	p := s.runs[number].threads()[index].at
	to := s.clone()
	w, a := x.perform(s.world, p.call)
	to.world = w
	own := to.runs[number].threads()[index]
	own.at = x.advance(p, a)
	x.settle(to, number)
	ghost := ""
	if s.runs[number].isGhost(index) {
		ghost = " (repeated meanwhile)"
	}
	return move{to: to, broken: x.checkCall(s.world, w, number, p, a), tell: func() string {
		return fmt.Sprintf("%s: %s%s %s", x.name(number), p.of.function, ghost, x.inWords(p.of.unit, p.call, a))
	}}
}

// editMoves returns the next edit of the configuration.
func (x *exploration) editMoves(s *State) []move {
	if int(s.world.config) == len(x.configs)-1 {
		return nil
	}
	to := s.clone()
	to.world.config++
	return []move{{to: to, tell: func() string { return fmt.Sprint("people edit the configuration: version ", to.world.config) }}}
}

// endMoves returns the possible ends of updates.
func (x *exploration) endMoves(s *State) []move {
	var all []move
	for _, ref := range x.running(s.world) {
		for number, end := range x.ends {
			to := s.clone()
			to.world.eks = x.endOf(s.world, ref, number)
			all = append(all, move{to: to, tell: func() string {
				return fmt.Sprintf("EKS: the update of %s ends %s: %s", ref.Nodegroup, end.Name, x.sizes(to.world))
			}})
		}
	}
	return all
}

// ended identifies the end of an update.
type ended struct {
	eks    int32
	ref    eksmodel.Ref
	number int
}

func (x *exploration) endOf(w world, ref eksmodel.Ref, number int) int32 {
	key := ended{w.eks, ref, number}
	id, known := x.afterEnd[key]
	if !known {
		m := x.models.all[w.eks].Clone()
		m.End(ref, x.ends[number].How)
		id = x.addModel(m, w.clock)
		x.afterEnd[key] = id
	}
	return id
}

// deathMoves returns invocations that die or are repeated while they run, and the stop of a run.
func (x *exploration) deathMoves(s *State, number int) []move {
	var all []move
	r := &s.runs[number]
	for index, t := range r.threads() {
		if t.at == nil || t.over || r.isGhost(index) {
			continue
		}
		// Dying after a read is the same as dying before it. An invocation may be repeated at any point.
		if t.at.wrote && s.deaths < x.scenario.Deaths {
			all = append(all, x.repeat(s, number, index, false))
		}
		if len(t.at.answers) == 0 && s.ghosts < x.scenario.Ghosts {
			all = append(all, x.repeat(s, number, index, true))
		}
	}
	return append(all, x.stopMoves(s, number)...)
}

// stopMoves returns the move that stops a run forever.
func (x *exploration) stopMoves(s *State, number int) []move {
	r := &s.runs[number]
	if s.stops == x.scenario.Stops || r.stopped || r.main.over {
		return nil
	}
	to := s.clone()
	to.stops++
	to.runs[number] = progress{stopped: true, main: thread{state: r.main.state}}
	return []move{{to: to, tell: func() string { return x.name(number) + ": the run stops for ever" }}}
}

// repeat restarts a thread's step. The earlier invocation ends, or keeps running as a ghost.
func (x *exploration) repeat(s *State, number, index int, lives bool) move {
	to := s.clone()
	r := &to.runs[number]
	own := r.threads()[index]
	before := *own
	what := "dies"
	if lives {
		to.ghosts++
		r.ghosts = append(r.ghosts, before)
		own = r.threads()[index]
		what = "is repeated while it runs"
	} else {
		to.deaths++
	}
	x.start(to, number, own)
	x.settle(to, number)
	return move{to: to, tell: func() string { return x.name(number) + ": the invocation of " + before.state + " " + what }}
}

// pass lets time pass. Every active invocation ends without an answer, and is repeated.
func (x *exploration) pass(s *State, span time.Duration) move {
	to := s.clone()
	to.world = x.at(s.world, s.world.clock+int32(span/time.Second))
	for number := range to.runs {
		r := &to.runs[number]
		r.ghosts = nil
		for _, t := range r.threads() {
			if t.at != nil && !t.over {
				x.start(to, number, t)
			}
		}
		if !r.stopped {
			x.settle(to, number)
		}
	}
	return move{to: to, tell: func() string { return fmt.Sprint("time passes: ", span) }}
}

// sizes describes all node groups.
func (x *exploration) sizes(w world) string {
	var all []string
	for _, g := range x.scenario.Nodegroups {
		all = append(all, fmt.Sprintf("%s has %d nodes", g.Nodegroup, x.models.all[w.eks].Nodes(g.Ref)))
	}
	return strings.Join(all, ", ")
}

// name returns the run's name.
func (x *exploration) name(number int) string {
	return x.cast[number].Execution.Name
}
