package frame

import (
	"io"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
)

// Remarks notes what cannot be used, and fails if there is something.
func Remarks(s *inventory.Checked, notes io.Writer) error {
	for _, b := range s.Invalid {
		term.SayLine(notes, b)
	}
	for _, e := range s.Overrides {
		if _, isOrphan := s.Orphans[e.Key()]; isOrphan && !s.HasEnded(e) {
			term.SayLine(notes, inventory.InvalidItem{Item: inventory.ItemKey(e), Key: inventory.DisplayKey(e), Err: inventory.ErrUnusableCluster})
		}
	}
	if len(s.Invalid) > 0 {
		return ErrFindings
	}
	return nil
}
