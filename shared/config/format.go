package config

import (
	"errors"
	"fmt"
)

// Format is the format of the items that this version reads and writes. A version that changes what a spec can say, so that
// an older one would take it for something else or lose a part of it, counts it up. One that adds a kind of item counts up
// that of the settings, which every version reads.
const Format = 1

// ErrNewer says that a newer version has written what this one is to read.
var ErrNewer = errors.New("written by a newer version of eks-scaling")

// CheckFormat says whether this version can read an item of the given format; 0 stands for an item that names none, as people
// write them by hand. The error is [ErrNewer] for a format that is not known yet.
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
