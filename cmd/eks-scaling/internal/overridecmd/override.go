// Package overridecmd has the verbs of "override": set, list and cancel.
package overridecmd

import (
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// overrideEntity is the item of an override, written over the one that was read, if there was one.
func overrideEntity(o scaling.Override, read inventory.Item) (inventory.Item, error) {
	e, err := inventory.OverrideItem(o)
	return e.Over(read), err
}

// NewOverride returns the command override.
func NewOverride(env frame.Environment) *cobra.Command {
	return frame.Family(&cobra.Command{Use: "override", Short: "Works on exceptions to the schedules that end by themselves"},
		newOverrideSet(env), newOverrideList(env), newOverrideCancel(env))
}
