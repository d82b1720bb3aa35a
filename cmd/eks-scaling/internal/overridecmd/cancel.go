package overridecmd

import (
	"errors"
	"fmt"
	"io"
	"slices"
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

func newOverrideCancel(env frame.Environment) *cobra.Command {
	var o frame.Intent
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "cancel NAME",
		Short: "Ends an override now",
		Long: `Ends an override. An active override ends now and stays in the table for 7 days. An upcoming or invalid one is removed. Shows
what changes and asks.

` + change.ChangesInJSON,
		Example: `  eks-scaling override list
  eks-scaling override cancel production-20261127T090000Z --reason "the load test is over"`,
		Args: frame.Arguments("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return form.RunWithStack(cmd, env, func(env frame.Environment, s frame.Session) (any, error) {
				return cancel(o, cmd, env, s, args[0])
			})
		},
	}
	form.AddFlag(cmd)
	o.AddFlags(cmd, env)
	return cmd
}

func cancel(o frame.Intent, cmd *cobra.Command, env frame.Environment, s frame.Session, name string) (made change.Report, err error) {
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
	out := env.Told
	now := s.Now.UTC().Truncate(time.Second)
	override := agenda.ListedOf(&held, e, now)
	removed := override.State == agenda.Broken || !now.After(override.From)
	switch override.State {
	case agenda.Broken:
		term.Say(out, "Override %s is invalid and will be removed: %s\n", name, override.Error)
	case agenda.Ended:
		term.Say(out, "Override %s already ended at %s; nothing to do.\n", name, override.Until.UTC().Format(frame.UTCForm))
		return change.NewReport(s), nil
	default:
		showEnd(cmd, s, &held, out, override, now)
	}
	if err := frame.Confirm(cmd, env, o.Yes, "Cancel this override?"); err != nil {
		return made, err
	}
	c := inventory.Change{After: e, Before: e.Spec, Gone: true}
	if removed {
		err = s.Config.Delete(cmd.Context(), e)
	} else {
		c, err = endNow(o, cmd, s, e, override.Override, now)
	}
	if err != nil {
		return made, change.DescribeConflict(cmd.Context(), s, e, e.Spec, err)
	}
	term.Say(out, "Cancelled override %s.\n", name)
	return change.NewReport(s, c), nil
}

// findOverride finds an override by its name, or by CLUSTER/NAME. Two clusters can have overrides of the same name, if they were
// written at the same time or by hand.
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
		return inventory.Item{}, frame.NotFound(fmt.Errorf("override %q exists in several clusters: name one of %s", name, strings.Join(keys, ", ")))
	}
	if cluster, _ := inventory.SplitKey(inventory.KindOverride, name); cluster != "" {
		if err := snapshot.Here(cluster); err != nil {
			return inventory.Item{}, err
		}
	}
	return snapshot.FindOverride(name)
}

// endNow ends an active override.
func endNow(o frame.Intent, cmd *cobra.Command, s frame.Session, e inventory.Item, override scaling.Override, now time.Time) (inventory.Change, error) {
	override.Until = now
	next, err := overrideEntity(override, e)
	if err != nil {
		return inventory.Change{}, err
	}
	c, err := inventory.ChangeTo(e.Spec, next)
	if err != nil {
		return inventory.Change{}, err
	}
	next.UpdatedAt, next.UpdatedBy, next.Reason = s.Current().UTC().Truncate(time.Second), o.By, o.Reason
	_, err = s.Config.Put(cmd.Context(), next)
	return c, err
}

// showEnd prints what changes when an override ends now or never begins.
func showEnd(cmd *cobra.Command, s frame.Session, held *inventory.Checked, out io.Writer, o agenda.ListedOverride, now time.Time) {
	loc := held.Location(o.Unit())
	at, when := now, "ends now instead of "+o.Until.In(loc).Format(scaling.LocalTime)
	if now.Before(o.From) {
		at, when = o.From, "will not begin at "+o.From.In(loc).Format(scaling.LocalTime)
	}
	term.Say(out, "Override %s of %s (%s; %s) %s\n", o.Name, o.Unit(), agenda.OverrideInWords(o.Override), o.Reason, when)
	u, usable := held.ClusterByName[o.Cluster].Unit(o.Schedule)
	if !usable {
		term.Say(out, "    nothing is scaled afterwards: %s\n", o.Error)
		return
	}
	overrides := u.Timeline().Overrides
	others := slices.DeleteFunc(slices.Clone(overrides), func(other scaling.Override) bool { return other.Name == o.Name })
	look := outlookFor(cmd, s, u)
	for _, line := range agenda.Resized(look.sizes(overrides, at), look.sizes(others, at)) {
		term.SayLine(out, "    "+line)
	}
}
