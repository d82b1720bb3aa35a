package scaling

import (
	"fmt"
	"time"
)

// Application records that a goal was reached on a node group, and for which activation: it is the node group's mark.
type Application struct {
	Profile string    `json:"profile"`
	Period  string    `json:"period"`
	Goal    Goal      `json:"goal"`
	At      time.Time `json:"at"`      // the instant for which it was decided
	TakenAt time.Time `json:"takenAt"` // when that was, by the clock
	// Held is set when a manual run put other sizes in the place of the schedule's goal: they hold until the next transition.
	Held *Held `json:"held,omitempty"`
}

// Held says which sizes a manual run asked for, and which run it was.
type Held struct {
	Goal    Goal   `json:"goal"`
	Profile string `json:"profile"`
	Run     string `json:"run"`
}

// covers reports whether the application still stands for what is wanted now.
func (a Application) covers(w Wanted, goal Goal) bool {
	return a.Profile == w.Profile && a.Period == w.Period && a.Goal.Equal(goal) && !a.At.Before(w.Since)
}

// holds reports whether the application keeps the same sizes of a manual run as the other one, or like it none.
func (a Application) holds(other *Held) bool {
	if a.Held == nil || other == nil {
		return a.Held == nil && other == nil
	}
	return a.Held.Goal.Equal(other.Goal)
}

// size is how many nodes were there when the application was recorded.
func (a Application) size() int32 {
	if a.Held != nil {
		return a.Held.Goal.Wanted()
	}
	return a.Goal.Wanted()
}

// Activation identifies the stretch of time for which a goal holds. A transition, an override, a manual profile and a
// change of the sizes each begin another one.
func (w Wanted) Activation(goal Goal) string {
	return fmt.Sprintf("%s/%s/%s/%s since %s: %s",
		w.Source, w.Profile, w.Period, w.Override, w.Since.UTC().Format(time.RFC3339Nano), goal)
}
