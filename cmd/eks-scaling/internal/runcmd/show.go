package runcmd

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// shownRun is all that is known of one run.
type shownRun struct {
	runHead
	Input     json.RawMessage `json:"input,omitempty"` // as given
	Outcome   run.Outcome     `json:"outcome,omitempty"`
	Message   string          `json:"message,omitempty"`
	Error     string          `json:"error,omitempty"`
	Cause     string          `json:"cause,omitempty"`
	Steps     []shownStep     `json:"steps"` // in the order in which they were entered
	Decisions []shownDecision `json:"decisions"`
	Expected  []shownWaves    `json:"expected,omitempty"` // of a dry run
	Errors    []shownError    `json:"errors"`
	Console   string          `json:"console"`
}

// shownStep is one visit to a state.
type shownStep struct {
	State     string    `json:"state"`
	Type      string    `json:"type"`
	Cluster   string    `json:"cluster,omitempty"`
	Nodegroup string    `json:"nodegroup,omitempty"`
	Entered   time.Time `json:"entered"`
	Exited    time.Time `json:"exited,omitzero"` // missing where the run is in it still, or ended in it
	Seconds   float64   `json:"seconds,omitempty"`
	Attempts  int       `json:"attempts,omitempty"`
	Failed    bool      `json:"failed,omitempty"`
}

// shownDecision is what was decided for a node group, and what came of it.
type shownDecision struct {
	Cluster   string         `json:"cluster"`
	Nodegroup string         `json:"nodegroup"`
	Action    scaling.Action `json:"action"`
	Before    *scaling.Sizes `json:"before,omitempty"`
	After     scaling.Sizes  `json:"after"`             // as decided
	Outcome   run.Outcome    `json:"outcome,omitempty"` // missing where nothing is known to have come of it
	Seconds   float64        `json:"seconds,omitempty"`
	Reason    string         `json:"reason"`
	HeldBack  []string       `json:"heldBack,omitempty"` // what holds a scale-down back
	Warning   string         `json:"warning,omitempty"`
}

// shownError is one thing that went wrong, and what to do about it.
type shownError struct {
	State     string `json:"state"`
	Cluster   string `json:"cluster,omitempty"`
	Nodegroup string `json:"nodegroup,omitempty"`
	Attempts  int    `json:"attempts,omitempty"`
	// Recovered says that a later attempt went well.
	Recovered bool   `json:"recovered,omitempty"`
	Error     string `json:"error"`
	Cause     string `json:"cause"`
	Remedy    string `json:"remedy,omitempty"`
}

func newRunsShow(env frame.Environment) *cobra.Command {
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "show EXECUTION",
		Short: "Shows one run: its path with timings, its decisions, its errors and what to do about them",
		Long: `Shows one run, by its name or ARN: how it stands, who started it and why, the states that it went through and how long it
was in each (those of a cluster and of a node group together), what was decided, from what to what and why, what came of that,
what went wrong, why, and what to do about it, and the page of the run in the console.

Times are by the clusters' own clock where they all share one, and else in UTC. Several visits to a state are summed up, and
states that only branch are left out; -o json and yaml have every visit.

-o json and yaml have: name, arn, status, started, localTime, ended, seconds, redriveCount, trigger, actor, reason, input, outcome,
message, error, cause, steps, decisions, expected (the waves of a dry run), errors and console; all instants but localTime are in UTC.`,
		Example: `  eks-scaling runs show reconcile-2026-11-23T12-00
  eks-scaling runs show reconcile-2026-11-23T12-00 -o json`,
		Args: frame.Arguments("EXECUTION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := form.Check(cmd); err != nil {
				return err
			}
			s, held, err := env.OpenAndRead(cmd)
			if err != nil {
				return err
			}
			e, history, err := execution(s, cmd, args[0])
			if err != nil {
				return err
			}
			zone := commonZone(slices.Collect(maps.Values(held.ClusterByName)))
			shown := showRun(e, history, zone)
			return form.Print(cmd.OutOrStdout(), shown, func(out io.Writer) error { return shown.print(out, zone) })
		},
	}
	form.AddFlag(cmd)
	return cmd
}

// execution reads one execution and its history.
func execution(s frame.Session, cmd *cobra.Command, nameOrARN string) (stackaws.Execution, *stackaws.History, error) {
	done := s.Progress("reading run " + nameOrARN)
	defer done()
	e, err := s.Executions().Describe(cmd.Context(), nameOrARN)
	if err != nil {
		return e, nil, frame.WithRemedy(foundOrNot(err))
	}
	history, err := s.Executions().History(cmd.Context(), e.ARN)
	return e, history, frame.WithRemedy(foundOrNot(err))
}

