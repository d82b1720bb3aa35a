package config

import (
	"errors"
	"fmt"
)

// Format is the format of the items that this version reads and writes. A version must increase it if an older version would
// misread a new spec or lose a part of it. A version that adds a kind of item must increase the format of the settings, which
// every version reads.
const Format = 1

// ErrNewer reports that a newer version wrote the item.
var ErrNewer = errors.New("written by a newer version of eks-scaling")

// CheckFormat refuses items that this version cannot read. Format 0 is an item without a format, as people write them by hand.
// The error is [ErrNewer] for a newer format.
func CheckFormat(format int) error {
	switch {
	case format < 0:
		return fmt.Errorf("invalid format %d: use %d, or leave it out", format, Format)
	case format > Format:
		return fmt.Errorf("%w (format %d; this version reads up to %d): update eks-scaling and deploy the stack with the newer version",
			ErrNewer, format, Format)
	}
	return nil
}
