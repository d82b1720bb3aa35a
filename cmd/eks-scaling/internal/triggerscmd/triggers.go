// Package triggerscmd has the verbs triggers, which compares the triggers with the plan, and triggers sync, which applies the plan.
package triggerscmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

// comparison compares the actual triggers with the plan.
type comparison struct {
	At     time.Time `json:"at"`
	InSync bool      `json:"inSync"`
	// LooksPerDay is how many runs a day start only to look at signals, on the day that has the most.
	LooksPerDay int               `json:"looksPerDay,omitempty"`
	Triggers    []comparedTrigger `json:"items"` // the stack's own first

	own    string // the stack's own group
	remedy string // for that group
	all    bool   // list every trigger
	region string // of one of several hubs
}

// comparedTrigger is a trigger, found or planned.
type comparedTrigger struct {
	Region      string                `json:"region,omitempty"` // with --all-regions
	Name        string                `json:"name"`
	Group       string                `json:"group"`
	State       triggers.State        `json:"state"`
	Description string                `json:"description"`
	Expression  string                `json:"expression"` // as planned, or as found if not planned
	Timezone    string                `json:"timezone"`
	When        string                `json:"when"`               // the expression in words
	NextAt      time.Time             `json:"nextAt,omitzero"`    // zero if unknown, or not as planned
	LocalTime   time.Time             `json:"localTime,omitzero"` // of NextAt, with the zone's offset
	Differences []triggers.Difference `json:"differences"`
}

// NewTriggers returns the command "triggers".
func NewTriggers(env frame.Environment) *cobra.Command {
	var form frame.Output
	var v view
	var all bool
	cmd := &cobra.Command{
		Use:        "triggers [--cluster C]... [--problems]",
		SuggestFor: []string{"schedules", "schedule"},
		Short:      "Compares triggers with the plan",
		Long: `Compares the triggers, which are schedules of EventBridge Scheduler, with the plan. The stack has one trigger that starts a
run regularly. The configuration has one for each time at which sizes may change. The exit code is 1 if a trigger is not in
sync. While a window of a period with "when" is open, "look-..." triggers start runs that look at its signals. The states:
  in sync      it matches the plan
  missing      it is planned but was not found
  differs      a setting differs; its desired and current values are below the table
  disabled     it exists but never fires
  not planned  it exists but nothing needs it
  transient    it is due soon or follows a configuration change; it goes within two hours
  due          it is planned but was not found; it is due within a minute, or the next run creates it

--cluster, --schedule, --account and --in-region narrow the list to the triggers that start runs for these units; those that are not
planned belong to none. Of more than 50 triggers, it counts them by state, and lists the first 50, those that are not in sync first.
--problems lists only those, and --all every one.

"triggers sync" fixes those that follow the configuration. A deployment fixes the stack's own: eks-scaling upgrade --revert-drift,
or with the CDK:
` + deployment.Redeploy,
		Example: `  eks-scaling triggers
  eks-scaling triggers -o json
  eks-scaling triggers sync`,
		Args: frame.OnlyVerbs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.Check(cmd); err != nil {
				return err
			}
			if v.all && v.problems {
				return frame.Usage(cmd, errors.New("--all cannot be combined with --problems"))
			}
			if all {
				return triggersOfAll(cmd, env, &form, v)
			}
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			c, err := v.compare(cmd.Context(), s)
			if err != nil {
				return frame.WithRemedy(err)
			}
			inWords := func(out io.Writer) error { return c.print(out, env.Width) }
			if err := form.Print(cmd.OutOrStdout(), c, inWords); err != nil || c.InSync {
				return err
			}
			return frame.ErrFindings
		},
	}
	form.AddFlag(cmd)
	v.AddFlags(cmd)
	cmd.Flags().BoolVar(&v.problems, "problems", false, "list only triggers that are not in sync")
	cmd.Flags().BoolVar(&v.all, "all", false, "list every trigger")
	frame.AddAllRegionsFlag(cmd, &all, frame.LooksAtAllRegions)
	cmd.AddCommand(newTriggersSync(env))
	return cmd
}

// view says which triggers are shown.
type view struct {
	filter.Filter
	problems, all bool
}

// compare compares the triggers of a stack with the plan, and keeps those to show. All of them decide whether it is in sync, unless units
// are named.
func (v view) compare(ctx context.Context, s frame.Session) (comparison, error) {
	units, names, err := planned(ctx, s, v.Filter)
	if err != nil {
		return comparison{}, err
	}
	c, err := compareTriggers(ctx, s, units)
	if err != nil {
		return c, err
	}
	c.all = v.all || v.problems
	if names != nil {
		of := triggersOf(units, names, s.Now)
		c.Triggers = slices.DeleteFunc(c.Triggers, func(t comparedTrigger) bool { return t.Group != s.Stack.ReconcileGroup && !of[t.Name] })
		c.InSync = !slices.ContainsFunc(c.Triggers, func(t comparedTrigger) bool { return !t.State.OK() })
	}
	if v.problems {
		c.Triggers = slices.DeleteFunc(c.Triggers, func(t comparedTrigger) bool { return t.State.OK() })
	}
	return c, nil
}