func showRun(e stackaws.Execution, history *stackaws.History, zone *time.Location) shownRun {
	shown := shownRun{
		runHead: headOf(e.Summary, zone), Input: e.Input, Console: consoleOf(e.Summary),
		Steps: []shownStep{}, Decisions: decisionsOf(history), Expected: expectedOf(history), Errors: errorsOf(history),
	}
	shown.startedWith(e.Input)
	if summary := history.RunSummary(); summary != nil {
		shown.Outcome, shown.Message = summary.Outcome, summary.Message
	}
	shown.Error, shown.Cause = endOf(cmp.Or(e.Error, history.Error))
	for _, s := range history.Steps {
		step := shownStep{
			State: s.State, Type: s.Type, Cluster: s.Cluster, Nodegroup: s.Nodegroup, Entered: s.Entered, Exited: s.Exited,
			Attempts: s.Attempts, Failed: s.Failed,
		}
		if !s.Exited.IsZero() {
			step.Seconds = s.Exited.Sub(s.Entered).Seconds()
		}
		shown.Steps = append(shown.Steps, step)
	}
	return shown
}

// decisionsOf are what was decided, with what came of it so far.
func decisionsOf(history *stackaws.History) []shownDecision {
	results, begun := map[group]*run.ChangeResult{}, map[group]bool{}
	for _, s := range history.Steps {
		of := group{s.Cluster, s.Nodegroup}
		begun[of] = begun[of] || s.State == stackaws.Scale // EKS may have got what it was asked for there
		if r := s.Result(); r != nil {
			results[of] = r
		}
	}
	decisions := []shownDecision{}
	for _, task := range lastTasks(history) {
		for _, d := range task.Decisions {
			of := group{task.Unit, d.Nodegroup}
			shown := shownDecision{
				Cluster: of.cluster, Nodegroup: of.nodegroup, Action: d.Action, Before: d.Before, After: d.After, Reason: d.Reason,
				HeldBack: d.HeldBack, Warning: d.Warning,
			}
			if r := results[of]; r != nil {
				shown.Outcome, shown.Seconds, shown.Warning = r.Outcome, r.Seconds, cmp.Or(d.Warning, r.Note)
			} else if task.Outcome == run.Overtaken && d.Action != scaling.Keep {
				shown.Outcome = run.Overtaken
			} else {
				shown.Outcome = outcomeWithoutResult(d, task.Run.DryRun, history.Status != stackaws.Running && !begun[of])
			}
			decisions = append(decisions, shown)
		}
	}
	return decisions
}

// expectedOf are the waves that a dry run expects.
func expectedOf(history *stackaws.History) []shownWaves {
	var all []shownWaves
	for _, task := range lastTasks(history) {
		if len(task.Expected) > 0 {
			all = append(all, shownWaves{task.Unit, task.Expected})
		}
	}
	return all
}

// lastTasks are the units as their last rounds left them, in the order in which they were first decided.
func lastTasks(history *stackaws.History) []*run.UnitTask {
	var tasks []*run.UnitTask
	for _, s := range history.Steps {
		task := s.Task()
		if task == nil {
			continue
		}
		i := slices.IndexFunc(tasks, func(t *run.UnitTask) bool { return t.Unit == task.Unit })
		if i < 0 {
			tasks = append(tasks, task)
		} else {
			tasks[i] = task
		}
	}
	return tasks
}

// outcomeWithoutResult is what came of a decision that no change has reported on: empty if that is not known.
func outcomeWithoutResult(d scaling.Decision, dryRun, neverBegun bool) run.Outcome {
	switch {
	case d.Action == scaling.Keep:
		return run.Unchanged
	case dryRun:
		return run.Planned
	case neverBegun:
		return run.Skipped
	default:
		return ""
	}
}

// errorsOf are what went wrong, the clusters that could not be used among it.
func errorsOf(history *stackaws.History) []shownError {
	all := []shownError{}
	for _, s := range history.Steps {
		if s.Error == nil {
			continue
		}
		e := shownError{
			State: s.State, Cluster: s.Cluster, Nodegroup: s.Nodegroup, Attempts: s.Attempts, Recovered: !s.Failed,
			Error: s.Error.Error, Cause: frame.InOneLine(stackaws.Cause(*s.Error)),
		}
		if s.Failed {
			e.Remedy = run.ErrorName(e.Error).Remedy()
		}
		all = append(all, e)
	}
	if summary := history.RunSummary(); summary != nil {
		for _, c := range summary.Clusters {
			taken := slices.ContainsFunc(history.Steps, func(s *stackaws.Step) bool { return s.Cluster == c.Cluster })
			if c.Outcome == run.Failed && !taken {
				all = append(all, shownError{
					State: stackaws.LoadConfig, Cluster: c.Cluster, Error: string(run.ConfigInvalidError), Cause: frame.InOneLine(c.Error),
					Remedy: run.ConfigInvalidError.Remedy(),
				})
			}
		}
	}
	return all
}

