package runscmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// historyEntry is the change of a node group by a run, or the failed attempt.
type historyEntry struct {
	Time        time.Time      `json:"time"`      // when the run took its decision, in UTC
	LocalTime   time.Time      `json:"localTime"` // with the zone's offset; in UTC for a cluster that is not in the table
	Cluster     string         `json:"cluster"`
	Nodegroup   string         `json:"nodegroup"`
	Outcome     run.Outcome    `json:"outcome"`
	Before      *scaling.Sizes `json:"before,omitempty"` // nil when it was not known
	After       *scaling.Sizes `json:"after,omitempty"`  // nil when it failed
	Goal        scaling.Goal   `json:"goal"`
	Profile     string         `json:"profile,omitempty"`
	Period      string         `json:"period,omitempty"`
	Override    string         `json:"override,omitempty"`
	Reason      string         `json:"reason"`
	Execution   string         `json:"execution"` // its name
	Trigger     string         `json:"trigger,omitempty"`
	Actor       string         `json:"actor,omitempty"`
	RunReason   string         `json:"runReason,omitempty"` // why the run was started
	Seconds     float64        `json:"seconds"`
	Error       string         `json:"error,omitempty"`
	Note        string         `json:"note,omitempty"`        // about the outcome
	Throttled   int            `json:"throttled,omitempty"`   // calls that EKS throttled
	OvertakenBy string         `json:"overtakenBy,omitempty"` // the newer run that decided instead
}

// NewHistory returns the command history.
func NewHistory(env frame.Environment) *cobra.Command {
	var form frame.Output
	var back string
	cmd := &cobra.Command{
		Use:   "history [CLUSTER[/NODEGROUP]] [--since 7d]",
		Short: "Shows what was done to the node groups: when, by whom, why, from what to what",
		Long: `Lists what runs did to the node groups, latest first: when, from which sizes to which, who started the run, and why. A failed
change has the sizes it was to have, and the error. PROFILE is the profile that was active, with the period or the override that
activated it. REASON is what the person who started the run gave. Without an argument it lists the node groups of all clusters in
the config table. Name a node group that no longer exists as CLUSTER/NODEGROUP.

Times are in the cluster's time zone; -o json and yaml have them in UTC, too, and each decision in full. Text that is too long for
the terminal goes below its row.`,
		Example: `  eks-scaling history
  eks-scaling history production/big --since 36h`,
		RunE: func(cmd *cobra.Command, args []string) error {
			asked, ago, err := whatAndSince(args, back)
			if err != nil {
				return frame.Usage(cmd, err)
			}
			if err := form.Check(cmd); err != nil {
				return err
			}
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			since := s.Now.Add(-ago)
			found, err := doings(cmd.Context(), s, asked, since)
			if err != nil && !errors.Is(err, frame.ErrFindings) {
				return frame.WithRemedy(err)
			}
			inWords := func(out io.Writer) error { return printEntries(out, env.Width, found, since) }
			return cmp.Or(form.Print(cmd.OutOrStdout(), found, inWords), err)
		},
	}
	form.AddFlag(cmd)
	cmd.Flags().StringVar(&back, "since", "7d", "how far back, such as 7d, 36h or 1d12h")
	return cmd
}

// group is a node group. An empty name stands for all of the cluster, an empty cluster for all clusters.
type group struct {
	cluster, nodegroup string
}

// whatAndSince reads the argument and the flag.
func whatAndSince(args []string, back string) (asked group, ago time.Duration, err error) {
	if len(args) > 1 {
		return asked, ago, fmt.Errorf("unexpected argument %q", args[1])
	}
	if len(args) == 1 {
		cluster, nodegroup, one := strings.Cut(args[0], "/")
		if cluster == "" || one && nodegroup == "" || strings.Contains(nodegroup, "/") {
			return asked, ago, fmt.Errorf("found %q; want CLUSTER or CLUSTER/NODEGROUP", args[0])
		}
		asked = group{cluster, nodegroup}
	}
	ago, err = frame.ParseDuration(back)
	if err != nil {
		err = fmt.Errorf("--since: %w", err)
	}
	return asked, ago, err
}

