// Package triggerscmd has the verb triggers, which compares the triggers with the plan, and triggers sync.
package triggerscmd

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/triggers"
)

// comparison compares the actual triggers with the plan.
type comparison struct {
	At        time.Time          `json:"at"`
	AsPlanned bool               `json:"asPlanned"`
	Triggers  []comparedTrigger `json:"items"` // the stack's own first
}

// comparedTrigger is a schedule of EventBridge Scheduler.
type comparedTrigger struct {
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
	cmd := &cobra.Command{
		Use:   "triggers",
		Short: "Shows the triggers as they exist against as they should be",
		Long: `Shows the schedules of EventBridge Scheduler that start runs, each as it is against as it should be: the one of the stack
that starts a run regularly, and those that follow the configuration, one for each time at which something may change. It
ends with 1 when one is not as planned. The states:
  ok           it is as planned
  missing      it is planned, but not there
  differs      a setting is not as planned: which, what it should be and what it is stands below it
  disabled     it is there, but never fires
  not planned  it is there, but nothing needs it
  passing      it is coming due, or follows a change of the configuration: it is left alone, and goes within two hours
  due          it is planned, and not there: it fires within a minute, or the next reconcile run makes it

"triggers sync" mends those that follow the configuration. The one of the stack is mended by a deployment:
` + deployment.Redeploy,
		Example: `  eks-scaling triggers
  eks-scaling triggers -o json
  eks-scaling triggers sync`,
		Args: frame.OnlyVerbs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.Check(cmd); err != nil {
				return err
			}
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			clusters, err := planned(cmd.Context(), s)
			if err != nil {
				return frame.WithRemedy(err)
			}
			c, err := compareTriggers(cmd.Context(), s, clusters)
			if err != nil {
				return frame.WithRemedy(err)
			}
			inWords := func(out io.Writer) error { return c.print(out, env.Width) }
			if err := form.Print(cmd.OutOrStdout(), c, inWords); err != nil || c.AsPlanned {
				return err
			}
			return frame.ErrFindings
		},
	}
	form.AddFlag(cmd)
	cmd.AddCommand(newTriggersSync(env))
	return cmd
}

// planned returns the clusters that have triggers, as the function that syncs them decides: an unusable cluster has none, and without
// usable settings the plan is unknown.
func planned(ctx context.Context, s frame.Session) ([]config.Cluster, error) {
	held, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	if held.SettingsErr != nil {
		return nil, fmt.Errorf("which triggers there should be is not known, as the configuration cannot be used: %w; mend it with: eks-scaling config edit", held.SettingsErr)
	}
	if !held.Configured {
		return nil, nil
	}
	for _, b := range held.Unusable {
		term.Say(s.Notes, "cluster %s cannot be used, so it has no triggers: %s\n", b.Cluster, config.OneLine(b.Err))
	}
	return held.Runnable, nil
}

func groupsOf(s frame.Session) collect.ScheduleGroups {
	return collect.GroupsOf(s.Stack, awsscheduler.NewFromConfig(s.AWS))
}

// compareTriggers inspects both groups.
func compareTriggers(ctx context.Context, s frame.Session, clusters []config.Cluster) (comparison, error) {
	defer s.Progress("looking at the schedules")()
	groups := groupsOf(s)
	var own, others []triggers.Inspection
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		own, err = groups.InspectReconcile(ctx, s.Now)
		return err
	})
	both.Go(func() (err error) {
		others, err = groups.InspectTriggers(ctx, clusters, s.Now)
		return err
	})
	if err := both.Wait(); err != nil {
		return comparison{}, err
	}
	c := comparison{At: s.Now.UTC().Truncate(time.Second), Triggers: []comparedTrigger{}}
	c.add(s.Stack.ReconcileGroup, own, s.Now)
	c.add(s.Stack.TriggersGroup, others, s.Now)
	c.AsPlanned = !slices.ContainsFunc(c.Triggers, func(s comparedTrigger) bool { return !s.State.AsItShouldBe() })
	return c, nil
}

// add adds the schedules of a group.
func (c *comparison) add(group string, inspections []triggers.Inspection, now time.Time) {
	for _, i := range inspections {
		t := timing{i.Expression, i.Zone}
		compared := comparedTrigger{
			Name: i.Name, Group: group, State: i.State, Description: i.Description, Expression: i.Expression, Timezone: i.Zone,
			When: t.String(), Differences: append([]triggers.Difference{}, i.Differences...),
		}
		if i.State.AsItShouldBe() {
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
		longest = min(longest, width-len("  should be  "))
	}
	for _, s := range c.Triggers {
		for _, d := range s.Differences {
			wanted, found := term.CutToDifference(d.Wanted, cmp.Or(d.Found, "(nothing)"), longest)
			term.Say(out, "%s: %s\n  should be  %s\n  is         %s\n\n", s.Name, d.Setting, wanted, found)
		}
	}
	return c.advise(out)
}

// maxSetting is how many characters of a setting people see.
const maxSetting = 100

// table writes the schedules of a group.
func (c comparison) table(out io.Writer, width int, group string) error {
	term.Say(out, "group %s\n", group)
	rows := [][]string{{"  SCHEDULE", "STATE", "WHEN", "NEXT"}}
	for _, s := range c.Triggers {
		if s.Group != group {
			continue
		}
		next := "-"
		if !s.LocalTime.IsZero() {
			next = s.LocalTime.Format(scaling.LocalTime)
		}
		rows = append(rows, []string{"  " + s.Name, stateInWords(s.State), s.When, next})
	}
	err := term.WriteTable(out, width, rows)
	term.SayLine(out)
	return err
}

// advise says how to fix what is not as planned.
func (c comparison) advise(out io.Writer) error {
	if c.AsPlanned {
		return term.Tell(out, "%s\n", "all are as they should be")
	}
	own := c.Triggers[0].Group
	wrong := func(isOwn bool) bool {
		return slices.ContainsFunc(c.Triggers, func(s comparedTrigger) bool { return (s.Group == own) == isOwn && !s.State.AsItShouldBe() })
	}
	if wrong(true) {
		term.SayLine(out, stackRemedy(own))
	}
	if wrong(false) {
		term.SayLine(out, "to mend those that follow the configuration: eks-scaling triggers sync")
	}
	return nil
}

// stackRemedy says how to fix the stack's own group.
func stackRemedy(group string) string {
	return fmt.Sprintf("group %s is the stack's own; a deployment mends it: %s", group, deployment.Redeploy)
}

func stateInWords(s triggers.State) string {
	if s == triggers.Unplanned {
		return "not planned"
	}
	return string(s)
}
