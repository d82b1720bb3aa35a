package limits

import (
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/signal"
)

// worstReadings returns the largest readings of the signals: an error takes more room than any value.
func worstReadings(names []string) signal.Readings {
	readings := signal.Readings{}
	for _, name := range names {
		readings[name] = signal.Reading{At: time.Unix(0, int64(999*time.Millisecond)).UTC(), Error: strings.Repeat("e", signal.MaxError)}
	}
	return readings
}

// usedSignals returns the signals that a unit keeps in its state: those that its periods name.
func usedSignals(c config.Unit) []string {
	var names []string
	for _, p := range c.Schedule.Periods {
		if p.When != nil {
			names = append(names, p.When.Signal)
		}
	}
	return names
}

// readingBytes returns the size of the readings of all signals in a run's state; 0 if there are none.
func readingBytes(c config.Config) int {
	if len(c.Signals) == 0 {
		return 0
	}
	return len(jsonOf(worstReadings(slices.Collect(maps.Keys(c.Signals)))))
}
