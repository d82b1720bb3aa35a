package overridecmd

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// overrideSetting holds the flags of "override set".
type overrideSetting struct {
	nodegroups  []string
	desired     []int32
	profile     string
	from, until string
	lasting     string
	duration    time.Duration // lasting, parsed
	name        string
	unit        string // the name of a cluster with one schedule, or of a unit
	frame.Intent
}

func newOverrideSet(env frame.Environment) *cobra.Command {
	o := &overrideSetting{}
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "set CLUSTER[:SCHEDULE] {--nodegroup N --desired 4 ... | --to PROFILE [--nodegroup N]...} {--for D | --until T} --reason R",
		Short: "Sets temporary sizes or a temporary profile",
		Long: `Overrides the schedule of CLUSTER with sizes or a profile, until T or for a time such as 90m, 3h or 2d. It ends by itself. If
several overrides are active, the newest wins. Shows what changes and asks. If CLUSTER has several schedules, name one:
CLUSTER:SCHEDULE.

T is RFC 3339 ("2026-12-24T20:00:00-03:00"), or the cluster's local time ("2026-12-24 20:00").

` + change.ChangesInJSON,
		Example: `  eks-scaling override set production --nodegroup big --desired 4 --for 3h --reason "load test"
  eks-scaling override set production --to peak --from "2026-11-27 06:00" --until "2026-11-28 02:00" --reason "Black Friday"
  eks-scaling override set production:batch --to "off" --for 2h --reason "maintenance"`,
		Args: frame.Arguments("CLUSTER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.unit = args[0]
			if err := o.check(); err != nil {
				return frame.Usage(cmd, err)
			}
			return form.RunWithStack(cmd, env, func(env frame.Environment, s frame.Session) (any, error) {
				return o.set(cmd, env, s)
			})
		},
	}
	form.AddFlag(cmd)
	o.AddFlags(cmd, env)
	flags := cmd.Flags()
	flags.StringArrayVar(&o.nodegroups, "nodegroup", nil, "a node group; may be repeated")
	flags.Int32SliceVar(&o.desired, "desired", nil, "the number of nodes of the --nodegroup in the same place")
	flags.Lookup("desired").DefValue = "" // not []
	flags.StringVar(&o.profile, "to", "", "a profile of the schedule, for all its node groups or only for --nodegroup")
	flags.StringVar(&o.from, "from", "", "when it begins (default: now)")
	flags.StringVar(&o.until, "until", "", "when it ends")
	flags.StringVar(&o.lasting, "for", "", "how long it lasts, such as 90m, 3h or 1d12h")
	flags.StringVar(&o.name, "name", "", "its name (default: the cluster, the schedule and the start)")
	return cmd
}

// check checks the flags alone.
func (o *overrideSetting) check() error {
	seen := map[string]bool{}
	for _, nodegroup := range o.nodegroups {
		if seen[nodegroup] {
			return fmt.Errorf("--nodegroup %s is given twice", nodegroup)
		}
		seen[nodegroup] = true
	}
	if err := config.CheckOverrideName(o.name); o.name != "" && err != nil {
		return fmt.Errorf("--name: %w", err)
	}
	return cmp.Or(o.checkWhat(), o.checkWhen())
}

func (o *overrideSetting) checkWhat() error {
	switch {
	case o.NeedReason() != nil:
		return o.NeedReason()
	case o.profile != "" && len(o.desired) > 0:
		return errors.New("--to and --desired exclude each other")
	case o.profile != "":
		return nil
	case len(o.nodegroups) == 0:
		return errors.New("what to set is required: --to PROFILE, or --nodegroup N --desired 4")
	case len(o.nodegroups) != len(o.desired):
		return fmt.Errorf("each --nodegroup needs one --desired: found %d and %d", len(o.nodegroups), len(o.desired))
	}
	return nil
}

func (o *overrideSetting) checkWhen() (err error) {
	switch {
	case o.lasting != "" && o.until != "":
		return errors.New("--for and --until exclude each other")
	case o.lasting == "" && o.until == "":
		return errors.New("--for or --until is required: an override ends by itself")
	case o.lasting != "":
		if o.duration, err = frame.ParseDuration(o.lasting); err != nil {
			return fmt.Errorf("--for: %w", err)
		}
	}
	return nil
}

// set checks the override against its unit, shows it, asks and writes it.
func (o *overrideSetting) set(cmd *cobra.Command, env frame.Environment, s frame.Session) (made change.Report, err error) {
	held, err := s.Read(cmd.Context())
	if err != nil {
		return made, err
	}
	now := s.Now.UTC()
	unit, err := o.usable(held)
	if _, several := errors.AsType[*inventory.SeveralUnitsError](err); several {
		return made, frame.Usage(cmd, err)
	}
	if err != nil {
		return made, err
	}
	wanted, err := o.override(unit, now)
	if err != nil {
		return made, frame.Usage(cmd, err)
	}
	if wanted.Name, err = o.freeName(wanted, held.Overrides); err != nil {
		return made, err
	}
	e, err := overrideEntity(wanted, inventory.Item{})
	if err != nil {
		return made, err
	}
	if _, err := config.ParseOverride(e.Spec, held.ClusterByName); err != nil {
		return made, fmt.Errorf("the override is invalid; nothing was written: %w", err)
	}
	c, err := inventory.ChangeTo(nil, e)
	if err != nil {
		return made, err
	}
	show(env.Told, held.Global, outlookFor(cmd, s, unit), wanted)
	if err := frame.Confirm(cmd, env, o.Yes, "Set this override?"); err != nil {
		return made, err
	}
	e.UpdatedAt, e.UpdatedBy, e.Reason = s.Current().UTC().Truncate(time.Second), o.By, o.Reason
	if _, err := s.Config.Put(cmd.Context(), e); err != nil {
		return made, change.DescribeConflict(cmd.Context(), s, e, nil, err)
	}
	undo := frame.InRegion("eks-scaling override cancel "+wanted.Name, s.Stack.OnlyRegion)
	term.Say(env.Told, "Override created (takes effect within 2 min). Cancel with: %s\n", undo)
	return change.NewReport(s, c), nil
}

