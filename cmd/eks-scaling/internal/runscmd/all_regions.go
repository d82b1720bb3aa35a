package runscmd

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

// ofRegions is an answer of several hubs.
type ofRegions[T any] struct {
	Items []T `json:"items"`
	frame.Regions
}

// regionColumn puts the regions of rows before their names, in a column as wide as the widest. Without regions names stay as they are.
type regionColumn struct{ width int }

func regionColumnOf(regions []string) regionColumn {
	widest := 0
	for _, region := range regions {
		widest = max(widest, len(region))
	}
	if widest == 0 {
		return regionColumn{}
	}
	return regionColumn{max(widest, len("REGION")) + len("  ")}
}

func (c regionColumn) before(region, name string) string {
	return fmt.Sprintf("%-*s%s", c.width, region, name)
}

func (c regionColumn) head(name string) string {
	if c.width == 0 {
		return name
	}
	return c.before("REGION", name)
}

// runsOfAll lists the runs of every hub, the latest first.
func runsOfAll(cmd *cobra.Command, env frame.Environment, form *frame.Output, of filter.Filter, ago time.Duration, failed bool, limit int) error {
	type some struct {
		listed     []listedRun
		more       bool
		since, now time.Time
	}
	parts, regions, err := frame.AskAll(cmd, env, func(hub frame.Hub) (found some, err error) {
		s := hub.Session
		units, err := unitsIn(cmd, hub, of)
		if err != nil {
			return found, err
		}
		found.now, found.since = s.Now, s.Now.Add(-ago)
		found.listed, found.more, err = listRuns(cmd.Context(), s, found.since, failed, limit, units)
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
	answer.Items = latest(cmd, answer.Items, "runs", limit, more, func(r listedRun) time.Time { return r.Started })
	regions.Print(cmd)
	first := parts[0].Answer
	return form.Print(cmd.OutOrStdout(), answer, func(out io.Writer) error { return printRuns(out, env, answer.Items, first.since, first.now) })
}

// latest returns the latest items of several hubs, in that order. It says how to list more, if a hub or the limit left some out.
func latest[T any](cmd *cobra.Command, items []T, what string, limit int, more bool, at func(T) time.Time) []T {
	slices.SortStableFunc(items, func(a, b T) int { return at(b).Compare(at(a)) })
	if len(items) > limit {
		items, more = items[:limit], true
	}
	if more {
		term.Say(cmd.ErrOrStderr(), "There are more %s; list them with: --limit %d\n", what, 10*limit)
	}
	return items
}

// unitsIn returns the units of a hub that match; nil means all.
func unitsIn(cmd *cobra.Command, hub frame.Hub, of filter.Filter) ([]string, error) {
	own, err := of.In(hub)
	if err != nil {
		return nil, err
	}
	_, units, err := own.From(cmd.Context(), hub.Session)
	if own.IsEmpty() {
		units = nil
	}
	return units, err
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
func historyOfAll(cmd *cobra.Command, env frame.Environment, form *frame.Output, q question, ago time.Duration) error {
	type some struct {
		found []historyEntry
		more  bool
	}
	parts, regions, err := frame.AskAll(cmd, env, func(hub frame.Hub) (answer some, err error) {
		own := q
		if own.Filter, err = q.In(hub); err != nil && q.named.nodegroup == "" {
			return answer, err
		}
		own.since = hub.Session.Now.Add(-ago)
		answer.found, answer.more, err = own.entries(cmd.Context(), hub.Session)
		return answer, err
	})
	if len(parts) == 0 {
		return err
	}
	answer, more := ofRegions[historyEntry]{Items: []historyEntry{}, Regions: regions}, false
	for _, p := range parts {
		more = more || p.Answer.more
		for _, entry := range p.Answer.found {
			entry.Region = p.Region
			answer.Items = append(answer.Items, entry)
		}
	}
	answer.Items = latest(cmd, answer.Items, "changes", q.limit, more, func(e historyEntry) time.Time { return e.At })
	regions.Print(cmd)
	now := parts[0].Hub.Session.Now
	inWords := func(out io.Writer) error { return printEntries(out, env, answer.Items, now.Add(-ago), now) }
	return errors.Join(form.Print(cmd.OutOrStdout(), answer, inWords), err)
}
