package runcmd

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// runPlan is the plan that a dry run has made.
type runPlan struct {
	runAnswer
	zone func(cluster string) *time.Location
	// signals reports that sizes depend on signals, which the dry run has read.
	signals bool
	radius  radius
}

// clusters returns the units of the plan; none without a plan.
func (p runPlan) clusters() []runwords.Unit {
	if p.Summary == nil {
		return nil
	}
	return p.Summary.Clusters
}

// known reports whether the dry run reached a plan.
func (p runPlan) known() bool {
	return p.Summary != nil && (!p.failed() || len(p.Summary.Clusters) > 0)
}

// finding returns ErrFindings if the dry run failed, or if the run would fail or be skipped.
func (p runPlan) finding() error {
	if _, fail, _ := p.count(); fail > 0 {
		return frame.ErrFindings
	}
	return p.runAnswer.finding()
}

// due counts the node groups that would change or fail.
func (p runPlan) due() int {
	change, fail, _ := p.count()
	return change + fail
}

func (p runPlan) count() (change, fail, stay int) {
	for _, c := range p.clusters() {
		for _, n := range c.Nodegroups {
			switch markOf(n) {
			case changeMark:
				change++
			case failMark:
				fail++
			default:
				stay++
			}
		}
	}
	return change, fail, stay
}

// unplanned counts the units that failed before they had a plan.
func (p runPlan) unplanned() (n int) {
	for _, c := range p.clusters() {
		if c.Outcome == run.Failed && len(c.Nodegroups) == 0 {
			n++
		}
	}
	return n
}

// The marks in front of the node groups of a plan.
const (
	changeMark = "~"
	failMark   = "!"
	stayMark   = " "
)

// markOf marks a node group. One that could not be read would fail, and so would a scale-down that is held back. A scale-up to the
// current sizes means that the node group is DEGRADED; it would fail.
func markOf(n run.NodegroupSummary) string {
	switch {
	case n.Action == scaling.Keep:
		return stayMark
	case n.Action == scaling.Await:
		return changeMark
	case len(n.HeldBack) > 0:
		return failMark
	case n.Before == nil || n.After == nil || *n.Before == *n.After:
		return failMark
	default:
		return changeMark
	}
}

// print prints the plan. A width of 0 is no limit.
func (p runPlan) print(out io.Writer, width int) error {
	units, more := runwords.Telling(p.clusters())
	for _, u := range units {
		p.printCluster(out, width, u.ClusterSummary)
	}
	if more > 0 {
		term.Say(out, "and %s without changes; -o json lists all\n\n", english.Count(more, "more unit"))
	}
	switch {
	case p.failed():
		p.printFailure(out)
	case p.skipped():
		return term.Tell(out, "The run would be skipped: %s\n", p.result())
	}
	if !p.known() {
		return term.Tell(out, "%s\n", "Plan: unknown.")
	}
	change, fail, stay := p.count()
	ending := ""
	if fail > 0 {
		ending = fmt.Sprintf(", %d would fail", fail)
	}
	if n := p.unplanned(); n > 0 {
		ending += "; " + english.Count(n, "unit") + " without a plan"
	}
	if p.signals {
		term.SayFitting(out, width, "The plan uses the current values of signals. The run reads them again.\n")
	}
	p.printRadius(out, width)
	return term.Tell(out, "Plan: %d to change, %d unchanged%s.\n", change, stay, ending)
}

func (p runPlan) printFailure(out io.Writer) {
	switch p.Status {
	case stackaws.Succeeded:
		term.Say(out, "The dry run is incomplete: %s\n", frame.Named(p.Summary.Error, p.Summary.Message))
	case stackaws.Failed:
		term.Say(out, "The dry run failed: %s\n", p.result())
	case stackaws.Running, stackaws.TimedOut, stackaws.Aborted:
		term.Say(out, "The dry run did not end (%s): %s\n", p.Status, p.result())
	}
}

func (p runPlan) printCluster(out io.Writer, width int, c run.ClusterSummary) {
	switch {
	case len(c.Nodegroups) > 0 || c.Outcome == run.Planned:
		term.Say(out, "Plan for %s%s\n", c.Cluster, p.moment(c.Cluster))
	case c.Error != "":
		term.SayBeside(out, width, c.Cluster+": failed: ", frame.InOneLine(strings.TrimPrefix(c.Error, run.UnitInWords(c.Cluster)+": ")))
	default:
		term.SayBeside(out, width, fmt.Sprintf("%s: %s: ", c.Cluster, c.Outcome), frame.InOneLine(c.Reason))
	}
	longest := 0
	for _, n := range c.Nodegroups {
		longest = max(longest, len(n.Nodegroup))
	}
	for _, n := range c.Nodegroups {
		term.SayBeside(out, width, fmt.Sprintf("  %s %-*s  ", markOf(n), longest, n.Nodegroup), inPlan(n))
	}
	if order := runwords.InOrder(c.Expected, func(name string) bool { return isHeldBack(c, name) }); order != "" {
		term.SayBeside(out, width, "  Order: ", order)
	}
	if len(c.Nodegroups) > 0 || c.Outcome == run.Planned {
		term.SayLine(out)
	}
}

// isHeldBack reports whether a node group's scale-down is held back.
func isHeldBack(c run.ClusterSummary, nodegroup string) bool {
	return slices.ContainsFunc(c.Nodegroups, func(n run.NodegroupSummary) bool {
		return n.Nodegroup == nodegroup && len(n.HeldBack) > 0
	})
}

// moment words the instant of the plan, by the cluster's own clock.
func (p runPlan) moment(cluster string) string {
	if p.decidedAt.IsZero() {
		return ""
	}
	return " at " + p.decidedAt.In(p.zone(cluster)).Format(scaling.LocalTime)
}

// inPlan words what would happen to a node group, why, and its warning.
func inPlan(n run.NodegroupSummary) string {
	text := ""
	switch mark := markOf(n); {
	case n.Action == scaling.Await:
		text = "waits: " + frame.InOneLine(n.Reason)
	case mark == changeMark:
		text = fmt.Sprintf("%s: %s", runwords.Move(n.Before, n.After), frame.InOneLine(n.Reason))
	case len(n.HeldBack) > 0:
		text = fmt.Sprintf("%s, held back: %s; %s", runwords.SizesOrUnknown(n.Before), runwords.HeldBack(n.HeldBack), frame.InOneLine(n.Reason))
	case mark == failMark:
		text = frame.InOneLine(n.Reason)
	default:
		text = fmt.Sprintf("%s, unchanged: %s", runwords.SizesOrUnknown(n.Before), frame.InOneLine(n.Reason))
	}
	if n.Warning != "" {
		text += "; warning: " + frame.InOneLine(n.Warning)
	}
	return text
}
