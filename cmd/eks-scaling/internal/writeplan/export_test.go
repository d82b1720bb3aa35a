package writeplan

import (
	"time"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/limits"
)

// Split makes the smallest steps, even of changes that fit into one.
func (d Difference) Split() ([]Step, error) {
	d.MaxItems = limits.TransactionItems
	return d.split(false)
}

// Hold is [Split] of a plan that pauses scaling.
func (d Difference) Hold() ([]Step, error) {
	d.MaxItems = limits.TransactionItems
	return d.hold()
}

// Verify checks steps in any order.
func Verify(before, after inventory.Checked, due []inventory.Change, steps []Step, now time.Time) error {
	return newGraph(before, after, due).verify(steps, now)
}
