package change

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Prospect is the configuration before and after changes that are not written yet.
type Prospect struct {
	due           []inventory.Change
	before, After inventory.Checked
}

// Preview returns the configuration before and after the changes that are due.
func Preview(before inventory.Checked, due []inventory.Change) Prospect {
	return Prospect{due: due, before: before, After: before.With(due)}
}

// maxDetailed is how many clusters are shown with all new fields and their coming week. If more change, each takes one line.
const maxDetailed = 3

// Show prints the coming week of the clusters whose week changes, and notes clusters that are invalid afterwards. If there are many, it
// prints the weeks only if verbose.
func (p Prospect) Show(out, notes io.Writer, width int, now time.Time, verbose bool) error {
	if len(p.due) == 0 {
		return nil
	}
	for _, b := range p.After.Unusable {
		term.Say(notes, "warning: %s stays invalid with these changes: %v\n", run.UnitInWords(b.Name), b.Err)
	}
	units, weeks, err := p.changed(now)
	if err != nil {
		return err
	}
	if len(units) > maxDetailed && !verbose {
		var names []string
		for _, u := range units {
			names = append(names, u.Name)
		}
		term.Say(out, "The coming week of %d %ss changes; show it with --verbose\n", len(units), run.KindOf(names...))
		return nil
	}
	for i, unit := range units {
		if err := weeks[i].Table(out, width, p.After.Global, unit); err != nil {
			return err
		}
	}
	return nil
}

// changed returns the units whose coming week changes, and that week.
func (p Prospect) changed(now time.Time) (units []config.Unit, weeks []agenda.Span, err error) {
	for _, name := range slices.Sorted(maps.Keys(p.After.ClusterByName)) {
		for _, unit := range p.After.ClusterByName[name].Units() {
			week, err := agenda.Interval("", "", []config.Unit{unit}, now)
			if err != nil {
				return nil, nil, err
			}
			if p.changes(unit, week) {
				units, weeks = append(units, unit), append(weeks, week)
			}
		}
	}
	return units, weeks, nil
}

// changes reports whether a unit is new, or differs in the coming week.
func (p Prospect) changes(unit config.Unit, week agenda.Span) bool {
	_, schedule := scaling.SplitUnit(unit.Name)
	old, known := p.before.ClusterByName[unit.Cluster].Unit(schedule)
	return !known || old.Name != unit.Name || !slices.EqualFunc(week.Steps(old), week.Steps(unit), sameStep)
}

// scaledElsewhere returns the valid clusters that are new, or whose place or node groups change.
func (p Prospect) scaledElsewhere() (clusters []config.Cluster) {
	for _, c := range p.due {
		cluster, valid := p.After.ClusterByName[c.After.Name]
		if c.After.Kind != inventory.KindCluster || c.Gone || !valid {
			continue
		}
		old, known := p.before.ClusterByName[c.After.Name]
		if !known || !inventory.SamePlace(c.Before, c.After.Spec) || !maps.Equal(old.Nodegroups, cluster.Nodegroups) {
			clusters = append(clusters, cluster)
		}
	}
	return clusters
}

// readElsewhere returns the signals that are new or change.
func (p Prospect) readElsewhere() map[string]config.Signal {
	signals := maps.Clone(p.After.Global.Signals)
	maps.DeleteFunc(signals, func(name string, s config.Signal) bool { return reflect.DeepEqual(s, p.before.Global.Signals[name]) })
	return signals
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

// maxBroken limits the clusters that an error names.
const maxBroken = 20

// breaks refuses changes that make a valid cluster invalid.
func (p Prospect) breaks() error {
	var lines []string
	for _, b := range inventory.Breaks(p.before, p.After) {
		lines = append(lines, fmt.Sprintf("%s: %v", b.Name, b.Err))
	}
	if len(lines) == 0 {
		return nil
	}
	if more := len(lines) - maxBroken; more > 0 {
		lines = append(lines[:maxBroken], fmt.Sprintf("%d more", more))
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