// usable returns the unit. It must be valid and have the profile and the node groups of the flags.
func (o *overrideSetting) usable(held inventory.Checked) (config.Unit, error) {
	c, err := held.Unit(o.unit)
	_, unknownName := errors.AsType[*inventory.NotFoundError](err)
	_, elsewhere := errors.AsType[*inventory.ElsewhereError](err)
	switch _, several := errors.AsType[*inventory.SeveralUnitsError](err); {
	case err == nil:
	case unknownName, elsewhere, several:
		return c, err
	default:
		return c, fmt.Errorf("%s: invalid configuration: %w%s", run.UnitInWords(o.unit), err, frame.FixFirst(err))
	}
	unknown := func(what, name string, known []string) error {
		return frame.NotFound(fmt.Errorf("unknown %s %q in %s; known: %s%s", what, name, run.UnitInWords(c.Name), english.OrNone(known), english.DidYouMean(name, known)))
	}
	if _, known := c.Profiles[o.profile]; o.profile != "" && !known {
		return c, unknown("profile", o.profile, slices.Sorted(maps.Keys(c.Profiles)))
	}
	for _, name := range o.nodegroups {
		if _, known := c.Nodegroups[name]; !known {
			return c, unknown("node group", name, slices.Sorted(maps.Keys(c.Nodegroups)))
		}
	}
	return c, nil
}

// override returns the override that the flags describe.
func (o *overrideSetting) override(u config.Unit, now time.Time) (scaling.Override, error) {
	_, schedule := scaling.SplitUnit(u.Name)
	wanted := scaling.Override{
		Cluster: u.Cluster, Schedule: schedule, Profile: o.profile, Nodegroups: o.nodegroups, From: now.Truncate(time.Second),
		Reason: o.Reason, CreatedBy: o.By, CreatedAt: now.Truncate(time.Millisecond),
	}
	if o.profile == "" {
		wanted.Nodegroups, wanted.Sizes = nil, map[string]scaling.Target{}
		for i, nodegroup := range o.nodegroups {
			wanted.Sizes[nodegroup] = scaling.Desired(o.desired[i])
		}
	}
	var err error
	if o.from != "" {
		if wanted.From, err = agenda.Instant(o.from, []config.Unit{u}); err != nil {
			return wanted, fmt.Errorf("--from: %w", err)
		}
	}
	wanted.Until = wanted.From.Add(o.duration)
	if o.until != "" {
		if wanted.Until, err = agenda.Instant(o.until, []config.Unit{u}); err != nil {
			return wanted, fmt.Errorf("--until: %w", err)
		}
	}
	local := func(t time.Time) string { return t.In(u.Timetable().Location()).Format(scaling.LocalTime) }
	switch {
	case !wanted.Until.After(wanted.From):
		return wanted, fmt.Errorf("--until %s is not after the start, %s", local(wanted.Until), local(wanted.From))
	case !wanted.Until.After(now):
		return wanted, fmt.Errorf("the override would end in the past, at %s", local(wanted.Until))
	}
	return wanted, nil
}

// longestInName limits the part of a unit's name in the name of an override.
const longestInName = 80

// freeName returns the given name or, as in documents, one made of the unit and the start.
func (o *overrideSetting) freeName(wanted scaling.Override, there []inventory.Item) (string, error) {
	exists := func(name string) bool {
		return slices.ContainsFunc(there, func(e inventory.Item) bool { return e.Name == name })
	}
	if o.name != "" {
		if exists(o.name) {
			return "", frame.Taken(fmt.Errorf("override %q already exists: use another --name, or cancel it first", o.name))
		}
		return o.name, nil
	}
	unit := strings.ReplaceAll(wanted.Unit(), ":", "-")
	first := unit[:min(len(unit), longestInName)] + "-" + wanted.From.UTC().Format("20060102T150405Z")
	name := first
	for n := 2; exists(name); n++ {
		name = fmt.Sprintf("%s-%d", first, n)
	}
	return name, nil
}

// show prints what an override changes, and what follows its end.
func show(out io.Writer, settings config.Settings, look outlook, o scaling.Override) {
	u := look.unit
	overrides := u.Timeline().Overrides
	local := func(t time.Time) string { return t.In(u.Timetable().Location()).Format(scaling.LocalTime) }
	term.Say(out, "Override %s of %s: %s, for %s\n", o.Name, u.Name, agenda.OverrideInWords(o), frame.FormatDuration(o.Until.Sub(o.From)))
	term.Say(out, "  from %s (%s)\n", local(o.From), o.From.Format(frame.UTCForm))
	for _, line := range agenda.Resized(look.sizes(overrides, o.From), look.sizes(append(slices.Clone(overrides), o), o.From)) {
		term.SayLine(out, "    "+line)
	}
	term.Say(out, "  until %s (%s), then back to %s\n", local(o.Until), o.Until.Format(frame.UTCForm), agenda.InWords(look.sizes(overrides, o.Until)))
	if why := agenda.Idle(settings, u); why != "" {
		term.Say(out, "  but %s\n", why)
	}
}
