// Package pace says how long a run waits between two looks at something slow. A look costs events of the execution's
// history, which is limited, so looks become rarer with time: nobody notices 2 minutes at the end of an update that takes
// an hour.
//
// The package is pure.
package pace

import "time"

// Longest is the longest wait between two signs of life of a run: after 5 minutes of silence its claim is dead.
const Longest = 2 * time.Minute

// Look is how long to wait before the next look at an update that began so long ago.
func Look(elapsed time.Duration) time.Duration {
	switch {
	case elapsed < 30*time.Second:
		return 5 * time.Second
	case elapsed < 2*time.Minute:
		return 10 * time.Second
	case elapsed < 10*time.Minute:
		return 30 * time.Second
	default:
		return Longest
	}
}

// Busy is how long to wait before the next look at a node group that another update has kept busy for so long.
func Busy(elapsed time.Duration) time.Duration {
	switch {
	case elapsed < 2*time.Minute:
		return 15 * time.Second
	case elapsed < 10*time.Minute:
		return 30 * time.Second
	default:
		return Longest
	}
}

// Looks counts the looks at an update that takes so long, when looks take no time themselves: the last one finds it ended.
func Looks(duration time.Duration) int {
	looks := 0
	for at := time.Duration(0); at < duration || looks == 0; at += Look(at) {
		looks++
	}
	return looks
}
