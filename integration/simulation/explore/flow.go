package explore

import (
	"encoding/json"
	"fmt"
	"slices"

	"eks-scaling-automation/shared/run"
)

// The states of a unit in the definition. A test compares this flow with the definition.
const (
	stateDecide     = "Decide"
	stateWaitDecide = "WaitBeforeDecide"
	stateWave       = "ScaleWave"
	stateEnd        = "AuditUnit" // it only records its input, so the exploration ends here

	stateScale     = "Scale"
	stateWaitScale = "WaitBeforeScale"
	stateWaitCheck = "WaitBeforeCheck"
	stateLook      = "WaitForNodegroupActive"
	stateAudit     = "Audit"
	stateNoRecord  = "AuditFailed"
	stateIdle      = "" // a change that has not begun
)

// after maps each Wait to the state that follows.
var after = map[string]string{stateWaitDecide: stateDecide, stateWaitScale: stateScale, stateWaitCheck: stateLook}

// maxRetries is how often the definition retries a step.
const maxRetries = 10

// thread is one concurrent part of a run: the unit, or one change of a wave.
type thread struct {
	state string
	// at is the position of a Task's invocation; nil in other states.
	at *position
	// payload is the input of the state, and its output at the end.
	payload int32
	// seen is what a step reads, as it was when the step began. A Wait keeps the previous step's.
	seen    int32
	retries int
	over    bool
}

// progress is the state of one run.
type progress struct {
	main    thread
	changes []thread // the changes of the wave
	// ghosts are invocations that were repeated but still run. Nothing waits for their results.
	ghosts   []thread
	requests int // invocations of scale so far
	stopped  bool
}

func (r progress) clone() progress {
	r.changes, r.ghosts = slices.Clone(r.changes), slices.Clone(r.ghosts)
	return r
}

// outcome returns how a unit's part of a run ended; empty before its end.
func (x *exploration) outcome(r progress) run.Outcome {
	if !r.main.over {
		return ""
	}
	var task run.UnitTask
	decode(x.texts.all[r.main.payload], &task)
	if task.Error != nil {
		return run.Failed
	}
	return task.Outcome
}

// enter moves a thread to a state, with that state's input.
func (x *exploration) enter(s *State, number int, t *thread, state string, payload int32) {
	r := &s.runs[number]
	*t = thread{state: state, payload: payload, seen: t.seen}
	x.note(s, happened{run: number, state: state})
	switch state {
	case stateDecide, stateScale, stateLook, stateAudit:
		x.start(s, number, t)
	case stateWave:
		x.wave(s, number, payload)
	case stateEnd:
		t.over, t.seen = true, 0
		r.changes = nil
	}
}

// start begins an invocation of a thread's Task.
func (x *exploration) start(s *State, number int, t *thread) {
	r := &s.runs[number]
	i := invocation{function: t.state, payload: t.payload, order: x.cast[number].Order(), unit: x.under[number], clock: s.world.clock}
	if t.state != stateAudit {
		t.seen = x.seen(s.world, number, t.state == stateDecide, t.payload)
	}
	switch t.state {
	case stateScale:
		r.requests++
		i.request = requestOf(number) + fmt.Sprint(r.requests)
	case stateAudit:
		i.payload = x.once("audit", []int32{t.payload}, func() int32 {
			return x.text(fmt.Appendf(nil, `{"change":%s}`, x.texts.all[t.payload]))
		})
	}
	t.at = x.begin(i)
}

// requestOf begins the names of a run's requests, with which the ids of its intents end.
func requestOf(number int) string { return fmt.Sprintf("request-%d-", number) }

// happened reports that a run entered a state, or that a step ended.
type happened struct {
	run   int
	state string
	ended *position
}

// note adds to a state's history, if that is kept.
func (x *exploration) note(s *State, h happened) {
	if x.history {
		s.history = append(slices.Clip(s.history), h)
	}
}

// wave prepares the changes of a wave.
func (x *exploration) wave(s *State, number int, payload int32) {
	changes, known := x.waves[payload]
	if !known {
		unit := fields(x.texts.all[payload])
		var wave struct{ Decisions []json.RawMessage }
		decode(unit["wave"], &wave)
		for _, decision := range wave.Decisions {
			change := map[string]json.RawMessage{"decision": decision}
			for _, name := range []string{"run", "unit", "round", "cluster", "at", "goodUntil", "wanted", "basis", "guards"} {
				change[name] = unit[name]
			}
			changes = append(changes, x.text(encode(change)))
		}
		x.waves[payload] = changes
	}
	s.runs[number].changes = make([]thread, len(changes))
	for i, change := range changes {
		s.runs[number].changes[i].payload = change
	}
}

