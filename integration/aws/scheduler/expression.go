package scheduler

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// timing determines when a schedule fires.
type timing struct {
	expression expression
	zone       *time.Location
}

// expression is a parsed schedule expression.
type expression interface {
	// times returns the instants at which it fires in [from, until), in order; since is when its schedule was created.
	times(zone *time.Location, since, from, until time.Time) []time.Time
}

func compile(text, timezone string) (timing, error) {
	parsed, err := parse(text)
	if err != nil {
		return timing{}, fmt.Errorf("schedule expression %s: %w", text, err)
	}
	zone, err := location(timezone)
	return timing{parsed, zone}, err
}

func parse(text string) (expression, error) {
	kind, rest, _ := strings.Cut(text, "(")
	fields, closed := strings.CutSuffix(rest, ")")
	if !closed {
		kind = ""
	}
	switch kind {
	case "cron":
		return parseCron(fields)
	case "at":
		return parseAt(fields)
	case "rate":
		return parseRate(fields)
	}
	return nil, errors.New("want cron(minutes hours day-of-month month day-of-week year), at(yyyy-mm-ddThh:mm:ss) or rate(value unit)")
}

// location accepts only IANA names, not Go's own "Local" and "".
func location(timezone string) (*time.Location, error) {
	zone, err := time.LoadLocation(timezone)
	if err != nil || timezone == "" || timezone == "Local" {
		return nil, fmt.Errorf("schedule expression timezone %q: want an IANA name, such as America/Sao_Paulo", timezone)
	}
	return zone, nil
}

// at is a local time, written as if it were UTC. It fires once.
type at struct{ wall time.Time }

func parseAt(text string) (expression, error) {
	const layout = "2006-01-02T15:04:05"
	wall, err := time.Parse(layout, text)
	if err != nil || wall.Format(layout) != text {
		return nil, fmt.Errorf("found %q; want a time as yyyy-mm-ddThh:mm:ss", text)
	}
	return at{wall}, nil
}

func (a at) times(zone *time.Location, _, from, until time.Time) []time.Time {
	if t := a.instant(zone); !t.Before(from) && t.Before(until) {
		return []time.Time{t}
	}
	return nil
}

// rate is a fixed interval between firings. A day is always 24 hours.
type rate struct{ every time.Duration }

func parseRate(text string) (expression, error) {
	units := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return nil, fmt.Errorf("found %q; want a value and a unit, such as 5 minutes", text)
	}
	value, err := strconv.ParseUint(fields[0], 10, 16)
	unit := units[strings.TrimSuffix(fields[1], "s")]
	if err != nil || value == 0 || unit == 0 {
		return nil, fmt.Errorf("found %q; want a positive number of minutes, hours or days", text)
	}
	return rate{time.Duration(value) * unit}, nil
}

func (r rate) times(_ *time.Location, since, from, until time.Time) []time.Time {
	t := since
	if from.After(since) {
		t = since.Add((from.Sub(since) + r.every - 1) / r.every * r.every)
	}
	var times []time.Time
	for ; t.Before(until); t = t.Add(r.every) {
		times = append(times, t.UTC())
	}
	return times
}
