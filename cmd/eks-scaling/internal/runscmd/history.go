package runscmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// historyEntry is the change of a node group by a run, or the failed attempt.
type historyEntry struct {
	Region      string         `json:"region,omitempty"` // with --all-regions
	At          time.Time      `json:"at"`               // when the run decided
	Cluster     string         `json:"cluster"`
	Schedule    string         `json:"schedule,omitempty"` // empty if the cluster had no named schedules
	Nodegroup   string         `json:"nodegroup"`
	Outcome     run.Outcome    `json:"outcome"`
	Before      *scaling.Sizes `json:"before,omitempty"` // nil if unknown
	After       *scaling.Sizes `json:"after,omitempty"`  // nil if it failed
	Goal        scaling.Goal   `json:"goal"`
	Profile     string         `json:"profile,omitempty"`
	Period      string         `json:"period,omitempty"`
	Override    string         `json:"override,omitempty"`
	Reason      string         `json:"reason"`
	Run         string         `json:"run"` // its name
	Trigger     string         `json:"trigger,omitempty"`
	Actor       string         `json:"actor,omitempty"`
	RunReason   string         `json:"runReason,omitempty"` // why the run was started
	Seconds     float64        `json:"seconds"`
	Error       string         `json:"error,omitempty"`
	Note        string         `json:"note,omitempty"`        // about the outcome
	Throttled   int            `json:"throttled,omitempty"`   // calls that EKS throttled
	OvertakenBy string         `json:"overtakenBy,omitempty"` // the newer run that decides instead
}

// NewHistory returns the command history.
func NewHistory(env frame.Environment) *cobra.Command {
	var form frame.Output
	var back string
	var all bool
	cmd := &cobra.Command{
		Use:        "history [CLUSTER[:SCHEDULE] | CLUSTER/NODEGROUP] [--since 7d]",
		SuggestFor: []string{"log", "logs", "audit", "changes"},
		Short:      "Shows how node groups were scaled: when, by whom and why",
		Long: `Lists the changes of node groups, latest first: the sizes before and after, who started the run, and why. A failed change shows
the sizes that were requested, and the error. PROFILE is the profile that was active, with its period or override. REASON is what
the person who started the run gave. Without an argument, it lists all configured node groups. A node group that no longer exists
is found as CLUSTER/NODEGROUP.

AGE is the time since the change. On a terminal, each change takes one line: long text is cut, and RUN needs 140 columns. -o json
and yaml have exact times, and each decision in full.`,
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
			if all {
				return historyOfAll(cmd, env, &form, asked, ago)
			}
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			since := s.Now.Add(-ago)
			found, err := entriesSince(cmd.Context(), s, asked, since)
			if err != nil && !errors.Is(err, frame.ErrFindings) {
				return frame.WithRemedy(err)
			}
			inWords := func(out io.Writer) error { return printEntries(out, env, found, since, s.Now) }
			return cmp.Or(form.Print(cmd.OutOrStdout(), found, inWords), err)
		},
	}
	form.AddFlag(cmd)
	cmd.Flags().StringVar(&back, "since", "7d", "how far back, for example 7d, 36h or 1d12h")
	frame.AddAllRegionsFlag(cmd, &all, frame.LooksAtAllRegions)
	return cmd
}

// group is a node group. An empty name stands for all of the cluster, an empty cluster for all clusters. Without a node group, the
// cluster may be a unit's name.
type group struct {
	cluster, nodegroup string
}

// whatAndSince reads the argument and the flag.
func whatAndSince(args []string, back string) (asked group, ago time.Duration, err error) {
	if len(args) > 1 {
		return asked, ago, fmt.Errorf("unexpected argument %q: use CLUSTER or CLUSTER/NODEGROUP, for example %s/%s", args[1], args[0], args[1])
	}
	if len(args) == 1 {
		cluster, nodegroup, one := strings.Cut(args[0], "/")
		_, schedule := scaling.SplitUnit(cluster)
		if cluster == "" || one && (nodegroup == "" || schedule != "") || strings.Contains(nodegroup, "/") {
			return asked, ago, fmt.Errorf("invalid node group %q: use CLUSTER, CLUSTER:SCHEDULE or CLUSTER/NODEGROUP", args[0])
		}
		asked = group{cluster, nodegroup}
	}
	ago, err = frame.ParseDuration(back)
	if err != nil {
		err = fmt.Errorf("--since: %w", err)
	}
	return asked, ago, err
}

