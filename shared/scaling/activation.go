package scaling

import (
	"fmt"
	"time"
)

// Application records that a node group reached a goal, and for which activation. It is the node group's mark.
type Application struct {
	Profile string    `json:"profile"`
	Period  string    `json:"period"`
	Goal    Goal      `json:"goal"`
	At      time.Time `json:"at"`      // the instant for which it was decided
	TakenAt time.Time `json:"takenAt"` // when that was, by the clock
	// Held is set when a manual run replaced the schedule's goal with other sizes. They hold until the next transition.
	Held *Held `json:"held,omitempty"`
}

// Held names the sizes that a manual run requested, and the run.
type Held struct {
	Goal    Goal   `json:"goal"`
	Profile string `json:"profile"`
	Run     string `json:"run"`
}

// covers reports whether the application matches what is wanted now.
func (a Application) covers(w Wanted, goal Goal) bool {
	return a.Profile == w.Profile && a.Period == w.Period && a.Goal.Equal(goal) && !a.At.Before(w.Since)
}

// holds reports whether both applications hold the same manual sizes, or none.
func (a Application) holds(other *Held) bool {
	if a.Held == nil || other == nil {
		return a.Held == nil && other == nil
	}
	return a.Held.Goal.Equal(other.Goal)
}

// size returns the number of nodes when the application was recorded.
func (a Application) size() int32 {
	if a.Held != nil {
		return a.Held.Goal.Wanted()
	}
	return a.Goal.Wanted()
}

// Activation identifies the time during which a goal holds. A transition, an override, a manual profile and a change of the sizes
// each begin a new one.
func (w Wanted) Activation(goal Goal) string {
	return fmt.Sprintf("%s/%s/%s/%s since %s: %s",
		w.Source, w.Profile, w.Period, w.Override, w.Since.UTC().Format(time.RFC3339Nano), goal)
}