// settle advances a run until each of its threads is at a call, waits or has ended.
func (x *exploration) settle(s *State, number int) {
	for moved := true; moved; {
		r := &s.runs[number]
		moved = x.settleMain(s, number)
		for i := range r.changes {
			moved = x.settleChange(s, number, &r.changes[i]) || moved
		}
		r.ghosts = slices.DeleteFunc(r.ghosts, func(t thread) bool { return t.at.ended() })
	}
}

func (x *exploration) settleMain(s *State, number int) (moved bool) {
	r := &s.runs[number]
	t := &r.main
	switch {
	case t.state == stateDecide && t.at.ended():
		x.afterDecide(s, number)
		return true
	case t.state == stateWave:
		return x.settleWave(s, number)
	}
	return false
}

func (x *exploration) afterDecide(s *State, number int) {
	t := &s.runs[number].main
	if x.retried(s, number, t) {
		return
	}
	if t.at.failure != nil {
		x.enter(s, number, t, stateEnd, x.with(t.payload, "error", t.at.failure))
		return
	}
	x.enter(s, number, t, t.at.next, t.at.result)
}

// settleWave begins changes as others end, and returns to decide with all results.
func (x *exploration) settleWave(s *State, number int) (moved bool) {
	r := &s.runs[number]
	most := x.concurrency(r.main.payload)
	busy, results := 0, []int32{}
	for _, t := range r.changes {
		if t.over {
			results = append(results, t.payload)
		} else if t.state != stateIdle {
			busy++
		}
	}
	for i := range r.changes {
		if t := &r.changes[i]; t.state == stateIdle && (most == 0 || busy < most) {
			x.enter(s, number, t, stateScale, t.payload)
			busy, moved = busy+1, true
		}
	}
	if len(results) < len(r.changes) {
		return moved
	}
	r.changes = nil
	unit := r.main.payload
	x.enter(s, number, &r.main, stateDecide, x.once("results", append(results, unit), func() int32 {
		all := make([]json.RawMessage, len(results))
		for i, result := range results {
			all[i] = x.texts.all[result]
		}
		wave := fields(fields(x.texts.all[unit])["wave"])
		wave["results"] = encode(all)
		return x.with(unit, "wave", wave)
	}))
	return true
}

// concurrency returns how many changes of a unit may run at once; 0 means no limit.
func (x *exploration) concurrency(payload int32) int {
	most, known := x.concurrent[payload]
	if !known {
		var task struct{ Cluster run.Cluster }
		decode(x.texts.all[payload], &task)
		most = task.Cluster.Concurrency
		x.concurrent[payload] = most
	}
	return most
}

func (x *exploration) settleChange(s *State, number int, t *thread) (moved bool) {
	if t.at == nil || !t.at.ended() {
		return false
	}
	if x.retried(s, number, t) {
		return true
	}
	failure, state := t.at.failure, t.state
	switch {
	case failure != nil && state == stateAudit:
		task := fields(x.texts.all[t.payload])
		var decision struct{ Nodegroup string }
		decode(task["decision"], &decision)
		result := map[string]any{"nodegroup": decision.Nodegroup, "outcome": run.Failed, "error": failure}
		*t = thread{state: stateNoRecord, payload: x.text(encode(result)), over: true}
	case failure != nil:
		x.enter(s, number, t, stateAudit, x.with(t.payload, "error", failure))
	case state == stateAudit:
		*t = thread{state: stateAudit, payload: t.at.result, over: true}
	default:
		x.enter(s, number, t, t.at.next, t.at.result)
	}
	return true
}

// nextState returns the state after a step with an output.
func nextState(function string, output json.RawMessage) string {
	var answer struct {
		Next     run.Next
		Progress struct{ Status run.Status }
	}
	if function == stateAudit {
		return ""
	}
	decode(output, &answer)
	switch {
	case function == stateDecide && answer.Next == run.NextScale:
		return stateWave
	case function == stateDecide && answer.Next == run.NextWait:
		return stateWaitDecide
	case function == stateDecide:
		return stateEnd
	case function == stateScale && answer.Progress.Status == run.Busy:
		return stateWaitScale
	case answer.Progress.Status == run.Pending:
		return stateWaitCheck
	}
	return stateAudit
}

// retried restarts a step that failed with a retried error.
func (x *exploration) retried(s *State, number int, t *thread) bool {
	x.note(s, happened{run: number, state: t.state, ended: t.at})
	again := []string{string(run.ThrottledError), string(run.TransientError)}
	if t.at.failure == nil || t.retries == maxRetries || !slices.Contains(again, t.at.failure.Error) {
		return false
	}
	t.retries++
	x.start(s, number, t)
	return true
}
