package setupcmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"charm.land/huh/v2"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/scaling"
)

// questions completes the answers with forms.
type questions struct {
	*answers
	form term.Form
	zone string // the time zone to propose
}

// The working hours to propose.
const (
	proposedDays = "mon-fri"
	proposedFrom = "08:00"
	proposedTo   = "20:00"
)

// ask asks for all missing answers and returns the chosen cluster.
func (q *questions) ask(ctx context.Context, found []candidate) (*candidate, error) {
	c, err := q.askCluster(ctx, found)
	if err != nil {
		return nil, err
	}
	if err := q.known(*c); err != nil {
		return nil, err
	}
	for _, ask := range []func(context.Context, *candidate) error{q.askSchedule, q.askHours, q.askNodegroups, q.askSizes} {
		if err := ask(ctx, c); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// longestLabel keeps the description of a cluster within a line of 80 characters.
const longestLabel = 70

func (q *questions) askCluster(ctx context.Context, found []candidate) (*candidate, error) {
	if len(found) == 1 {
		return &found[0], nil
	}
	options := make([]huh.Option[int], len(found))
	for i, c := range found {
		options[i] = huh.NewOption(c.inWords(longestLabel), i)
	}
	why := "Node groups with their current size and bounds."
	if !found[0].isNew() {
		why = "All clusters are configured. These can get one more schedule."
	}
	chosen := 0
	err := q.form.Ask(ctx, huh.NewGroup(huh.NewSelect[int]().Title("Which cluster?").Description(why).Options(options...).Value(&chosen)))
	return &found[chosen], err
}

// askSchedule asks for the name of one more schedule.
func (q *questions) askSchedule(ctx context.Context, c *candidate) error {
	if c.isNew() || q.schedule != "" {
		return nil
	}
	name := term.Entry{ByDefault: c.proposedSchedule()}
	err := q.form.Ask(ctx, huh.NewGroup(q.form.Line("Name of the new schedule of "+c.Name,
		"For node groups in no schedule: "+inOneLine(namesOf(c.free()), longestLabel)+".", &name, c.checkSchedule)))
	q.schedule = name.Text()
	return err
}

// askHours asks for the time zone, and for the working hours in it.
func (q *questions) askHours(ctx context.Context, c *candidate) error {
	zone := term.Entry{ByDefault: cmp.Or(c.configured.Timezone, q.zone)}
	days, from, to := term.Entry{ByDefault: proposedDays}, term.Entry{ByDefault: proposedFrom}, term.Entry{ByDefault: proposedTo}
	var pages []*huh.Group
	if q.timezone == "" {
		pages = append(pages, huh.NewGroup(q.form.Line("Time zone of "+c.unit(q.schedule), "Working hours follow local time, including DST.", &zone, frame.CheckZone)))
	}
	var hours []huh.Field
	if q.days == "" {
		hours = append(hours, q.form.Line("Days with working hours", "For example mon-fri, mon,wed,sat or "+everyDay+".", &days, valid(readDays)))
	}
	if q.from == "" {
		hours = append(hours, q.form.Line("Start of working hours", "Local time, for example 08:00.", &from, valid(readStart)))
	}
	if q.to == "" {
		hours = append(hours, q.form.Line("End of working hours", "An end before the start means the next day; 24:00 is midnight.", &to, func(text string) error {
			return validEnd(cmp.Or(q.from, from.Text()))(text)
		}))
	}
	if len(hours) > 0 {
		pages = append(pages, huh.NewGroup(hours...))
	}
	err := q.form.Ask(ctx, pages...)
	q.timezone, q.days = cmp.Or(q.timezone, zone.Text()), cmp.Or(q.days, days.Text())
	q.from, q.to = cmp.Or(q.from, from.Text()), cmp.Or(q.to, to.Text())
	return err
}

// askNodegroups asks which node groups to schedule, if there is a choice.
func (q *questions) askNodegroups(ctx context.Context, c *candidate) error {
	if len(q.nodegroups) > 0 {
		return nil
	}
	free := c.free()
	if len(free) == 1 {
		q.nodegroups = sizingsOf(free)
		return nil
	}
	var chosen []string
	var options []huh.Option[string]
	for _, g := range free {
		options = append(options, huh.NewOption(g.String(), g.Name).Selected(true))
	}
	err := q.form.Ask(ctx, huh.NewGroup(huh.NewMultiSelect[string]().Title("Which node groups have working hours?").
		Description("The others are never scaled. space/x to select, enter to continue.").Options(options...).Value(&chosen).
		Height(len(options)+2). // huh does not count the title and the description
		Validate(func(chosen []string) error {
			if len(chosen) == 0 {
				return errors.New("select at least one node group")
			}
			return nil
		})))
	for _, name := range chosen {
		q.nodegroups = append(q.nodegroups, sizing{name: name})
	}
	return err
}

// askSizes asks for missing sizes, and then for the limits of those node groups.
func (q *questions) askSizes(ctx context.Context, c *candidate) error {
	q.keepLimits(*c)
	open := slices.DeleteFunc(slices.Clone(q.nodegroups), func(g sizing) bool { return g.inside != nil })
	inside, outside := make([]term.Entry, len(open)), make([]term.Entry, len(open))
	pages := make([]*huh.Group, len(open))
	keeper := keeperOf(c.Cluster, q.nodegroups)
	for i, g := range open {
		now := nodegroupNamed(c.Cluster, g.name)
		inside[i].ByDefault, outside[i].ByDefault = fmt.Sprint(proposedInside(*now)), fmt.Sprint(proposedOutside(*now, keeper))
		why := "0 removes all of its nodes."
		if g.name == keeper {
			why = "The default keeps the cluster from being without nodes."
		}
		pages[i] = huh.NewGroup(
			q.form.Line("Size of "+g.name+" in working hours", fmt.Sprintf("Current size: %s.", now.Sizes), &inside[i], g.checkSize),
			q.form.Line("Size of "+g.name+" outside working hours", why, &outside[i], g.checkSize))
	}
	if err := q.form.Ask(ctx, pages...); err != nil {
		return err
	}
	for i, g := range open {
		in, err := readSize(inside[i].Text())
		out, err2 := readSize(outside[i].Text())
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		sized := q.sizing(g.name)
		sized.inside, sized.outside = &in, &out
	}
	return q.askLimits(ctx, c, open)
}

// askLimits asks for missing limits, on one page.
func (q *questions) askLimits(ctx context.Context, c *candidate, asked []sizing) error {
	asked = slices.DeleteFunc(asked, func(g sizing) bool { return g.limits != nil })
	bounds := make([]term.Entry, len(asked))
	var fields []huh.Field
	for i, g := range asked {
		sized := q.sizing(g.name)
		bounds[i].ByDefault = limitsInWords(proposedLimits(*nodegroupNamed(c.Cluster, g.name), *sized.inside, *sized.outside))
		fields = append(fields, q.form.Line("Limits of "+g.name+", as MIN..MAX", "Hard limits: eks-scaling never scales outside them.", &bounds[i],
			valid(func(text string) (scaling.Limits, error) { return limitsFor(text, *sized) })))
	}
	if len(fields) == 0 {
		return nil
	}
	if err := q.form.Ask(ctx, huh.NewGroup(fields...)); err != nil {
		return err
	}
	for i, g := range asked {
		sized := q.sizing(g.name)
		limits, err := limitsFor(bounds[i].Text(), *sized)
		if err != nil {
			return err
		}
		sized.limits = &limits
	}
	return nil
}

func limitsFor(text string, g sizing) (scaling.Limits, error) {
	limits, err := readBounds(text)
	if err == nil {
		err = fits(limits, *g.inside, *g.outside)
	}
	return limits, err
}
