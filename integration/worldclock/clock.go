// Package worldclock is the clock of a local world: one that may begin at another time than the machine's, and run at
// another speed. It only tells the time: what waits, waits as long as it does on this machine.
package worldclock

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Clock says how a world's time follows from the machine's. The zero Clock is the machine's own.
type Clock struct {
	Machine time.Time // an instant on the machine's clock,
	World   time.Time // and what it is in the world
	Speed   float64   // seconds in the world for each of the machine's; 0 stands still
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

// Env is the environment in which [FromEnv] finds the clock; there is none for the machine's own.
func (c Clock) Env() map[string]string {
	if c == (Clock{}) {
		return nil
	}
	text := fmt.Sprintf("%s/%s/%v", c.Machine.Format(time.RFC3339Nano), c.World.Format(time.RFC3339Nano), c.Speed)
	return map[string]string{variable: text}
}

// FromEnv is the clock of the world that a process was started in; the machine's, if it is not told of another. It panics
// if what it is told cannot be read.
func FromEnv(machine func() time.Time) func() time.Time {
	text := os.Getenv(variable)
	if text == "" {
		return machine
	}
	c, err := parse(text)
	if err != nil {
		panic(fmt.Sprintf("%s: found %q: %v; want what Clock.Env writes", variable, text, err))
	}
	return c.Of(machine)
}

func parse(text string) (c Clock, err error) {
	machine, rest, _ := strings.Cut(text, "/")
	world, speed, _ := strings.Cut(rest, "/")
	if c.Machine, err = time.Parse(time.RFC3339Nano, machine); err != nil {
		return c, err
	}
	if c.World, err = time.Parse(time.RFC3339Nano, world); err != nil {
		return c, err
	}
	c.Speed, err = strconv.ParseFloat(speed, 64)
	return c, err
}
