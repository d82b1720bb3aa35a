// Package triggerscmd has the verbs triggers, which compares the triggers with the plan, and triggers sync, which applies the plan.
package triggerscmd

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
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
	var all bool
	cmd := &cobra.Command{
		Use:        "triggers",
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

"triggers sync" fixes those that follow the configuration. A deployment fixes the stack's own:
` + deployment.Redeploy,
		Example: `  eks-scaling triggers
  eks-scaling triggers -o json
  eks-scaling triggers sync`,
		Args: frame.OnlyVerbs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.Check(cmd); err != nil {
				return err
			}
			if all {
				return triggersOfAll(cmd, env, &form)
			}
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			units, err := planned(cmd.Context(), s)
			if err != nil {
				return frame.WithRemedy(err)
			}
			c, err := compareTriggers(cmd.Context(), s, units)
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
	frame.AddAllRegionsFlag(cmd, &all, frame.LooksAtAllRegions)
	cmd.AddCommand(newTriggersSync(env))
	return cmd
}

// planned returns the units that have triggers, as sync-triggers decides: an invalid one has none, and with invalid settings the
// plan is unknown.
func planned(ctx context.Context, s frame.Session) ([]config.Unit, error) {
	held, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	if held.SettingsErr != nil {
		return nil, fmt.Errorf("the plan is unknown because the settings are invalid: %w; fix them with: eks-scaling config edit", held.SettingsErr)
	}
	if !held.Configured {
		return nil, nil
	}
	for _, b := range held.Unusable {
		term.Say(s.Notes, "%s has no triggers because its configuration is invalid: %s\n", run.UnitInWords(b.Name), config.OneLine(b.Err))
	}
	return held.Runnable, nil
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
	c := comparison{At: s.Now.UTC().Truncate(time.Second), LooksPerDay: triggers.LooksPerDay(units, s.Now), Triggers: []comparedTrigger{}}
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

// print writes a table for each group, and what differs.
func (c comparison) print(out io.Writer, width int) error {
	for i, s := range c.Triggers {
		if i == 0 || s.Group != c.Triggers[i-1].Group {
			if err := c.table(out, width, s.Group); err != nil {
				return err
			}
		}
	}
	longest := maxSetting
	if width > 0 {
		longest = min(longest, width-len("  desired  "))
	}
	for _, s := range c.Triggers {
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
	if c.InSync {
		return term.Tell(out, "%s\n", "In sync")
	}
	own := c.Triggers[0].Group
	wrong := func(isOwn bool) bool {
		return slices.ContainsFunc(c.Triggers, func(s comparedTrigger) bool { return (s.Group == own) == isOwn && !s.State.OK() })
	}
	fix := "Fix with"
	if wrong(true) {
		term.SayLine(out, stackRemedy(own))
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
func stackRemedy(group string) string {
	return fmt.Sprintf("Fix group %s, which belongs to the stack, with: %s", group, deployment.Redeploy)
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