// doings returns the changes since an instant, the newest first. With ErrFindings, those of unreadable clusters are missing.
func doings(ctx context.Context, s frame.Session, asked group, since time.Time) ([]historyEntry, error) {
	held, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	groups, findings := groups(s, held.Snapshot, asked)
	if findings != nil && !errors.Is(findings, frame.ErrFindings) {
		return nil, findings
	}
	found := []historyEntry{}
	for _, g := range groups {
		changes, err := s.Logs.Changes(ctx, g.cluster, g.nodegroup, since)
		if err != nil {
			return nil, err
		}
		loc := held.Location(g.cluster)
		for _, c := range changes {
			found = append(found, historyEntryOf(g, c, loc))
		}
	}
	if len(found) == 0 && asked.nodegroup != "" {
		if err := checkKnown(ctx, s, held.Snapshot, asked); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(found, func(a, b historyEntry) int { return b.Time.Compare(a.Time) })
	return found, findings
}

// groups returns the selected node groups, by name. A named node group need not be in the table.
func groups(s frame.Session, snapshot inventory.Snapshot, asked group) (groups []group, err error) {
	if asked.nodegroup != "" {
		return []group{asked}, nil
	}
	clusters := snapshot.Clusters
	if asked.cluster != "" {
		e, err := snapshot.FindCluster(asked.cluster)
		if err != nil {
			return nil, err
		}
		clusters = []inventory.Item{e}
	}
	for _, e := range clusters {
		names := inventory.NodegroupNames(e.Spec)
		if len(names) == 0 {
			why := fmt.Errorf("%s: no node groups found in it; fix it, or name each one: eks-scaling history %s/NODEGROUP", inventory.DisplayKey(e), e.Name)
			if asked.cluster != "" {
				return nil, why
			}
			term.SayLine(s.Notes, why)
			err = frame.ErrFindings
		}
		for _, nodegroup := range names {
			groups = append(groups, group{e.Name, nodegroup})
		}
	}
	return groups, err
}

// checkKnown refuses a node group that neither the configuration nor any record has. An unreadable cluster may have it.
func checkKnown(ctx context.Context, s frame.Session, snapshot inventory.Snapshot, asked group) error {
	what, known := "cluster", []string{}
	for _, e := range snapshot.Clusters {
		known = append(known, e.Name)
	}
	if e, err := snapshot.FindCluster(asked.cluster); err == nil {
		what, known = "node group", inventory.NodegroupNames(e.Spec)
		if len(known) == 0 || slices.Contains(known, asked.nodegroup) {
			return nil
		}
	}
	ever, err := s.Logs.Changes(ctx, asked.cluster, asked.nodegroup, time.Time{})
	if err != nil || len(ever) > 0 {
		return err
	}
	return frame.NotFound(fmt.Errorf("unknown node group %s/%s: neither in the config table nor on record; known %ss: %s",
		asked.cluster, asked.nodegroup, what, english.OrNone(known)))
}

func historyEntryOf(g group, c run.Change, loc *time.Location) historyEntry {
	d := historyEntry{
		Time: c.Run.TakenAt.UTC(), LocalTime: c.Run.TakenAt.In(loc), Cluster: g.cluster, Nodegroup: g.nodegroup,
		Outcome: c.Outcome, Before: c.Before, After: c.After, Goal: c.Goal,
		Profile: c.Profile, Period: c.Period, Override: c.Override, Reason: c.Reason,
		Execution: c.Run.Execution.Name, Trigger: c.Run.Trigger, Actor: c.Run.Actor, RunReason: c.Run.Reason, Seconds: c.Seconds,
		Note: c.Note, Throttled: c.Throttled, OvertakenBy: c.OvertakenBy,
	}
	if c.Error != nil {
		d.Error = c.Error.Error + ": " + c.Error.Message()
	}
	return d
}

func printEntries(out io.Writer, width int, found []historyEntry, since time.Time) error {
	if len(found) == 0 {
		return term.Tell(out, "no change of a node group is on record since %s\n", since.Format(frame.UTCForm))
	}
	rows := [][]string{{"TIME", "NODEGROUP", "OUTCOME", "FROM -> TO", "PROFILE", "WHO", "RUN", "REASON"}}
	for _, d := range found {
		rows = append(rows, []string{
			d.LocalTime.Format(scaling.LocalTime), d.Cluster + "/" + d.Nodegroup, string(d.Outcome), d.move(), d.inForce(), d.who(), d.Execution,
			cmp.Or(d.why(), "-"),
		})
	}
	return term.WriteTable(out, width, rows)
}

// move words the change of sizes, such as "1 -> 3 (0..5)", or "1 (0..5) -> 3 (2..5)" if the bounds changed.
func (d historyEntry) move() string {
	from, current := "(not known)", int32(0)
	if d.Before != nil {
		from, current = d.Before.String(), d.Before.DesiredSize
	}
	to := d.Goal.Sizes(current)
	if d.After != nil {
		to = *d.After
	}
	if d.Before != nil && d.Before.MinSize == to.MinSize && d.Before.MaxSize == to.MaxSize {
		from = strconv.Itoa(int(current))
	}
	return from + " -> " + to.String()
}

// inForce names the profile with its period or override, such as "peak (day)".
func (d historyEntry) inForce() string {
	cause := d.Period
	if d.Override != "" {
		cause = "override " + d.Override
	}
	if d.Profile == "" || cause == "" {
		return cmp.Or(d.Profile, cause)
	}
	return d.Profile + " (" + cause + ")"
}

// byItself reports whether no person started the run. Then its actor and reason are long and always the same.
func (d historyEntry) byItself() bool {
	return d.Trigger == "schedule" || d.Trigger == run.ReconcileTrigger
}

// who names who started the run, such as "ana (manual)" or "reconcile".
func (d historyEntry) who() string {
	if d.byItself() {
		return d.Trigger
	}
	return startedBy(d.Actor, d.Trigger)
}

// why words a person's reason for the run, or that of the decision if no other column has it, and the error, in one line.
func (d historyEntry) why() string {
	text := ""
	if !d.byItself() {
		text = d.RunReason
	}
	if text == "" && d.inForce() == "" {
		text = d.Reason
	}
	if d.OvertakenBy != "" {
		text += "; overtaken by run " + d.OvertakenBy
	}
	throttled := ""
	if d.Throttled > 0 {
		throttled = "EKS throttled " + english.Count(d.Throttled, "call")
	}
	for _, more := range []string{d.Note, throttled, d.Error} {
		if more != "" {
			text += "; " + more
		}
	}
	return frame.InOneLine(strings.TrimPrefix(text, "; "))
}
