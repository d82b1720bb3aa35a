package runscmd

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
)

// inUnits counts the units of a run in one line; empty if it has none of its own.
func (r shownRun) inUnits() string {
	switch {
	case r.Units == nil:
		return ""
	case r.Status == stackaws.Running && r.Units.Ended < r.Units.Total:
		return fmt.Sprintf("%s of %s ended; %s running", english.Number(r.Units.Ended), english.Number(r.Units.Total), english.Number(r.Units.Running))
	}
	if r.Matching > 0 {
		return fmt.Sprintf("%s; %s of them match the flags: %s", english.Count(r.Units.Total, "unit"), english.Number(r.Matching), runwords.ByOutcome(r.Units.Outcomes))
	}
	return english.Count(r.Units.Total, "unit") + ": " + runwords.ByOutcome(r.Units.Outcomes)
}

// largeRun is from how many units on a run is summed up.
const largeRun = 31

// maxWorst limits the units, node groups and errors of a summary.
const maxWorst = 10

// isLarge reports whether the run has too many units to list them all: it shows the worst.
func (r shownRun) isLarge() bool { return !r.all && !r.problems && len(r.Clusters) >= largeRun }

// foremost returns the units for people, the worst first. Rest has those left out.
func (r shownRun) foremost() (told, rest []runwords.Unit) {
	switch {
	case r.all || r.problems:
		return runwords.WorstFirst(r.ended()), nil
	case r.isLarge():
		sorted := runwords.WorstFirst(r.ended())
		shown := min(len(sorted), maxWorst)
		return sorted[:shown], sorted[shown:]
	default:
		return runwords.Foremost(r.ended())
	}
}

// withProblems returns the run with only the units that need attention, and what is known of them.
func (r shownRun) withProblems() shownRun {
	wrong := map[string]bool{}
	for _, u := range r.Clusters {
		wrong[u.Cluster] = !u.Ordinary() && u.Status == ""
	}
	for _, d := range r.Decisions {
		wrong[d.Cluster] = wrong[d.Cluster] || d.Outcome != "" && !r.isOrdinary(d)
	}
	r.Clusters = slices.DeleteFunc(slices.Clone(r.Clusters), func(u shownUnit) bool { return !wrong[u.Cluster] })
	r.Decisions = slices.DeleteFunc(slices.Clone(r.Decisions), func(d shownDecision) bool { return !wrong[d.Cluster] || r.isOrdinary(d) })
	r.Signals = slices.DeleteFunc(slices.Clone(r.Signals), func(s shownSignal) bool { return !wrong[s.Cluster] })
	return r
}

// ended returns the units of the run that have ended.
func (r shownRun) ended() []runwords.Unit {
	var ended []runwords.Unit
	for _, u := range r.Clusters {
		if u.Status == "" {
			ended = append(ended, u.Unit)
		}
	}
	return ended
}

// printUnits prints the units of a run: those that need attention, some of the others, and some of those that are running.
func (r shownRun) printUnits(out io.Writer, width int) error {
	switch {
	case r.Units == nil:
		return nil
	case len(r.Clusters) == 0 && r.problems:
		return term.Tell(out, "\nNo unit needs attention.\n")
	case len(r.Clusters) == 0:
		return nil
	}
	term.Say(out, "\nUnits\n")
	rows := [][]string{{"  UNIT", "OUTCOME", "RESULT"}}
	told, rest := r.foremost()
	for _, u := range told {
		rows = append(rows, []string{"  " + u.Cluster, string(u.Outcome), u.What()})
	}
	running := 0
	for _, u := range r.Clusters {
		if u.Status == stackaws.Running {
			running++
			rows = append(rows, []string{"  " + u.Cluster, "running", "-"})
		}
	}
	if err := term.WriteTable(out, width, rows); err != nil {
		return err
	}
	countOthers(out, rest, r.Units.Running-running)
	command := frame.InRegion("eks-scaling runs show "+runwords.ShellWord(r.Name), r.Region)
	if len(rest) > 0 {
		return term.Tell(out, "  Show one: %s UNIT; all: %s --all\n", command, command)
	}
	return term.Tell(out, "  Show one: %s UNIT\n", command)
}

// countOthers counts the units that are not listed: those that have ended, and those that are running.
func countOthers(out io.Writer, ended []runwords.Unit, running int) {
	if len(ended) > 0 {
		counts := map[run.Outcome]int{}
		for _, u := range ended {
			counts[u.Outcome]++
		}
		term.Say(out, "  and %s: %s\n", english.Count(len(ended), "more unit"), runwords.ByOutcome(counts))
	}
	if running > 0 {
		term.Say(out, "  and %s running\n", english.Count(running, "more unit"))
	}
}