func (r shownRun) print(out io.Writer, zone *time.Location) error {
	zone = cmp.Or(zone, time.UTC)
	term.Say(out, "run %s: %s%s\n", r.Name, r.Status, r.outcome())
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, text string) {
		if text != "" {
			term.Say(table, "  %s\t%s\n", name, text)
		}
	}
	row("started", bothClocks(r.Started, zone))
	if !r.Ended.IsZero() {
		row("ended", bothClocks(r.Ended, zone)+", after "+lasted(r.Started, r.redriven, r.Ended))
	}
	if r.Redrives > 0 {
		row("redriven", english.Count(r.Redrives, "time"))
	}
	row("by", startedBy(r.Actor, r.Trigger))
	row("reason", frame.InOneLine(r.Reason))
	row("input", compact(r.Input))
	row("console", r.Console)
	if err := table.Flush(); err != nil {
		return err
	}
	term.Say(out, "\nPath (%s)\n", zone)
	if err := r.printPath(out, zone); err != nil {
		return err
	}
	if err := r.printDecisions(out); err != nil {
		return err
	}
	if err := r.printErrors(out); err != nil {
		return err
	}
	if r.Status == stackaws.Succeeded || r.Status == stackaws.Running || inputOf(r.Input).DryRun {
		return nil
	}
	return term.Tell(out, "\nonce its cause is mended, take it up again with: eks-scaling redrive %s --reason \"...\"\n", shellWord(r.Name))
}

// outcome is what came of the run, behind a colon; empty while it goes on.
func (r shownRun) outcome() string {
	if r.Status == stackaws.Running {
		return ""
	}
	return ": " + frame.Ending{Status: r.Status, Outcome: r.Outcome, Message: r.Message, Error: r.Error, Cause: r.Cause}.InWords()
}

// plainWord is a word that a shell takes as it is.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_.:/@%+=,-]+$`)

// shellWord is a word as it is typed into a shell.
func shellWord(text string) string {
	if plainWord.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
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

// visits are all those to one state for one cluster and node group.
type visits struct {
	shownStep
	count int
	took  time.Duration
	open  bool
}

// tellingPasses are the Pass states that say what went wrong.
var tellingPasses = []string{stackaws.UnitFailed, stackaws.AuditFailed, stackaws.AuditRunFailed, stackaws.DryRunUnrecorded}

// folded are the visits of the run itself, then of each cluster and of each node group, in the order of the first ones. What
// only branches is left out: it takes no time and says nothing.
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

// printPath writes in which states the run was, and for how long.
func (r shownRun) printPath(out io.Writer, zone *time.Location) error {
	var text bytes.Buffer
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	term.Say(table, "  STATE\tFROM\tTOOK\t\n")
	subject := ""
	for _, v := range r.folded() {
		indent := "  "
		if of := subjectOf(stackaws.Step{Cluster: v.Cluster, Nodegroup: v.Nodegroup}); of != "" {
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
	return took(v.took)
}

// remark says what is unusual about the visits.
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
	for _, d := range r.Decisions {
		term.Say(table, "  %s/%s\t%s -> %s\t%s\t%s\n", d.Cluster, d.Nodegroup, sizesOrUnknown(d.Before), d.After,
			cmp.Or(string(d.Outcome), open), d.why())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, w := range r.Expected {
		if order := inOrder(w.Waves, func(name string) bool { return r.isHeldBack(w.Cluster, name) }); order != "" {
			term.Say(out, "  %s, in this order: %s\n", w.Cluster, order)
		}
	}
	return nil
}

// isHeldBack reports whether a node group's scale-down is held back.
func (r shownRun) isHeldBack(cluster, nodegroup string) bool {
	return slices.ContainsFunc(r.Decisions, func(d shownDecision) bool {
		return d.Cluster == cluster && d.Nodegroup == nodegroup && len(d.HeldBack) > 0
	})
}

// why is the reason of a decision, with what holds it back and what people should know of it, in one line.
func (d shownDecision) why() string {
	text := frame.InOneLine(d.Reason)
	if len(d.HeldBack) > 0 {
		text += "; held back: " + heldBack(d.HeldBack)
	}
	if d.Warning != "" {
		text += "; warning: " + frame.InOneLine(d.Warning)
	}
	return text
}

func (r shownRun) printErrors(out io.Writer) error {
	if len(r.Errors) == 0 {
		return nil
	}
	err := term.Tell(out, "\nErrors\n")
	for _, e := range r.Errors {
		where := e.State
		if subject := subjectOf(stackaws.Step{Cluster: e.Cluster, Nodegroup: e.Nodegroup}); subject != "" {
			where = subject + ", " + where
		}
		err = term.Tell(out, "  %s: %s: %s\n", where, e.Error, e.Cause)
		switch {
		case e.Recovered:
			err = term.Tell(out, "%s\n", "    A later attempt went well.")
		case e.Remedy != "":
			err = term.Tell(out, "    To do: %s\n", e.Remedy)
		}
	}
	return err
}
