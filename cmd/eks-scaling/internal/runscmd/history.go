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
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
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

// question says which changes to list.
type question struct {
	filter.Filter
	named    group // by the argument
	since    time.Time
	problems bool
	limit    int
}

// DefaultChanges is the default limit of the changes.
const DefaultChanges = 100

// NewHistory returns the command history.
func NewHistory(env frame.Environment) *cobra.Command {
	var form frame.Output
	var back string
	var q question
	var all bool
	cmd := &cobra.Command{
		Use:        "history [CLUSTER[:SCHEDULE] | CLUSTER/NODEGROUP] [--since 7d] [--problems] [--limit N]",
		SuggestFor: []string{"log", "logs", "audit", "changes"},
		Short:      "Shows how node groups were scaled: when, by whom and why",
		Long: `Lists the changes of node groups, latest first: the sizes before and after, who started the run, and why. A failed change shows
the sizes that were requested, and the error. PROFILE is the profile that was active, with its period or override. REASON is what
the person who started the run gave. Without an argument, it lists all configured node groups. A node group that no longer exists
is found as CLUSTER/NODEGROUP.

--cluster, --schedule, --account and --in-region narrow the node groups; --problems lists only changes that failed or were overtaken.
If there are more changes than --limit, the last line says so.

AGE is the time since the change. On a terminal, each change takes one line: long text is cut, and RUN needs 140 columns. -o json
and yaml have exact times, and each decision in full.`,
		Example: `  eks-scaling history
  eks-scaling history production/big --since 36h
  eks-scaling history --in-region eu-west-1 --problems`,
		RunE: func(cmd *cobra.Command, args []string) error {
			named, ago, err := whatAndSince(args, back)
			if err == nil {
				err = q.check(named)
			}
			if err != nil {
				return frame.Usage(cmd, err)
			}
			if err := form.Check(cmd); err != nil {
				return err
			}
			q.named = named
			if all {
				return historyOfAll(cmd, env, &form, q, ago)
			}
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			q.since = s.Now.Add(-ago)
			found, more, err := q.entries(cmd.Context(), s)
			if err != nil && !errors.Is(err, frame.ErrFindings) {
				return frame.WithRemedy(err)
			}
			if more {
				term.Say(s.Notes, "There are more changes; list them with: --limit %d\n", 10*q.limit)
			}
			inWords := func(out io.Writer) error { return printEntries(out, env, found, q.since, s.Now) }
			return cmp.Or(form.Print(cmd.OutOrStdout(), found, inWords), err)
		},
	}
	form.AddFlag(cmd)
	q.AddFlags(cmd)
	cmd.Flags().StringVar(&back, "since", "7d", "how far back, for example 7d, 36h or 1d12h")
	cmd.Flags().BoolVar(&q.problems, "problems", false, "only changes that failed or were overtaken")
	cmd.Flags().IntVar(&q.limit, "limit", DefaultChanges, "maximum number of changes")
	frame.AddAllRegionsFlag(cmd, &all, frame.LooksAtAllRegions)
	return cmd
}