func (r shownRun) printDecisions(out io.Writer, width int) error {
	if len(r.Decisions) == 0 {
		return nil
	}
	term.Say(out, "\nDecisions\n")
	open := "pending"
	if r.Status != stackaws.Running {
		open = "unknown"
	}
	rows := [][]string{{"  NODEGROUP", "CHANGE", "OUTCOME", "REASON"}}
	decisions, more := r.tellingDecisions()
	told, held := map[string]bool{}, map[group]bool{}
	for _, d := range decisions {
		told[d.Cluster], held[group{d.Cluster, d.Nodegroup}] = true, len(d.HeldBack) > 0
		rows = append(rows, []string{"  " + run.NodegroupName(d.Cluster, d.Nodegroup), d.move(), cmp.Or(string(d.Outcome), open), d.why()})
	}
	if err := term.WriteTable(out, width, rows); err != nil {
		return err
	}
	if left := len(r.Decisions) - len(decisions); left > 0 {
		term.Say(out, "  and %s: %s; --all lists all\n", english.Count(left, "more node group"), runwords.ByOutcome(more))
	}
	for _, w := range r.Expected {
		if order := runwords.InOrder(w.Waves, func(name string) bool { return held[group{w.Cluster, name}] }); order != "" && told[w.Cluster] {
			term.SayBeside(out, width, fmt.Sprintf("  Order in %s: ", w.Cluster), order)
		}
	}
	return nil
}

// tellingDecisions returns the decisions for people: those that need attention, and a screenful of the others. More counts the rest.
func (r shownRun) tellingDecisions() (told []shownDecision, more map[run.Outcome]int) {
	more = map[run.Outcome]int{}
	ordinary, others := 0, 0
	for _, d := range r.Decisions {
		isOrdinary := r.isOrdinary(d)
		if isOrdinary {
			ordinary++
		} else {
			others++
		}
		tooMany := isOrdinary && ordinary > runwords.Screenful || r.isLarge() && (isOrdinary || others > maxWorst)
		if tooMany && !r.all {
			more[d.Outcome]++
			continue
		}
		told = append(told, d)
	}
	return told, more
}

// isOrdinary reports whether a decision needs nobody's attention. In a run of one unit everything that was changed is of interest.
func (r shownRun) isOrdinary(d shownDecision) bool {
	switch d.Outcome { //nolint:exhaustive // the others are news
	case run.Unchanged:
		return len(d.HeldBack) == 0 && d.Warning == ""
	case run.Succeeded, run.Planned:
		return r.Units != nil && len(d.HeldBack) == 0 && d.Warning == ""
	default:
		return false
	}
}

// move words the change of sizes, such as "1 -> 3 (0..5)", or the sizes of a node group that keeps them.
func (d shownDecision) move() string {
	if d.Before != nil && d.After != nil && *d.Before == *d.After {
		return d.Before.String()
	}
	return runwords.Move(d.Before, d.After)
}

// why words the reason of a decision, what holds it back and its warning, in one line.
func (d shownDecision) why() string {
	text := frame.InOneLine(d.Reason)
	if len(d.HeldBack) > 0 {
		text += "; held back: " + runwords.HeldBack(d.HeldBack)
	}
	if d.Warning != "" {
		text += "; warning: " + frame.InOneLine(d.Warning)
	}
	return text
}

// maxErrors limits the errors that are listed for people.
const maxErrors = 50

func (r shownRun) printErrors(out io.Writer, width int) error {
	if len(r.Errors) == 0 {
		return nil
	}
	err := term.Tell(out, "\nErrors\n")
	shown := min(len(r.Errors), maxErrors)
	switch {
	case r.all:
		shown = len(r.Errors)
	case r.isLarge():
		shown = min(shown, maxWorst)
	}
	for _, e := range r.Errors[:shown] {
		err = term.TellBeside(out, width, "  "+runwords.PlaceOf(e.Cluster, e.Nodegroup, e.State)+": ", e.Error+": "+e.Cause)
		switch {
		case e.Recovered:
			err = term.Tell(out, "%s\n", "    Recovered: a later attempt succeeded.")
		case e.Remedy != "":
			err = term.TellBeside(out, width, "    To fix: ", e.Remedy)
		}
	}
	if more := len(r.Errors) - shown; more > 0 {
		err = term.Tell(out, "  and %s; --all lists all\n", english.Count(more, "more error"))
	}
	return err
}
