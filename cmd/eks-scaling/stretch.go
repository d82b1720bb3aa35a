package main

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"eks-scaling-automation/shared/config"
)

// longestStretch is how far back one may ask, and how long an override may last: about as far as anything is on record.
const longestStretch = maxYears * 365 * 24 * time.Hour

// stretches is the form of a time such as 7d, 36h or 1d12h.
var stretches = regexp.MustCompile(`^(?:([0-9]+)d)?((?:[0-9]+(?:\.[0-9]+)?(?:h|ms|m|s))*)$`)

// stretch reads a time such as 7d, 36h or 1d12h, which is longer than nothing and not longer than [longestStretch].
func stretch(text string) (time.Duration, error) {
	wrong := func(found string) error {
		return fmt.Errorf("found %s; want a time of at most %d years, such as 7d, 36h or 1d12h", found, maxYears)
	}
	parts := stretches.FindStringSubmatch(text)
	if parts == nil {
		return 0, wrong(strconv.Quote(text))
	}
	days, daysErr := strconv.ParseInt("0"+parts[1], 10, 16) // so that no sum overflows
	hours, hoursErr := time.ParseDuration("0s" + parts[2])
	total := time.Duration(days)*24*time.Hour + min(hours, longestStretch+time.Hour)
	switch {
	case daysErr != nil || hoursErr != nil || total > longestStretch: // only their size can be wrong
		return 0, wrong(strconv.Quote(text) + ", which is too long")
	case total <= 0:
		return 0, wrong(strconv.Quote(text))
	}
	return total, nil
}

// inShort is such as 3h, 20m or 1h30m.
func inShort(d time.Duration) string {
	return config.Duration(d).String()
}
