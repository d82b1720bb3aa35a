package runscmd

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

func (r shownRun) print(out io.Writer, zone *time.Location) error {
	zone = cmp.Or(zone, time.UTC)
	term.Say(out, "%s\n", r.title())
	if err := r.printHead(out, zone); err != nil {
		return err
	}
	term.Say(out, "\nPath (%s)\n", zone)
	if err := r.printPath(out, zone); err != nil {
		return err
	}
	for _, printed := range []func(io.Writer) error{r.printUnits, r.printDecisions, r.printErrors} {
		if err := printed(out); err != nil {
			return err
		}
	}
	if r.Unit != "" || r.Status == stackaws.Succeeded || r.Status == stackaws.Running || runwords.InputOf(r.Input).DryRun {
		return nil
	}
	return term.Tell(out, "\nWhen the cause is fixed, repeat or continue the run with: eks-scaling retry %s --reason \"...\"\n", runwords.ShellWord(r.Name))
}

// printHead prints who started it, when and why.
func (r shownRun) printHead(out io.Writer, zone *time.Location) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, text string) {
		if text != "" {
			term.Say(table, "  %s\t%s\n", name, text)
		}
	}
	row("started", bothClocks(r.Started, zone))
	if !r.Ended.IsZero() {
		row("ended", bothClocks(r.Ended, zone)+", after "+runwords.Lasted(r.Started, r.redriven, r.Ended))
	}
	if r.Redrives > 0 {
		row("redriven", english.Count(r.Redrives, "time"))
	}
	row("by", startedBy(r.Actor, r.Trigger))
	row("reason", frame.InOneLine(r.Reason))
	if r.Unit == "" {
		row("input", compact(r.Input))
	}
	row("units", r.inUnits())
	row("console", r.Console)
	return table.Flush()
}

// title words what is shown and how it stands.
func (r shownRun) title() string {
	switch {
	case r.Unit == "":
		return fmt.Sprintf("run %s: %s%s", r.Name, r.Status, r.outcome())
	case r.Outcome == "" || r.Status != stackaws.Succeeded:
		return fmt.Sprintf("unit %s of run %s: %s%s", r.Unit, r.Run, r.Status, r.outcome())
	case r.Message == "":
		return fmt.Sprintf("unit %s of run %s: %s", r.Unit, r.Run, r.Outcome)
	default:
		return fmt.Sprintf("unit %s of run %s: %s: %s", r.Unit, r.Run, r.Outcome, r.Message)
	}
}

// outcome words the result of the run after a colon; empty while it is running.
func (r shownRun) outcome() string {
	if r.Status == stackaws.Running {
		return ""
	}
	return ": " + frame.Ending{Status: r.Status, Outcome: r.Outcome, Message: r.Message, Error: r.Error, Cause: r.Cause}.InWords()
}

func bothClocks(t time.Time, zone *time.Location) string {
	if zone.String() == time.UTC.String() {
		return t.Format(frame.UTCForm)
	}
	return t.In(zone).Format(scaling.LocalTime) + " (" + t.Format(frame.UTCForm) + ")"
}

func compact(data json.RawMessage) string {
	var text bytes.Buffer
	if json.Compact(&text, data) != nil {
		return string(data)
	}
	return text.String()
}

// visits sums up the visits to one state for one cluster and node group.
type visits struct {
	shownStep
	count int
	took  time.Duration
	open  bool
}

// tellingPasses are the Pass states that report an error.
var tellingPasses = []string{stackaws.UnitUnrecorded, stackaws.AuditFailed, stackaws.AuditRunFailed, stackaws.DryRunUnrecorded}

// folded returns the visits of the run itself, then of each cluster and node group, in the order of the first ones. It leaves out states
// that only branch.
func (r shownRun) folded() []visits {
	var all []visits
	for _, s := range r.Steps {
		if s.Type == "Choice" || s.Type == "Pass" && !slices.Contains(tellingPasses, s.State) {
			continue
		}
		i := slices.IndexFunc(all, func(v visits) bool {
			return v.State == s.State && v.Cluster == s.Cluster && v.Nodegroup == s.Nodegroup
		})
		if i < 0 {
			i, all = len(all), append(all, visits{shownStep: shownStep{State: s.State, Cluster: s.Cluster, Nodegroup: s.Nodegroup, Entered: s.Entered}})
		}
		v := &all[i]
		v.count++
		v.Attempts += max(s.Attempts, 1)
		v.Failed = s.Failed
		if v.open = s.Exited.IsZero(); !v.open {
			v.took += s.Exited.Sub(s.Entered)
		}
	}
	slices.SortStableFunc(all, func(a, b visits) int {
		return cmp.Or(strings.Compare(a.Cluster, b.Cluster), strings.Compare(a.Nodegroup, b.Nodegroup))
	})
	return all
}

// printPath prints the states of the run with their durations.
func (r shownRun) printPath(out io.Writer, zone *time.Location) error {
	var text bytes.Buffer
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	term.Say(table, "  STATE\tENTERED\tDURATION\t\n")
	subject := ""
	for _, v := range r.folded() {
		indent := "  "
		if of := runwords.SubjectOf(v.Cluster, v.Nodegroup); of != "" {
			indent = "    "
			if of != subject {
				term.Say(table, "  %s\t\t\t\n", of)
			}
			subject = of
		}
		term.Say(table, "%s%s\t%s\t%s\t%s\n", indent, v.State, v.Entered.In(zone).Format(time.TimeOnly), v.duration(), v.remark())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(text.String()) {
		term.SayLine(out, strings.TrimRight(line, " \n"))
	}
	return nil
}

func (v visits) duration() string {
	if v.count == 1 && v.open {
		return "-"
	}
	return runwords.Took(v.took)
}

// remark words repeated visits, attempts and failures.
func (v visits) remark() string {
	var parts []string
	if v.count > 1 {
		parts = append(parts, english.Count(v.count, "visit"))
	}
	if v.Attempts > v.count {
		parts = append(parts, english.Count(v.Attempts, "attempt"))
	}
	if v.Failed {
		parts = append(parts, "failed")
	}
	return strings.Join(parts, ", ")
}
