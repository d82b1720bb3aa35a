package overridecmd

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// cancelling is what the flags of "override cancel" say.
type cancelling struct {
	by, reason string
	yes        bool
}

func newOverrideCancel(env frame.Environment) *cobra.Command {
	o := &cancelling{}
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "cancel NAME",
		Short: "Ends an override now",
		Long: `Ends an override now. One that is in force gets the present as its end, and stays in the table for 7 days; one that has
not begun yet or begins in this second, or that cannot be read, is removed. Shows what changes and asks.

` + change.ChangesInJSON,
		Example: `  eks-scaling override list
  eks-scaling override cancel production-20261127T090000Z --reason "the load test is over"`,
		Args: frame.Arguments("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return form.RunWithStack(cmd, env, func(env frame.Environment, s frame.Session) (any, error) {
				return o.cancel(cmd, env, s, args[0])
			})
		},
	}
	form.AddFlag(cmd)
	frame.RecordFlags(cmd, env, &o.by, &o.reason)
	cmd.Flags().BoolVar(&o.yes, "yes", false, "do not ask")
	return cmd
}

func (o *cancelling) cancel(cmd *cobra.Command, env frame.Environment, s frame.Session, name string) (made change.Report, err error) {
	held, err := s.Read(cmd.Context())
	if err != nil {
		return made, err
	}
	e, err := findOverride(held.Snapshot, name)
	if err != nil {
		return made, err
	}
	if err := e.CheckFormat(); errors.Is(err, config.ErrNewer) {
		return made, fmt.Errorf("nothing was changed: %w", err)
	}
	out := cmd.OutOrStdout()
	now := s.Now.UTC().Truncate(time.Second)
	override := agenda.ListedOf(&held, e, now)
	removed := override.State == agenda.Broken || !now.After(override.From)
	switch override.State {
	case agenda.Broken:
		term.Say(out, "override %s cannot be read and will be removed: %s\n", name, override.Error)
	case agenda.Ended:
		term.Say(out, "override %s has ended already, at %s\n", name, override.Until.UTC().Format(frame.UTCForm))
		return change.NewReport(s), nil
	default:
		showEnd(&held, out, override, now)
	}
	if err := frame.Confirm(cmd, env, o.yes, "Cancel this override?"); err != nil {
		return made, err
	}
	c := inventory.Change{After: e, Before: e.Spec, Gone: true}
	if removed {
		err = s.Config.Delete(cmd.Context(), e)
	} else {
		c, err = o.endNow(cmd, s, e, override.Override, now)
	}
	if err != nil {
		return made, change.DescribeConflict(cmd.Context(), s, e, e.Spec, err)
	}
	term.Say(out, "override %s is cancelled\n", name)
	return change.NewReport(s, c), nil
}

// findOverride finds an override by its name. Two clusters can have overrides of the same name, if they were written
// at the same time or by hand. CLUSTER/NAME then tells them apart.
func findOverride(snapshot inventory.Snapshot, name string) (inventory.Item, error) {
	var keys []string
	for _, e := range snapshot.Overrides {
		if e.Key() == name && e.Cluster != "" {
			return e, nil
		}
		if e.Name == name {
			keys = append(keys, e.Key())
		}
	}
	if len(keys) > 1 {
		return inventory.Item{}, frame.NotFound(fmt.Errorf("override %q is there for more than one cluster; want one of: %s", name, strings.Join(keys, ", ")))
	}
	return snapshot.FindOverride(name)
}

// endNow moves the end of an override that is in force.
func (o *cancelling) endNow(cmd *cobra.Command, s frame.Session, e inventory.Item, override scaling.Override, now time.Time) (inventory.Change, error) {
	override.Until = now
	next, err := overrideEntity(override, e)
	if err != nil {
		return inventory.Change{}, err
	}
	c, err := inventory.ChangeTo(e.Spec, next)
	if err != nil {
		return inventory.Change{}, err
	}
	next.UpdatedAt, next.UpdatedBy, next.Reason = s.Current().UTC().Truncate(time.Second), o.by, o.reason
	_, err = s.Config.Put(cmd.Context(), next)
	return c, err
}

// showEnd says what changes when an override ends now, or does not come.
func showEnd(s *inventory.Checked, out io.Writer, o agenda.ListedOverride, now time.Time) {
	loc := s.Location(o.Cluster)
	at, when := now, "ends now, in place of "+o.Until.In(loc).Format(scaling.LocalTime)
	if now.Before(o.From) {
		at, when = o.From, "does not begin at "+o.From.In(loc).Format(scaling.LocalTime)
	}
	term.Say(out, "override %s of %s (%s; %s) %s\n", o.Name, o.Cluster, agenda.OverrideInWords(o.Override), o.Reason, when)
	c, usable := s.ClusterByName[o.Cluster]
	if !usable {
		term.Say(out, "    nothing is scaled after it: %s\n", o.Error)
		return
	}
	before := c.Timeline()
	var others []scaling.Override
	for _, other := range before.Overrides {
		if other.Name != o.Name {
			others = append(others, other)
		}
	}
	after := c.Under(others).Timeline()
	for _, line := range agenda.Resized(agenda.SizesOf(c, before.Demands(at)), agenda.SizesOf(c, after.Demands(at))) {
		term.SayLine(out, "    "+line)
	}
}
