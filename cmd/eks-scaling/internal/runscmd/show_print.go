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
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

func (r shownRun) print(out io.Writer, width int, zone *time.Location) error {
	zone = cmp.Or(zone, time.UTC)
	title, result := r.title()
	if result != "" {
		title += ": "
	}
	term.SayBeside(out, width, title, result)
	r.printHead(out, width, zone)
	term.Say(out, "\nSteps (%s)\n", zone)
	if err := r.printSteps(out, zone); err != nil {
		return err
	}
	signals := func(out io.Writer, width int) error { return r.printSignals(out, width, zone) }
	for _, printed := range []func(io.Writer, int) error{r.printUnits, signals, r.printDecisions, r.printErrors} {
		if err := printed(out, width); err != nil {
			return err
		}
	}
	retryable := r.Status != stackaws.Succeeded && r.Status != stackaws.Running && r.Error != string(run.InputInvalidError)
	if r.Unit != "" || !retryable || runwords.InputOf(r.Input).DryRun {
		return nil
	}
	return term.Tell(out, "\nWhen the cause is fixed, retry the run with: eks-scaling retry %s --reason \"...\"\n", runwords.ShellWord(r.Name))
}

// printHead prints who started it, when and why.
func (r shownRun) printHead(out io.Writer, width int, zone *time.Location) {
	row := func(name, text string) {
		if text != "" {
			term.SayBeside(out, width, fmt.Sprintf("  %-10s  ", name), text)
		}
	}
	row("Started", bothClocks(r.Started, zone))
	if !r.Ended.IsZero() {
		row("Ended", bothClocks(r.Ended, zone)+", after "+runwords.Lasted(r.Started, r.redriven, r.Ended))
	}
	if r.Redrives > 0 {
		row("Redriven", english.Count(r.Redrives, "time"))
	}
	row("Started by", runwords.StartedBy(r.Actor, r.Trigger))
	row("Reason", frame.InOneLine(r.Reason))
	if r.Unit == "" {
		row("Input", compact(r.Input))
	}
	row("Units", r.inUnits())
	if r.Console != "" {
		term.Say(out, "  %-10s  %s\n", "Console", r.Console) // never broken, so that it can be opened
	}
}

// title names what is shown and its status; result is empty while it is running, and for a unit without a message.
func (r shownRun) title() (title, result string) {
	end := frame.Ending{Status: r.Status, Outcome: r.Outcome, Message: r.Message, Error: r.Error, Cause: r.Cause}
	if r.Unit == "" {
		return fmt.Sprintf("Run %s: %s", r.Name, runwords.StatusWord(end)), runwords.Result(end)
	}
	title = fmt.Sprintf("Unit %s of run %s: ", r.Unit, r.Run)
	if r.Outcome == "" || r.Status != stackaws.Succeeded {
		return title + r.Status.String(), runwords.Result(end)
	}
	return title + string(r.Outcome), r.Message
}

func bothClocks(t time.Time, zone *time.Location) string {
	if zone.String() == time.UTC.String() {
		return t.Format(frame.UTCForm)
	}
	return t.In(zone).Format(scaling.LocalTime) + " (" + t.Format(frame.UTCForm) + ")"
}

// compact writes JSON in one line, with spaces between its parts, so that it wraps there.
func compact(data json.RawMessage) string {
	var text bytes.Buffer
	if json.Indent(&text, data, "", "") != nil {
		return string(data)
	}
	return strings.NewReplacer("{\n", "{", "[\n", "[", "\n}", "}", "\n]", "]", ",\n", ", ").Replace(text.String())
}

// visits sums up the visits to a state for one cluster and node group.
type visits struct {
	shownStep
	count int
	took  time.Duration
	open  bool
}

// errorPasses are the Pass states that report an error.
var errorPasses = []string{stackaws.UnitUnrecorded, stackaws.AuditFailed, stackaws.AuditRunFailed, stackaws.DryRunUnrecorded}

// folded returns the visits of the run itself, then of each cluster and node group, in the order of the first ones. It leaves out states
// that only branch.
func (r shownRun) folded() []visits {
	var all []visits
	for _, s := range r.Steps {
		if s.Type == "Choice" || s.Type == "Pass" && !slices.Contains(errorPasses, s.State) {
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

// printSteps prints the states of the run with their durations.
func (r shownRun) printSteps(out io.Writer, zone *time.Location) error {
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
