package runscmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// shownRun describes one run, or one unit of a run.
type shownRun struct {
	runHead
	Run       string                `json:"run,omitempty"`   // the name of the run that the unit is part of
	Unit      string                `json:"unit,omitempty"`  // empty for a run
	Input     json.RawMessage       `json:"input,omitempty"` // as given
	Outcome   run.Outcome           `json:"outcome,omitempty"`
	Message   string                `json:"message,omitempty"`
	Error     string                `json:"error,omitempty"`
	Cause     string                `json:"cause,omitempty"`
	Units     *shownCounts          `json:"units,omitempty"`    // of a run with several units
	Matching  int                   `json:"matching,omitempty"` // how many units match the flags; 0 without any
	Clusters  []shownUnit           `json:"clusters,omitempty"` // the units of a run
	Steps     []shownStep           `json:"steps"`              // in the order in which they were entered
	Signals   []shownSignal         `json:"signals,omitempty"`  // of the recorded units, with open windows of conditional periods
	Decisions []shownDecision       `json:"decisions"`
	Expected  []runwords.ShownWaves `json:"expected,omitempty"` // of a dry run
	Errors    []shownError          `json:"errors"`
	Console   string                `json:"console"`

	all, problems bool // show every unit; only those that need attention
}

// shownStep is one visit to a state.
type shownStep struct {
	State     string    `json:"state"`
	Type      string    `json:"type"`
	Cluster   string    `json:"cluster,omitempty"`
	Nodegroup string    `json:"nodegroup,omitempty"`
	Entered   time.Time `json:"enteredAt"`
	Exited    time.Time `json:"exitedAt,omitzero"` // missing if the run is still in it, or ended in it
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
	After     *scaling.Sizes `json:"after,omitempty"`   // as decided; missing if only the record is known and it failed
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
	var of filter.Filter
	var all, problems, allRegions bool
	cmd := &cobra.Command{
		Use:   "show RUN [UNIT] [--problems] [--all]",
		Short: "Shows one run, or one of its units: steps, decisions, errors and how to fix them",
		Long: `Shows one run, by its name or ARN: its status, who started it and why, its steps and their durations, the decision for each node
group, the result, the errors and how to fix them, and the link to the console.

UNIT is the name of a cluster, or cluster:schedule. Each unit of a run has an execution of its own. A run with a single unit is
shown with the steps of that unit. A run with several units counts them, and lists those that need attention and at most 20
others; of more than 30 units, it lists the ten worst. Name a unit to see its steps. --cluster, --schedule, --account and
--in-region narrow the units, --problems shows only those that need attention, and --all shows every one.

Times are in the time zone that the clusters share, else in UTC. Repeated visits to a state are summed up, and states that only
branch are left out; -o json and yaml have everything.

With -o json or yaml, the answer has name, arn, status, startedAt, endedAt, seconds, redriveCount, trigger, actor, reason, input,
outcome, message, error, cause, units (counts), matching (how many match the flags), clusters (the units, each with its execution),
steps, signals (what the units read, and the conditions), decisions, expected (the order of changes in a dry run), errors and console;
for a unit also run and unit. All times are in UTC.`,
		Example: `  eks-scaling runs show reconcile-2026-11-23T12-00
  eks-scaling runs show reconcile-2026-11-23T12-00 production
  eks-scaling runs show reconcile-2026-11-23T12-00 --in-region eu-west-1 --problems
  eks-scaling runs show reconcile-2026-11-23T12-00 -o json`,
		Args: frame.ArgumentAndMore("RUN", "UNIT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := form.Check(cmd); err != nil {
				return err
			}
			unit := ""
			if len(args) > 1 {
				unit = args[1]
			}
			if err := checkShow(unit, of, all, problems); err != nil {
				return frame.Usage(cmd, err)
			}
			if allRegions {
				return showOfAll(cmd, env, &form, args[0], unit, shownPart{of, all, problems})
			}
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			v := showing{s, cmd, of, inventory.Checked{}}
			if v.held, err = configurationOf(cmd, s, unit); err != nil {
				return frame.WithRemedy(err)
			}
			shown, err := v.show(args[0], unit)
			if err != nil {
				return frame.WithRemedy(err)
			}
			shown = shownPart{of, all, problems}.of(shown)
			return form.Print(cmd.OutOrStdout(), shown, func(out io.Writer) error { return shown.print(out, env.Width, runwords.CommonZone(v.held.Valid())) })
		},
	}
	form.AddFlag(cmd)
	of.AddFlags(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "show every unit, node group and error")
	cmd.Flags().BoolVar(&problems, "problems", false, "show only units that need attention: failed, overtaken or held back")
	frame.AddAllRegionsFlag(cmd, &allRegions, "look for the run in the stacks of all regions that have clusters")
	return cmd
}

// shownPart is which units of a run are shown, and how many.
type shownPart struct {
	filter        filter.Filter
	all, problems bool
}

// of returns the part of a run that is shown.
func (p shownPart) of(r shownRun) shownRun {
	if r.all, r.problems = p.all, p.problems; p.problems {
		return r.withProblems()
	}
	return r
}

// checkShow refuses flags that do not fit together.
func checkShow(unit string, of filter.Filter, all, problems bool) error {
	switch {
	case all && problems:
		return errors.New("--all cannot be combined with --problems")
	case unit != "" && (!of.IsEmpty() || all || problems):
		return fmt.Errorf("the unit %s is named already: leave out --cluster, --schedule, --account, --in-region, --problems and --all", unit)
	}
	return nil
}

// configurationOf reads the configuration, for the time zones and the places of the units. For one unit that is its cluster alone.
func configurationOf(cmd *cobra.Command, s frame.Session, unit string) (inventory.Checked, error) {
	if unit == "" {
		return s.Read(cmd.Context())
	}
	held, _, err := (filter.Filter{Clusters: []string{unit}}).From(cmd.Context(), s)
	if frame.ExitCode(err) == frame.ExitNotFound {
		err = nil // it is not configured any more
	}
	return held, err
}