// check refuses what does not fit together, and adds the argument to the filter.
func (q *question) check(named group) error {
	switch {
	case q.limit < 1:
		return fmt.Errorf("invalid --limit %d: must be at least 1", q.limit)
	case named.cluster != "" && !q.IsEmpty():
		return fmt.Errorf("%s is named already: leave out --cluster, --schedule, --account and --in-region", named.cluster)
	case named.cluster != "":
		q.Clusters = []string{named.cluster}
	}
	return nil
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

// entries returns the latest changes, the newest first, and whether there are more. With ErrFindings, the changes of unreadable clusters
// are missing.
func (q question) entries(ctx context.Context, s frame.Session) (found []historyEntry, more bool, err error) {
	checked, units, err := q.From(ctx, s)
	if q.named.nodegroup != "" && frame.ExitCode(err) == frame.ExitNotFound {
		err = nil // its records may still exist
	}
	if err != nil {
		return nil, false, err
	}
	groups, findings := q.groups(s, checked, units)
	if findings != nil && !errors.Is(findings, frame.ErrFindings) {
		return nil, false, findings
	}
	done := s.Progress("reading the changes")
	defer done()
	if found, err = q.changes(ctx, s, groups); err != nil {
		return nil, false, err
	}
	if len(found) == 0 && q.named.nodegroup != "" {
		if err := checkKnown(ctx, s, checked.Snapshot, q.named); err != nil {
			return nil, false, err
		}
	}
	slices.SortStableFunc(found, func(a, b historyEntry) int { return b.At.Compare(a.At) })
	if more = len(found) > q.limit; more {
		found = found[:q.limit]
	}
	return found, more, findings
}

// maxQueried limits the node groups whose changes are read one by one.
const maxQueried = 100

// changes reads the changes of node groups: of each, or all changes until there are enough.
func (q question) changes(ctx context.Context, s frame.Session, groups []group) ([]historyEntry, error) {
	found := []historyEntry{}
	add := func(g group, c run.Change) {
		if !q.problems || c.Outcome == run.Failed || c.Outcome == run.Overtaken {
			found = append(found, historyEntryOf(g, c))
		}
	}
	if len(groups) > maxQueried {
		asked := map[group]bool{}
		for _, g := range groups {
			asked[g] = true
		}
		return found, s.Logs.EachChange(ctx, q.since, s.Now, func(c run.Change) bool {
			if g := (group{c.Cluster, c.Nodegroup}); asked[g] {
				add(g, c)
			}
			return len(found) <= q.limit
		})
	}
	changes := make([][]run.Change, len(groups))
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(queriesAtOnce)
	for i, g := range groups {
		all.Go(func() (err error) {
			changes[i], err = s.Logs.Changes(ctx, g.cluster, g.nodegroup, q.since)
			return err
		})
	}
	err := all.Wait()
	for i, g := range groups {
		for _, c := range changes[i] {
			add(g, c)
		}
	}
	return found, err
}

// queriesAtOnce limits the concurrent reads of changes.
const queriesAtOnce = 16

// groups returns the node groups of units, by name. A named node group need not be in the table.
func (q question) groups(s frame.Session, checked inventory.Checked, units []string) (groups []group, err error) {
	if q.named.nodegroup != "" {
		return []group{q.named}, nil
	}
	of := map[string][]string{} // the units of each cluster
	for _, unit := range units {
		cluster, _ := scaling.SplitUnit(unit)
		of[cluster] = append(of[cluster], unit)
	}
	for _, e := range checked.Clusters {
		if of[e.Name] == nil {
			continue
		}
		names := inventory.NodegroupNames(e.Spec)
		if len(of[e.Name]) < len(e.UnitNames()) {
			names = namesOf(checked, e.Name, of[e.Name])
		}
		if len(names) == 0 {
			why := fmt.Errorf("%s: invalid, so its node groups are unknown: name each one: eks-scaling history %s/NODEGROUP", inventory.DisplayKey(e), e.Name)
			if q.named.cluster != "" {
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

// namesOf returns the node groups of some units of a cluster; none if it is invalid.
func namesOf(checked inventory.Checked, cluster string, units []string) (names []string) {
	for _, unit := range checked.ClusterByName[cluster].Units() {
		if slices.Contains(units, unit.Name) {
			names = append(names, slices.Collect(maps.Keys(unit.Nodegroups))...)
		}
	}
	slices.Sort(names)
	return names
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
	regions := make([]string, len(found))
	for i, d := range found {
		regions[i] = d.Region
	}
	column := regionColumnOf(regions)
	rows := [][]string{{"AGE", column.head("NODE GROUP"), "OUTCOME", "CHANGE", "PROFILE", "STARTED BY", "RUN", "REASON"}}
	for _, d := range found {
		rows = append(rows, []string{
			term.Age(now.Sub(d.At)), column.before(d.Region, d.Cluster+"/"+d.Nodegroup), string(d.Outcome), d.move(), cmp.Or(d.active(), "-"), runwords.StartedBy(d.Actor, d.Trigger),
			d.Run, cmp.Or(d.why(), "-"),
		})
	}
	limits := map[int]int{1: column.width + 30, 4: 20, 5: maxStartedBy}
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
