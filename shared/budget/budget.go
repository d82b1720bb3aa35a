// Package budget limits the calls of EKS a second, for each account and region. All that call EKS share one counter: the time of the
// next free slot. A call takes the slot and waits for it.
//
// The package is pure: it never reads the clock and never calls AWS.
package budget

import (
	"fmt"
	"strings"
	"time"
)

// Budget is how many calls a second are made in each account and region. A field of 0 is no limit.
type Budget struct {
	Updates int `json:"updates,omitempty"` // UpdateNodegroupConfig
	Reads   int `json:"reads,omitempty"`   // Describe* and List*
}

// IsZero reports whether there is no limit.
func (b Budget) IsZero() bool { return b == Budget{} }

// MaxFullChange limits how long the calls take that change all node groups of an account and region. A step waits for its slots at least as
// long.
const MaxFullChange = time.Hour

// Kind is a kind of calls.
type Kind string

// The kinds.
const (
	Updates Kind = "updates"
	Reads   Kind = "reads"
)

// Of returns the limit for a kind of calls; 0 is none.
func (b Budget) Of(k Kind) int {
	if k == Updates {
		return b.Updates
	}
	return b.Reads
}

// String names the limits, such as "5 updates and 10 reads a second".
func (b Budget) String() string {
	var parts []string
	for _, k := range []Kind{Updates, Reads} {
		if n := b.Of(k); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, k))
		}
	}
	return strings.Join(parts, " and ") + " a second"
}

// Request asks for the next slot of a place. Times are in microseconds since 1970, so that the stored time means the same under
// another budget.
type Request struct {
	Place string // the account and the region
	Kind  Kind
	Rate  int // calls a second
	Now   time.Time
	// Ahead is how long the caller would wait. Without waiting, all slots of the present second count as free, so that a second's
	// calls may come at once.
	Ahead time.Duration
}

// Step returns the time between two slots, rounded up: no second has more slots than the rate.
func (r Request) Step() int64 {
	rate := int64(r.Rate)
	return (time.Second.Microseconds() + rate - 1) / rate
}

// Second returns the beginning of the present second. A slot before it is lost.
func (r Request) Second() int64 { return r.Now.Truncate(time.Second).UnixMicro() }

// End returns when the slots end that the caller would take.
func (r Request) End() int64 {
	return max(r.Second()+time.Second.Microseconds(), r.Now.Add(r.Ahead).UnixMicro())
}

// farthest is more than any caller waits, with some more for clocks that differ.
const farthest = 10 * time.Second

// Farthest returns the latest time of a next slot. A later one was written by a clock that is wrong, as on somebody's computer. It would
// stop all calls until then, so it does not count.
func (r Request) Farthest() int64 { return r.Now.Add(farthest).UnixMicro() }

// Wait returns how long a caller waits for its slot. Slots of the present second need no waiting without Ahead.
func (r Request) Wait(slot int64) time.Duration {
	if r.Ahead == 0 {
		return 0
	}
	return max(0, time.UnixMicro(slot).Sub(r.Now))
}