// triggersOf names the planned triggers that start runs for some of the units.
func triggersOf(units []config.Unit, names []string, now time.Time) map[string]bool {
	of := map[string]bool{}
	for _, t := range triggers.Plan(units, now) {
		of[t.Name] = slices.ContainsFunc(names, t.Names)
	}
	return of
}

// planned returns the units that have triggers, as sync-triggers decides: an invalid one has none, and with invalid settings the
// plan is unknown. It also returns the names of those that match the filter; nil means all.
func planned(ctx context.Context, s frame.Session, of filter.Filter) (units []config.Unit, names []string, err error) {
	held, err := s.Read(ctx)
	if err == nil && !of.IsEmpty() {
		names, err = of.Select(held.Snapshot, s.Stack.Account)
	}
	if err != nil {
		return nil, nil, err
	}
	if held.SettingsErr != nil {
		return nil, nil, fmt.Errorf("the plan is unknown because the settings are invalid: %w; fix them with: eks-scaling config edit", held.SettingsErr)
	}
	if !held.Configured {
		return nil, nil, nil
	}
	for _, b := range held.Unusable {
		term.Say(s.Notes, "%s has no triggers because its configuration is invalid: %s\n", run.UnitInWords(b.Name), config.OneLine(b.Err))
	}
	return held.Runnable, names, nil
}

func groupsOf(s frame.Session) collect.ScheduleGroups {
	return collect.GroupsOf(s.Stack, awsscheduler.NewFromConfig(s.AWS))
}

// compareTriggers inspects both groups.
func compareTriggers(ctx context.Context, s frame.Session, units []config.Unit) (comparison, error) {
	defer s.Progress("reading the triggers")()
	groups := groupsOf(s)
	var own, others []triggers.Inspection
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		own, err = groups.InspectReconcile(ctx, s.Now)
		return err
	})
	both.Go(func() (err error) {
		others, err = groups.InspectTriggers(ctx, units, s.Now)
		return err
	})
	if err := both.Wait(); err != nil {
		return comparison{}, err
	}
	c := comparison{own: s.Stack.ReconcileGroup, remedy: stackRemedy(s.Stack), At: s.Now.UTC().Truncate(time.Second), LooksPerDay: triggers.LooksPerDay(units, s.Now), Triggers: []comparedTrigger{}}
	c.add(s.Stack.ReconcileGroup, own, s.Now)
	c.add(s.Stack.TriggersGroup, others, s.Now)
	c.InSync = !slices.ContainsFunc(c.Triggers, func(s comparedTrigger) bool { return !s.State.OK() })
	return c, nil
}

// add adds the triggers of a group.
func (c *comparison) add(group string, inspections []triggers.Inspection, now time.Time) {
	for _, i := range inspections {
		t := timing{i.Expression, i.Zone}
		compared := comparedTrigger{
			Name: i.Name, Group: group, State: i.State, Description: i.Description, Expression: i.Expression, Timezone: i.Zone,
			When: t.String(), Differences: append([]triggers.Difference{}, i.Differences...),
		}
		if i.State.OK() {
			compared.LocalTime = t.next(now)
			compared.NextAt = compared.LocalTime.UTC()
		}
		c.Triggers = append(c.Triggers, compared)
	}
}

// maxTriggers limits the triggers that are listed of many.
const maxTriggers = 50

// print writes a table for each group, and what differs. Of many triggers it counts all and lists some, those that are not in sync first.
func (c comparison) print(out io.Writer, width int) error {
	shown := c
	if shown.Triggers = c.foremost(); len(shown.Triggers) < len(c.Triggers) {
		term.Say(out, "%s: %s\n\n", english.Count(len(c.Triggers), "trigger"), c.counts(c.Triggers))
	}
	for i, s := range shown.Triggers {
		if i == 0 || s.Group != shown.Triggers[i-1].Group {
			if err := shown.table(out, width, s.Group); err != nil {
				return err
			}
		}
	}
	if more := len(c.Triggers) - len(shown.Triggers); more > 0 {
		term.Say(out, "and %s more; --all lists all\n", english.Number(more))
	}
	longest := maxSetting
	if width > 0 {
		longest = min(longest, width-len("  desired  "))
	}
	for _, s := range shown.Triggers {
		for _, d := range s.Differences {
			desired, current := term.CutToDifference(d.Desired, cmp.Or(d.Current, "(none)"), longest)
			term.Say(out, "%s: %s\n  desired  %s\n  current  %s\n\n", s.Name, d.Setting, desired, current)
		}
	}
	if c.LooksPerDay > 0 {
		term.Say(out, "Up to %s a day start only to look at signals\n", english.Count(c.LooksPerDay, "run"))
	}
	return c.advise(out)
}

