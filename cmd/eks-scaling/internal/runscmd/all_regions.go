package runscmd

import (
	"errors"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

// ofRegions is an answer of several hubs.
type ofRegions[T any] struct {
	Items []T `json:"items"`
	frame.Regions
}

// inRegion puts the region before a name, if there is one.
func inRegion(region, name string) string {
	if region == "" {
		return name
	}
	return region + " " + name
}

// regionHead is the heading of regions, if the rows have one.
func regionHead(region string) string {
	if region == "" {
		return ""
	}
	return "REGION"
}

// runsOfAll lists the runs of every hub, the latest first.
func runsOfAll(cmd *cobra.Command, env frame.Environment, form *frame.Output, ago time.Duration, failed bool, limit int) error {
	type some struct {
		listed     []listedRun
		more       bool
		since, now time.Time
	}
	parts, regions, err := frame.AskAll(cmd, env, func(hub frame.Hub) (found some, err error) {
		s := hub.Session
		if _, err := s.Read(cmd.Context()); err != nil {
			return found, err
		}
		found.now, found.since = s.Now, s.Now.Add(-ago)
		found.listed, found.more, err = listRuns(cmd.Context(), s, found.since, failed, limit)
		return found, err
	})
	if err != nil {
		return err
	}
	answer, more := ofRegions[listedRun]{Items: []listedRun{}, Regions: regions}, false
	for _, p := range parts {
		more = more || p.Answer.more
		for _, run := range p.Answer.listed {
			run.Region = p.Region
			answer.Items = append(answer.Items, run)
		}
	}
	slices.SortStableFunc(answer.Items, func(a, b listedRun) int { return b.Started.Compare(a.Started) })
	if len(answer.Items) > limit {
		answer.Items, more = answer.Items[:limit], true
	}
	if more {
		term.Say(cmd.ErrOrStderr(), "There are more runs; list them with: --limit %d\n", 10*limit)
	}
	regions.Print(cmd)
	first := parts[0].Answer
	return form.Print(cmd.OutOrStdout(), answer, func(out io.Writer) error { return printRuns(out, env, answer.Items, first.since, first.now) })
}

// showOfAll shows a run of every hub that has one of this name. Reconcile runs have the same name in each.
func showOfAll(cmd *cobra.Command, env frame.Environment, form *frame.Output, name, unit string, part shownPart) error {
	type some struct {
		shown shownRun
		zone  *time.Location
	}
	parts, regions, err := frame.AskAll(cmd, env, func(hub frame.Hub) (found some, err error) {
		checked, err := hub.Session.Read(cmd.Context())
		if err != nil {
			return found, err
		}
		found.zone = runwords.CommonZone(checked.Valid())
		own, err := part.filter.In(hub)
		if err != nil {
			return found, err
		}
		found.shown, err = showing{hub.Session, cmd, own, checked}.show(name, unit)
		found.shown = part.of(found.shown)
		return found, err
	})
	if err != nil {
		return err
	}
	answer := ofRegions[shownRun]{Items: []shownRun{}, Regions: regions}
	for i, p := range parts {
		parts[i].Answer.shown.Region = p.Region
		answer.Items = append(answer.Items, parts[i].Answer.shown)
	}
	regions.Print(cmd)
	return form.Print(cmd.OutOrStdout(), answer, func(out io.Writer) error {
		return frame.PrintParts(out, parts, func(out io.Writer, found some) error { return found.shown.print(out, env.Width, found.zone) })
	})
}

// historyOfAll lists the changes in every hub, the latest first.
func historyOfAll(cmd *cobra.Command, env frame.Environment, form *frame.Output, asked group, ago time.Duration) error {
	parts, regions, err := frame.AskAll(cmd, env, func(hub frame.Hub) ([]historyEntry, error) {
		return entriesSince(cmd.Context(), hub.Session, asked, hub.Session.Now.Add(-ago))
	})
	if len(parts) == 0 {
		return err
	}
	answer := ofRegions[historyEntry]{Items: []historyEntry{}, Regions: regions}
	for _, p := range parts {
		for _, entry := range p.Answer {
			entry.Region = p.Region
			answer.Items = append(answer.Items, entry)
		}
	}
	slices.SortStableFunc(answer.Items, func(a, b historyEntry) int { return b.At.Compare(a.At) })
	regions.Print(cmd)
	now := parts[0].Hub.Session.Now
	inWords := func(out io.Writer) error { return printEntries(out, env, answer.Items, now.Add(-ago), now) }
	return errors.Join(form.Print(cmd.OutOrStdout(), answer, inWords), err)
}
