package change

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/writeplan"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

// StoppedError reports that a plan was written only in part, or not at all.
type StoppedError struct {
	plan     writeplan.Plan
	step     int  // the first step that is not written, or may not be
	unknown  bool // that step may be written: its call got no answer
	err      error
	inTheWay string // the item that somebody else has changed; empty if that is not the cause
	// now is the table after a conflict; nil if it could not be read.
	now *inventory.Snapshot
}

// Unwrap returns the cause.
func (e *StoppedError) Unwrap() error { return e.err }

// Error says what is written and what is not.
func (e *StoppedError) Error() string {
	steps := e.plan.Steps
	switch {
	case len(steps) == 1 && e.unknown:
		return fmt.Sprintf("%v; all of it was written, or nothing: look with eks-scaling config diff", e.err)
	case e.wroteNothing():
		return fmt.Sprintf("nothing was written: %v", e.err)
	}
	left, maybe := steps[e.step:], ""
	if e.unknown {
		left, maybe = steps[e.step+1:], "\nwritten or not: "+names(steps[e.step:e.step+1])
	}
	return fmt.Sprintf("wrote %d of %s: %v\nwritten: %s%s\nnot written: %s", clustersIn(steps[:e.step]), english.Count(clustersIn(steps), "cluster"), e.err,
		names(steps[:e.step]), maybe, names(left))
}

// wroteNothing reports whether this command has left the table as it was.
func (e *StoppedError) wroteNothing() bool {
	return e.step == 0 && !e.unknown
}

// written says of each change of the plan, in their order, whether it is written: yes, no or unknown.
func (e *StoppedError) written() []string {
	var all []string
	for i, step := range e.plan.Steps {
		word := "no"
		switch {
		case i < e.step:
			word = "yes"
		case i == e.step && e.unknown:
			word = "unknown"
		}
		for range step.Changes {
			all = append(all, word)
		}
	}
	return all
}

// writeDocument makes the plan of a document. If it stops, the error also reports whether scaling is paused, and what to do; for machines it
// has the report of what is written.
func (o Options) writeDocument(cmd *cobra.Command, env frame.Environment, s frame.Session, plan writeplan.Plan, wasPaused bool) (Report, error) {
	err := o.Write(cmd, env, s, plan)
	made := NewReport(s, plan.Changes()...)
	stopped, ok := errors.AsType[*StoppedError](err)
	if !ok {
		return made, err
	}
	made.Interrupted = true
	for i, word := range stopped.written() {
		made.Changes[i].Written = word
	}
	if len(plan.Steps) > 1 && !stopped.wroteNothing() {
		err = fmt.Errorf("%w\n%s", err, stopped.state(wasPaused))
	}
	if next := stopped.next(); next != "" && o.FromFile {
		err = fmt.Errorf("%w\n%s", err, next)
	}
	return made, frame.AnsweredError{Answer: made, Err: err}
}

// state says how complete the clusters are, and whether scaling is paused.
func (e *StoppedError) state(wasPaused bool) string {
	const partly = "clusters may be written without the calendars, the signals or the time zone that they use"
	last := len(e.plan.Steps) - 1
	switch {
	case !e.plan.Holds:
		return "each cluster is as before or as in the document; " + e.pausedNow(wasPaused)
	case e.inTheWay == settingsItem:
		return e.stateAfterHold(partly)
	case e.step == 0:
		return "no cluster is written; scaling may be paused until all of them are"
	case e.step == last && e.unknown:
		return "each cluster is as in the document; scaling may still be paused"
	case e.step == last:
		return "each cluster is as in the document; scaling is still paused"
	default:
		return "scaling is paused until the rest is written; until then " + partly
	}
}

// settingsItem names the settings as [inventory.DisplayKey] does.
const settingsItem = inventory.KindSettings + "/" + inventory.GlobalSettings

