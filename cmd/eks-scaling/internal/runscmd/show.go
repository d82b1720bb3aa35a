package runscmd

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// shownRun is everything known about one run.
type shownRun struct {
	runHead
	Input     json.RawMessage       `json:"input,omitempty"` // as given
	Outcome   run.Outcome           `json:"outcome,omitempty"`
	Message   string                `json:"message,omitempty"`
	Error     string                `json:"error,omitempty"`
	Cause     string                `json:"cause,omitempty"`
	Steps     []shownStep           `json:"steps"` // in the order in which they were entered
	Decisions []shownDecision       `json:"decisions"`
	Expected  []runwords.ShownWaves `json:"expected,omitempty"` // of a dry run
	Errors    []shownError          `json:"errors"`
	Console   string                `json:"console"`
}

// shownStep is one visit to a state.
type shownStep struct {
	State     string    `json:"state"`
	Type      string    `json:"type"`
	Cluster   string    `json:"cluster,omitempty"`
	Nodegroup string    `json:"nodegroup,omitempty"`
	Entered   time.Time `json:"entered"`
	Exited    time.Time `json:"exited,omitzero"` // missing if the run is still in it, or ended in it
	Seconds   float64   `json:"seconds,omitempty"`
	Attempts  int       `json:"attempts,omitempty"`
	Failed    bool      `json:"failed,omitempty"`
}

// shownDecision is a decision for a node group with its result.
type shownDecision struct {
	Cluster   string         `json:"cluster"`
	Nodegroup string         `json:"nodegroup"`
	Action    scaling.Action `json:"action"`
	Before    *scaling.Sizes `json:"before,omitempty"`
	After     scaling.Sizes  `json:"after"`             // as decided
	Outcome   run.Outcome    `json:"outcome,omitempty"` // missing if unknown
	Seconds   float64        `json:"seconds,omitempty"`
	Reason    string         `json:"reason"`
	HeldBack  []string       `json:"heldBack,omitempty"` // what holds a scale-down back
	Warning   string         `json:"warning,omitempty"`
}

// shownError is an error of a run with its remedy.
type shownError struct {
	State     string `json:"state"`
	Cluster   string `json:"cluster,omitempty"`
	Nodegroup string `json:"nodegroup,omitempty"`
	Attempts  int    `json:"attempts,omitempty"`
	Recovered bool   `json:"recovered,omitempty"` // a later attempt succeeded
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
			e, history, err := runwords.Execution(s, cmd, args[0])
			if err != nil {
				return err
			}
			zone := runwords.CommonZone(slices.Collect(maps.Values(held.ClusterByName)))
			shown := showRun(e, history, zone)
			return form.Print(cmd.OutOrStdout(), shown, func(out io.Writer) error { return shown.print(out, zone) })
		},
	}
	form.AddFlag(cmd)
	return cmd
}

func showRun(e stackaws.Execution, history *stackaws.History, zone *time.Location) shownRun {
	shown := shownRun{
		runHead: headOf(e.Summary, zone), Input: e.Input, Console: runwords.ConsoleOf(e.Summary),
		Steps: []shownStep{}, Decisions: decisionsOf(history), Expected: expectedOf(history), Errors: errorsOf(history),
	}
	shown.startedWith(e.Input)
	if summary := history.RunSummary(); summary != nil {
		shown.Outcome, shown.Message = summary.Outcome, summary.Message
	}
	shown.Error, shown.Cause = runwords.EndOf(cmp.Or(e.Error, history.Error))
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

// decisionsOf returns the decisions with their results so far.
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

// expectedOf returns the waves that a dry run expects.
func expectedOf(history *stackaws.History) []runwords.ShownWaves {
	var all []runwords.ShownWaves
	for _, task := range lastTasks(history) {
		if len(task.Expected) > 0 {
			all = append(all, runwords.ShownWaves{Cluster: task.Unit, Waves: task.Expected})
		}
	}
	return all
}

// lastTasks returns the units as their last rounds left them, in the order of their first decisions.
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

// outcomeWithoutResult returns the outcome of a decision without a reported change; empty if unknown.
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

// errorsOf returns the errors of a run, including those of invalid clusters.
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