// foremost returns the triggers to list.
func (c comparison) foremost() []comparedTrigger {
	rows := 0 // neighboring looks share a row
	for i := range c.Triggers {
		if i == 0 || !c.Triggers[i-1].sharesRow(c.Triggers[i]) {
			rows++
		}
	}
	if c.all || rows <= maxTriggers {
		return c.Triggers
	}
	rank := func(t comparedTrigger) int {
		if t.State.OK() {
			return 1
		}
		return 0
	}
	first := slices.SortedStableFunc(slices.Values(c.Triggers), func(a, b comparedTrigger) int { return rank(a) - rank(b) })[:maxTriggers]
	slices.SortStableFunc(first, func(a, b comparedTrigger) int { return cmp.Compare(c.position(a.Group), c.position(b.Group)) })
	return first
}

// position orders the groups: the stack's own first.
func (c comparison) position(group string) int {
	return slices.IndexFunc(c.Triggers, func(t comparedTrigger) bool { return t.Group == group })
}

// counts counts triggers by state, such as "4 missing, 2,000 in sync".
func (c comparison) counts(all []comparedTrigger) string {
	byState := map[triggers.State]int{}
	for _, t := range all {
		byState[t.State]++
	}
	var parts []string
	for _, state := range []triggers.State{triggers.Missing, triggers.Disabled, triggers.Differs, triggers.Unplanned, triggers.Due, triggers.Transient, triggers.InSync} {
		if n := byState[state]; n > 0 {
			parts = append(parts, english.Number(n)+" "+stateInWords(state))
		}
	}
	return strings.Join(parts, ", ")
}

// maxSetting limits the characters of a setting that are shown.
const maxSetting = 100

// table writes the triggers of a group.
func (c comparison) table(out io.Writer, width int, group string) error {
	term.Say(out, "group %s\n", group)
	rows := append([][]string{{"  TRIGGER", "STATE", "WHEN", "NEXT"}}, c.rows(group)...)
	err := term.WriteTable(out, width, rows)
	term.SayLine(out)
	return err
}

// rows returns the rows of a group. Neighboring one-time looks in one state share a row: there may be hundreds.
func (c comparison) rows(group string) (rows [][]string) {
	for i, n := 0, 0; i < len(c.Triggers); i += n {
		first := c.Triggers[i]
		for n = 1; i+n < len(c.Triggers) && first.sharesRow(c.Triggers[i+n]); n++ {
		}
		if first.Group == group {
			rows = append(rows, c.row(first, c.Triggers[i+n-1], n))
		}
	}
	return rows
}

func (s comparedTrigger) sharesRow(next comparedTrigger) bool {
	return triggers.IsOneTimeLook(s.Name) && triggers.IsOneTimeLook(next.Name) && s.State == next.State && s.Group == next.Group
}

// row returns the row of n neighbors.
func (c comparison) row(first, last comparedTrigger, n int) []string {
	name, when, next := first.Name, first.When, "-"
	if n > 1 {
		name, when = fmt.Sprintf("%s and %d more", name, n-1), strings.Replace(last.When, "once ", "once each until ", 1)
	}
	if !first.LocalTime.IsZero() {
		next = term.Relative(first.NextAt, c.At)
	}
	return []string{"  " + name, stateInWords(first.State), when, next}
}

// advise says how to fix what is not in sync.
func (c comparison) advise(out io.Writer) error {
	if c.InSync || len(c.Triggers) == 0 {
		return term.Tell(out, "%s\n", "In sync")
	}
	own := c.own
	wrong := func(isOwn bool) bool {
		return slices.ContainsFunc(c.Triggers, func(s comparedTrigger) bool { return (s.Group == own) == isOwn && !s.State.OK() })
	}
	fix := "Fix with"
	if wrong(true) {
		term.SayLine(out, c.remedy)
		fix = "Fix the others with"
	}
	if wrong(false) {
		command := "eks-scaling triggers sync"
		if c.region != "" {
			command = frame.InRegion(command, c.region)
		}
		term.SayLine(out, fix+": "+command)
	}
	return nil
}

// stackRemedy says how to fix the stack's own group.
func stackRemedy(s deployment.Stack) string {
	return fmt.Sprintf("Fix group %s, which belongs to the stack, with: %s", s.ReconcileGroup, s.Redeployment(deployment.Redeploy))
}

func stateInWords(s triggers.State) string {
	switch s {
	case triggers.InSync:
		return "in sync"
	case triggers.Unplanned:
		return "not planned"
	case triggers.Missing, triggers.Differs, triggers.Disabled, triggers.Transient, triggers.Due:
	}
	return string(s)
}
