package change

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/limits"
)

// Prospect is the configuration before and after changes that are not written yet.
type Prospect struct {
	due           []inventory.Change
	written       map[string]bool // the clusters that are written themselves
	before, After inventory.Checked
}

// Preview returns the configuration before and after the changes that are due.
func Preview(before inventory.Checked, due []inventory.Change) Prospect {
	p := Prospect{due: due, written: map[string]bool{}, before: before, After: before.With(due)}
	for _, c := range due {
		if c.After.Kind == inventory.KindCluster {
			p.written[c.After.Name] = true
		}
	}
	return p
}

// maxWeeks limits the clusters of which the coming week is shown.
const maxWeeks = 10

// Show prints the coming week of the clusters that change, and notes clusters that are invalid afterwards.
func (p Prospect) Show(out, notes io.Writer, now time.Time) error {
	if len(p.due) == 0 {
		return nil
	}
	for _, b := range p.After.Unusable {
		term.Say(notes, "cluster %s cannot be used, even with this: %v\n", b.Cluster, b.Err)
	}
	shown := 0
	for _, name := range slices.Sorted(maps.Keys(p.After.ClusterByName)) {
		cluster := p.After.ClusterByName[name]
		week, err := agenda.Interval("", "", []config.Cluster{cluster}, now)
		if err != nil {
			return err
		}
		if !p.changes(cluster, week) {
			continue
		}
		if shown++; shown > maxWeeks {
			continue
		}
		if err := week.Table(out, p.After.Global, cluster); err != nil {
			return err
		}
	}
	if shown > maxWeeks {
		term.Say(out, "%d more clusters change; for their coming week: eks-scaling preview --config FILE --cluster NAME\n", shown-maxWeeks)
	}
	return nil
}

// changes reports whether a cluster is written, or differs in the coming week.
func (p Prospect) changes(cluster config.Cluster, week agenda.Span) bool {
	old, known := p.before.ClusterByName[cluster.Name]
	return !known || p.written[cluster.Name] || !slices.EqualFunc(week.Steps(old), week.Steps(cluster), sameStep)
}

func sameStep(a, b agenda.Step) bool {
	return a.At.Equal(b.At) && a.Equal(b)
}

// refusal says why the changes are not written; nil if they may be.
func (p Prospect) refusal(now time.Time) error {
	if err := p.breaks(); err != nil {
		return err
	}
	return p.Exceeds(now)
}

// breaks refuses changes that make a valid cluster invalid.
func (p Prospect) breaks() error {
	var lines []string
	for _, b := range inventory.Breaks(p.before, p.After) {
		lines = append(lines, fmt.Sprintf("%s: %v", b.Cluster, b.Err))
	}
	if len(lines) == 0 {
		return nil
	}
	if more := len(lines) - maxNames; more > 0 {
		lines = append(lines[:maxNames], fmt.Sprintf("%d more", more))
	}
	return fmt.Errorf("nothing was written: together with what stays in the table this would break cluster %s; "+
		"fix that in the file too, or remove what is not in the file with --prune", strings.Join(lines, "; and "))
}

// Exceeds refuses changes after which the table exceeds a limit of a run, unless it exceeded that by as much before. A document may fit
// alone, but not beside what stays in the table.
func (p Prospect) Exceeds(now time.Time) error {
	type limit struct{ kind, name, limit string }
	before := map[limit]int64{}
	for _, e := range limits.Runs(p.before.Config(), now) {
		before[limit{e.Kind, e.Name, e.Limit}] = e.Needed
	}
	var lines []string
	for _, e := range limits.Runs(p.After.Config(), now) {
		if e.Needed <= before[limit{e.Kind, e.Name, e.Limit}] {
			continue
		}
		line := e.String()
		if e.Kind != "" {
			line = e.Kind + "/" + e.Name + ": " + line
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return nil
	}
	slices.Sort(lines)
	return fmt.Errorf("nothing was written: %w", errors.New(strings.Join(lines, "; and ")))
}