// stateAfterHold is state after somebody else has changed the settings that paused scaling.
func (e *StoppedError) stateAfterHold(partly string) string {
	switch {
	case e.now == nil:
		return "it is not known whether scaling is paused; " + partly
	case e.isPausedByPerson():
		return "scaling is paused; until the rest is written " + partly
	case e.now.Held() != nil:
		return "scaling is paused until another eks-scaling has written the rest"
	case e.isOvertaken():
		return "somebody else has written the rest; " + pausedOrNot(e.now.IsPaused())
	case e.step == len(e.plan.Steps)-1:
		return "each cluster is as in the document; " + pausedOrNot(e.now.IsPaused())
	case e.now.IsPaused():
		return "scaling is paused; do not resume it before the rest is written: " + partly
	default:
		return "scaling is NOT paused, and " + partly + "; pause it now with: eks-scaling pause --reason R"
	}
}

// isPausedByPerson reports that somebody has used "pause", which keeps the hold.
func (e *StoppedError) isPausedByPerson() bool {
	hold, own := e.now.Held(), holdOf(e.plan)
	return hold != nil && hold.Document == own.Document && own.Resumes && !hold.Resumes
}

// isOvertaken reports that somebody else has changed everything that this command has not written.
func (e *StoppedError) isOvertaken() bool {
	now := map[string]int{}
	for _, i := range e.now.Items() {
		now[inventory.ItemKey(i)] = i.Version
	}
	isLast := e.step == len(e.plan.Steps)-1
	return !isLast && !slices.ContainsFunc(writeplan.ChangesOf(e.plan.Steps[e.step:]), func(c inventory.Change) bool {
		return c.After.Kind != inventory.KindSettings && now[inventory.ItemKey(c.After)] == c.After.Version
	})
}

// pausedNow reports whether scaling is paused between two steps of a plan without a hold.
func (e *StoppedError) pausedNow(wasPaused bool) string {
	paused, ends := wasPaused, wasPaused
	for i, step := range e.plan.Steps {
		for _, c := range step.Changes {
			if c.After.Kind != inventory.KindSettings {
				continue
			}
			ends = c.After.PauseState() == inventory.Paused
			if i == e.step && e.unknown && ends != wasPaused {
				return "it is not known whether scaling is paused"
			}
			if i < e.step {
				paused = ends
			}
		}
	}
	if paused && !ends {
		return "scaling stays paused until the rest is written"
	}
	return pausedOrNot(paused)
}

func pausedOrNot(paused bool) string {
	if paused {
		return "scaling is paused"
	}
	return "scaling is not paused"
}

// next says what to do; empty if the cause says it.
func (e *StoppedError) next() string {
	switch {
	case e.inTheWay != "":
		return e.afterAnother()
	case len(e.plan.Steps) == 1 || e.wroteNothing():
		return ""
	case e.plan.Holds && holdOf(e.plan).Resumes:
		return "to write the rest and resume scaling, apply the same document again"
	default:
		return "to write the rest, apply the same document again"
	}
}

// afterAnother says what to do after somebody else has changed what was to be written.
func (e *StoppedError) afterAnother() string {
	switch onHold := e.inTheWay == settingsItem && e.plan.Holds && e.now != nil; {
	case onHold && e.isPausedByPerson():
		return "to write the rest, apply the same document again; scaling then stays paused, unless the document says paused: false"
	case onHold && (e.now.Held() != nil || e.isOvertaken()):
		return "wait for that to end, and then compare with: eks-scaling config diff FILE"
	}
	next := "do not apply the document as it is: put the change of " + e.inTheWay + " into it first (compare with: eks-scaling config diff FILE)"
	if e.now != nil && e.now.Held() != nil {
		next += ", and add --" + abandonHold + ", as it is another document then"
	}
	return next
}

// names lists the items of some steps.
func names(steps []writeplan.Step) string {
	var all []string
	for _, c := range writeplan.ChangesOf(steps) {
		all = append(all, inventory.DisplayKey(c.After))
	}
	return english.OrNone(all)
}

// clustersIn counts the clusters that some steps change.
func clustersIn(steps []writeplan.Step) int {
	n := 0
	for _, step := range steps {
		n += len(step.Clusters())
	}
	return n
}
