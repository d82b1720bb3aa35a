// Package writeplan splits a change of the configuration into transactions. DynamoDB writes at most 100 items together, and a
// run may read the table between two transactions. So the steps are ordered, and items that depend on each other are written
// together: at every moment each cluster is, with its overrides, calendars and time zone, as before the change or as after it.
//
// The package is pure: it writes nothing.
package writeplan

import (
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

// Steps returns the steps of the changes between two configurations, in order. Changes that fit into one transaction are one step. The
// error is a [TooLargeError], or names a cluster that would be unusable between two steps.
func Steps(before, after inventory.Checked, due []inventory.Change, now time.Time) ([]Step, error) {
	if len(due) == 0 {
		return nil, nil
	}
	all := Step{due}
	if all.check() == nil {
		return []Step{all}, nil
	}
	steps, err := split(before, after, due, now)
	if err != nil {
		return nil, err
	}
	for _, step := range steps {
		if err := step.check(); err != nil {
			return nil, err
		}
	}
	return steps, nil
}

// split returns the smallest steps.
func split(before, after inventory.Checked, due []inventory.Change, now time.Time) ([]Step, error) {
	g := newGraph(before, after, due)
	g.connect()
	steps := g.order()
	return steps, g.verify(steps, now)
}

// check refuses a step that does not fit into a transaction.
func (s Step) check() error {
	n := len(s.Changes)
	if n <= limits.TransactionItems && n*limits.ItemBytes <= limits.TransactionBytes {
		return nil // whatever they hold
	}
	bytes := 0
	for _, c := range s.Changes {
		bytes += limits.StoredBytes(c.After.Spec)
	}
	if n <= limits.TransactionItems && bytes <= limits.TransactionBytes {
		return nil
	}
	return &TooLargeError{Step: s, Bytes: bytes}
}
