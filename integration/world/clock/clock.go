// Package clock is the clock of a local world. It may start at another time than the machine's clock or run at another speed,
// which does not affect the duration of waits. A virtual clock stands still during work, and jumps to the end of the next wait
// otherwise; see [VirtualTime].
package clock

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Clock derives a world's time from the machine's. The zero Clock is the machine's own.
type Clock struct {
	Machine time.Time // an instant on the machine's clock,
	World   time.Time // and the same instant in the world
	Speed   float64   // seconds in the world for each of the machine's; 0 stands still
	// Tick is the minimum difference between two readings of a process.
	Tick time.Duration

	hand    *Hand        // instead of the machine's clock, as virtual
	virtual *VirtualTime // instead of the machine's clock; nil if the clock follows it
}

// Virtual returns a clock that does not follow the machine's. It begins at start; see [VirtualTime].
func Virtual(start time.Time) Clock {
	return Clock{virtual: newVirtualTime(start)}
}

// Virtual returns the virtual time; nil for any other clock.
func (c Clock) Virtual() *VirtualTime { return c.virtual }

// InOrder returns a clock whose readings differ: while time stands still, each is a millisecond later than the last. Otherwise
// consecutive runs would begin at the same instant.
func (c Clock) InOrder() Clock {
	if c.hand != nil || c.virtual == nil && !c.World.IsZero() && c.Speed == 0 {
		c.Tick = time.Millisecond
	}
	return c
}

// Of returns the world's clock, derived from the machine's.
func (c Clock) Of(machine func() time.Time) func() time.Time {
	if c == (Clock{}) {
		return machine
	}
	if c.virtual != nil {
		return c.virtual.Now
	}
	if c.hand != nil {
		return ticking(c.hand.Now, c.Tick)
	}
	return ticking(func() time.Time {
		passed := float64(machine().Sub(c.Machine)) * c.Speed
		return c.World.Add(time.Duration(passed))
	}, c.Tick)
}

// ticking adds a tick to each reading after the first.
func ticking(now func() time.Time, tick time.Duration) func() time.Time {
	var readings atomic.Int64
	return func() time.Time { return now().Add(time.Duration(readings.Add(1)-1) * tick) }
}

// variable passes a world's clock to its functions.
const variable = "LOCAL_WORLD_CLOCK"

// Env returns the environment from which [FromEnv] reads the clock; empty for the machine's own. A virtual clock must be
// published before.
func (c Clock) Env() map[string]string {
	if c == (Clock{}) {
		return nil
	}
	if c.virtual != nil {
		return map[string]string{variable: filePrefix + c.virtual.path()}
	}
	if c.hand != nil {
		place := filePrefix + c.hand.path()
		if c.Tick != 0 {
			place += "," + c.Tick.String()
		}
		return map[string]string{variable: place}
	}
	text := fmt.Sprintf("%s/%s/%v", c.Machine.Format(time.RFC3339Nano), c.World.Format(time.RFC3339Nano), c.Speed)
	if c.Tick != 0 {
		text += "/" + c.Tick.String()
	}
	return map[string]string{variable: text}
}

// FromEnv returns the clock of the world that started the process; the machine's by default. It panics if the variable is
// invalid.
func FromEnv(machine func() time.Time) func() time.Time {
	text := os.Getenv(variable)
	if text == "" {
		return machine
	}
	if place, isFile := strings.CutPrefix(text, filePrefix); isFile {
		path, tick, _ := strings.Cut(place, ",")
		each, _ := time.ParseDuration(tick) // none is no tick
		return ticking(published(path), each)
	}
	c, err := parse(text)
	if err != nil {
		panic(fmt.Sprintf("%s: found %q: %v; want what Clock.Env writes", variable, text, err))
	}
	return c.Of(machine)
}

func parse(text string) (c Clock, err error) {
	machine, rest, _ := strings.Cut(text, "/")
	world, rest, _ := strings.Cut(rest, "/")
	speed, tick, ticks := strings.Cut(rest, "/")
	if c.Machine, err = time.Parse(time.RFC3339Nano, machine); err != nil {
		return c, err
	}
	if c.World, err = time.Parse(time.RFC3339Nano, world); err != nil {
		return c, err
	}
	if c.Speed, err = strconv.ParseFloat(speed, 64); err != nil || !ticks {
		return c, err
	}
	c.Tick, err = time.ParseDuration(tick)
	return c, err
}
