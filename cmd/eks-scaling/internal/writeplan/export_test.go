package writeplan

import (
	"time"

	"eks-scaling-automation/shared/inventory"
)

// Split makes the smallest steps, even of changes that fit into one.
var Split = split

// Verify checks steps in any order.
func Verify(before, after inventory.Checked, due []inventory.Change, steps []Step, now time.Time) error {
	return newGraph(before, after, due).verify(steps, now)
}
