package runscmd

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

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
	return runwords.InTotal(r.ended())
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

// printUnits prints the units of a run: those at work, those that have news, and some of the others.
func (r shownRun) printUnits(out io.Writer) error {
	if r.Units == nil || len(r.Clusters) == 0 {
		return nil
	}
	term.Say(out, "\nUnits\n")
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	term.Say(table, "  UNIT\tOUTCOME\tWHAT WAS DONE\n")
	told, more := runwords.Telling(r.ended())
	for _, u := range told {
		term.Say(table, "  %s\t%s\t%s\n", u.Cluster, u.Outcome, u.What())
	}
	running := 0
	for _, u := range r.Clusters {
		if u.Status == stackaws.Running {
			running++
			term.Say(table, "  %s\trunning\t\n", u.Cluster)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if more > 0 {
		term.Say(out, "  and %s in which nothing was changed; -o json has all\n", english.Count(more, "more unit"))
	}
	if more := r.Units.Running - running; more > 0 {
		term.Say(out, "  and %s that are running\n", english.Count(more, "more unit"))
	}
	return term.Tell(out, "  step by step: %s\n", "eks-scaling runs show "+runwords.ShellWord(r.Name)+" UNIT")
}

func (r shownRun) printDecisions(out io.Writer) error {
	if len(r.Decisions) == 0 {
		return nil
	}
	term.Say(out, "\nDecisions\n")
	open := "not done yet"
	if r.Status != stackaws.Running {
		open = "begun, but not seen to its end"
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	term.Say(table, "  NODEGROUP\tFROM -> TO\tOUTCOME\tREASON\n")
	decisions, more := r.tellingDecisions()
	for _, d := range decisions {
		term.Say(table, "  %s/%s\t%s -> %s\t%s\t%s\n", d.Cluster, d.Nodegroup, runwords.SizesOrUnknown(d.Before), runwords.SizesOrUnknown(d.After),
			cmp.Or(string(d.Outcome), open), d.why())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if more > 0 {
		term.Say(out, "  and %s that were left as they are; -o json has all\n", english.Count(more, "more node group"))
	}
	for _, w := range r.Expected {
		if order := runwords.InOrder(w.Waves, func(name string) bool { return r.isHeldBack(w.Cluster, name) }); order != "" {
			term.Say(out, "  %s, in this order: %s\n", w.Cluster, order)
		}
	}
	return nil
}

// tellingDecisions returns the decisions for people: all, unless there are more than fit on a screen and some of them changed nothing.
// More counts those that are left out.
func (r shownRun) tellingDecisions() (told []shownDecision, more int) {
	calm := 0
	for _, d := range r.Decisions {
		if d.Outcome == run.Unchanged {
			calm++
			if calm > runwords.Screenful {
				more++
				continue
			}
		}
		told = append(told, d)
	}
	return told, more
}

// isHeldBack reports whether a node group's scale-down is held back.
func (r shownRun) isHeldBack(cluster, nodegroup string) bool {
	return slices.ContainsFunc(r.Decisions, func(d shownDecision) bool {
		return d.Cluster == cluster && d.Nodegroup == nodegroup && len(d.HeldBack) > 0
	})
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

func (r shownRun) printErrors(out io.Writer) error {
	if len(r.Errors) == 0 {
		return nil
	}
	err := term.Tell(out, "\nErrors\n")
	for _, e := range r.Errors[:min(len(r.Errors), maxErrors)] {
		err = term.Tell(out, "  %s: %s: %s\n", runwords.PlaceOf(e.Cluster, e.Nodegroup, e.State), e.Error, e.Cause)
		switch {
		case e.Recovered:
			err = term.Tell(out, "%s\n", "    A later attempt went well.")
		case e.Remedy != "":
			err = term.Tell(out, "    To do: %s\n", e.Remedy)
		}
	}
	if more := len(r.Errors) - maxErrors; more > 0 {
		err = term.Tell(out, "  and %s; -o json has all\n", english.Count(more, "more error"))
	}
	return err
}
