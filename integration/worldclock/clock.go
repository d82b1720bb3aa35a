// Package worldclock is the clock of a local world: one that may begin at another time than the machine's, and run at
// another speed. It only tells the time: what waits, waits as long as it does on this machine.
package worldclock

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// Clock says how a world's time follows from the machine's. The zero Clock is the machine's own.
type Clock struct {
	Machine time.Time `json:"machine"` // an instant on the machine's clock,
	World   time.Time `json:"world"`   // and what it is in the world
	Speed   float64   `json:"speed"`   // seconds in the world for each of the machine's; 0 stands still
}

// Of is the world's clock, for which the machine's is asked.
func (c Clock) Of(machine func() time.Time) func() time.Time {
	if c == (Clock{}) {
		return machine
	}
	return func() time.Time {
		passed := float64(machine().Sub(c.Machine)) * c.Speed
		return c.World.Add(time.Duration(passed))
	}
}

// variable tells the functions of a world about its clock.
const variable = "LOCAL_WORLD_CLOCK"

// Env is the environment in which [FromEnv] finds the clock.
func (c Clock) Env() map[string]string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // only a year beyond 9999 cannot be written
	}
	return map[string]string{variable: string(text)}
}

// FromEnv is the clock of the world that a process was started in; the machine's, if it is not told of another. It panics
// if what it is told cannot be read.
func FromEnv(machine func() time.Time) func() time.Time {
	text := os.Getenv(variable)
	if text == "" {
		return machine
	}
	var c Clock
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		panic(fmt.Sprintf("%s: found %q: %v; want what Clock.Env writes", variable, text, err))
	}
	return c.Of(machine)
}
