// Package writeplan splits a change of the configuration into transactions. DynamoDB writes at most 100 items together, and a
// run may read the table between two transactions. So the steps are ordered, and items that depend on each other are written
// together: at every moment each cluster is, with its overrides, calendars, signals and time zone, as before the change or as after it. If such
// items do not fit into one transaction, the plan pauses scaling while it is written.
//
// The package is pure: it writes nothing.
package writeplan

import (
	"cmp"
	"errors"
	"time"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/limits"
)

// Step is one transaction: all of its changes are written, or none.
type Step struct {
	Changes []inventory.Change
}

// Clusters returns the names of the clusters that the step changes, itself or an override of them.
func (s Step) Clusters() []string {
	var names []string
	known := map[string]bool{}
	for _, c := range s.Changes {
		if name := clusterOf(c); name != "" && !known[name] {
			known[name] = true
			names = append(names, name)
		}
	}
	return names
}

// clusterOf returns the cluster that a change is about; empty for a calendar and the settings.
func clusterOf(c inventory.Change) string {
	switch c.After.Kind {
	case inventory.KindCluster:
		return c.After.Name
	case inventory.KindOverride:
		return c.After.ClusterName()
	default:
		return ""
	}
}

// Plan is an ordered list of steps.
type Plan struct {
	Steps []Step
	// Holds reports that the first step pauses scaling with an [inventory.Hold], and that the last one ends the hold. Every step in between
	// requires that nobody has changed the settings since.
	Holds bool
}

// Changes returns the changes of all steps.
func (p Plan) Changes() []inventory.Change {
	return ChangesOf(p.Steps)
}

// ChangesOf returns the changes of some steps.
func ChangesOf(steps []Step) (all []inventory.Change) {
	for _, step := range steps {
		all = append(all, step.Changes...)
	}
	return all
}

// Difference is a change of the configuration that is to be planned.
type Difference struct {
	Before, After inventory.Checked
	Due           []inventory.Change
	Document      string // the [inventory.DocumentID] of the wanted configuration
	Now           time.Time
	// MaxItems is how many items fit into a transaction; 0 stands for the limit of DynamoDB.
	MaxItems int
}

// Plan returns the plan of a change. Changes that fit into one transaction are one step. The error is a [TooLargeError], or names a
// cluster that would be unusable between two steps.
func (d Difference) Plan() (Plan, error) {
	if len(d.Due) == 0 {
		return Plan{}, nil
	}
	d.MaxItems = cmp.Or(d.MaxItems, limits.TransactionItems)
	all := Step{d.Due}
	if all.check(d.MaxItems) == nil {
		return Plan{Steps: []Step{all}}, nil
	}
	var tooLarge error
	if d.Before.Held() == nil {
		steps, err := d.split(false)
		if _, ok := errors.AsType[*TooLargeError](err); !ok {
			return Plan{Steps: steps}, err
		}
		tooLarge = err
	}
	steps, err := d.hold()
	if err != nil {
		return Plan{}, cmp.Or(tooLarge, err)
	}
	return Plan{Steps: steps, Holds: true}, nil
}

// split returns the smallest steps. While scaling is on hold, they are smaller.
func (d Difference) split(held bool) ([]Step, error) {
	g := newGraph(d.Before, d.After, d.Due)
	g.held = held
	g.connect()
	steps, most := g.order(), d.MaxItems
	if held {
		most-- // the settings are checked beside the items
	}
	for _, step := range steps {
		if err := step.check(most); err != nil {
			return nil, err
		}
	}
	return steps, g.verify(steps, d.Now)
}

// check refuses a step that does not fit into a transaction.
func (s Step) check(most int) error {
	n := len(s.Changes)
	if n <= most && n*limits.ItemBytes <= limits.TransactionBytes {
		return nil // whatever they hold
	}
	bytes := 0
	for _, c := range s.Changes {
		bytes += limits.StoredBytes(c.After.Spec)
	}
	if n <= most && bytes <= limits.TransactionBytes {
		return nil
	}
	return &TooLargeError{Step: s, Bytes: bytes, Most: most}
}