// entriesSince returns the changes since an instant, the newest first. With ErrFindings, the changes of unreadable clusters are
// missing.
func entriesSince(ctx context.Context, s frame.Session, asked group, since time.Time) ([]historyEntry, error) {
	checked, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	groups, findings := groups(s, checked, asked)
	if findings != nil && !errors.Is(findings, frame.ErrFindings) {
		return nil, findings
	}
	found := []historyEntry{}
	for _, g := range groups {
		changes, err := s.Logs.Changes(ctx, g.cluster, g.nodegroup, since)
		if err != nil {
			return nil, err
		}
		for _, c := range changes {
			found = append(found, historyEntryOf(g, c))
		}
	}
	if len(found) == 0 && asked.nodegroup != "" {
		if err := checkKnown(ctx, s, checked.Snapshot, asked); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(found, func(a, b historyEntry) int { return b.At.Compare(a.At) })
	return found, findings
}

// groups returns the selected node groups, by name. A named node group need not be in the table.
func groups(s frame.Session, checked inventory.Checked, asked group) (groups []group, err error) {
	if asked.nodegroup != "" {
		return []group{asked}, nil
	}
	clusters := checked.Clusters
	cluster, schedule := scaling.SplitUnit(asked.cluster)
	if asked.cluster != "" {
		if _, err := checked.UnitNames(asked.cluster); err != nil {
			return nil, err
		}
		e, _ := checked.FindCluster(cluster) // it has units
		clusters = []inventory.Item{e}
	}
	for _, e := range clusters {
		names := inventory.NodegroupNames(e.Spec)
		if schedule != "" {
			unit, _ := checked.ClusterByName[cluster].Unit(schedule) // without node groups if it is invalid
			names = slices.Sorted(maps.Keys(unit.Nodegroups))
		}
		if len(names) == 0 {
			why := fmt.Errorf("%s: invalid, so its node groups are unknown: name each one: eks-scaling history %s/NODEGROUP", inventory.DisplayKey(e), e.Name)
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
	wrong := asked.nodegroup
	if what == "cluster" {
		wrong = asked.cluster
	}
	return frame.NotFound(fmt.Errorf("unknown node group %s/%s: neither configured nor recorded; known %ss: %s%s",
		asked.cluster, asked.nodegroup, what, english.OrNone(known), english.DidYouMean(wrong, known)))
}

func historyEntryOf(g group, c run.Change) historyEntry {
	d := historyEntry{
		At: c.Run.TakenAt.UTC(), Cluster: g.cluster, Schedule: c.Schedule, Nodegroup: g.nodegroup,
		Outcome: c.Outcome, Before: c.Before, After: c.After, Goal: c.Goal,
		Profile: c.Profile, Period: c.Period, Override: c.Override, Reason: c.Reason,
		Run: c.Run.Execution.Name, Trigger: c.Run.Trigger, Actor: c.Run.Actor, RunReason: c.Run.Reason, Seconds: c.Seconds,
		Note: c.Note, Throttled: c.Throttled, OvertakenBy: c.OvertakenBy,
	}
	if c.Error != nil {
		d.Error = c.Error.Error + ": " + c.Error.Message()
	}
	return d
}

func printEntries(out io.Writer, env frame.Environment, found []historyEntry, since, now time.Time) error {
	if len(found) == 0 {
		return term.Tell(out, "No changes since %s\n", since.Format(frame.UTCForm))
	}
	rows := [][]string{{"AGE", inRegion(regionHead(found[0].Region), "NODE GROUP"), "OUTCOME", "CHANGE", "PROFILE", "STARTED BY", "RUN", "REASON"}}
	for _, d := range found {
		rows = append(rows, []string{
			term.Age(now.Sub(d.At)), inRegion(d.Region, d.Cluster+"/"+d.Nodegroup), string(d.Outcome), d.move(), cmp.Or(d.active(), "-"), startedBy(d.Actor, d.Trigger),
			d.Run, cmp.Or(d.why(), "-"),
		})
	}
	limits := map[int]int{1: 30, 4: 20, 5: maxStartedBy}
	if env.Width > 0 && env.Width < wideTerminal {
		for i, cells := range rows {
			rows[i] = slices.Delete(cells, 6, 7)
		}
	}
	return table(env, rows).WriteLines(out, limits, rows)
}

// wideTerminal has room for the names of runs beside the reasons.
const wideTerminal = 140

// move words the change of sizes, such as "1 -> 3 (0..5)". A failed change shows the sizes that were requested.
func (d historyEntry) move() string {
	if d.After != nil {
		return runwords.Move(d.Before, d.After)
	}
	current := int32(0)
	if d.Before != nil {
		current = d.Before.DesiredSize
	}
	requested := d.Goal.Sizes(current)
	return runwords.Move(d.Before, &requested)
}

// active names the profile with its period or override, such as "peak (day)".
func (d historyEntry) active() string {
	cause := d.Period
	if d.Override != "" {
		cause = "override " + d.Override
	}
	if d.Profile == "" || cause == "" {
		return cmp.Or(d.Profile, cause)
	}
	return d.Profile + " (" + cause + ")"
}

// automatic reports whether no person started the run. Its reason is then long and always the same.
func (d historyEntry) automatic() bool {
	return d.Trigger == run.ScheduleTrigger || d.Trigger == run.ReconcileTrigger
}

// why words the error, and the reason: a person's for the run, else the decision's unless another column has it.
func (d historyEntry) why() string {
	text := ""
	if !d.automatic() {
		text = d.RunReason
	}
	if text == "" && d.active() == "" {
		text = d.Reason
	}
	if d.OvertakenBy != "" {
		text = strings.TrimPrefix(text+"; overtaken by run "+d.OvertakenBy, "; ")
	}
	throttled := ""
	if d.Throttled > 0 {
		throttled = "EKS throttled " + english.Count(d.Throttled, "call")
	}
	parts := slices.DeleteFunc([]string{d.Error, text, d.Note, throttled}, func(part string) bool { return part == "" })
	return frame.InOneLine(strings.Join(parts, "; "))
}
