package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// longestStretch is how far back one may ask: about as far as anything is on record.
const longestStretch = maxYears * 365 * 24 * time.Hour

// stretch reads a time such as 7d, 36h or 1d12h, which is longer than nothing and not longer than [longestStretch].
func stretch(text string) (time.Duration, error) {
	days, rest, hasDays := strings.Cut(text, "d")
	if !hasDays {
		days, rest = "0", text
	}
	n, err := strconv.ParseUint(days, 10, 12) // so that no sum overflows
	var hours time.Duration
	if err == nil && (rest != "" || !hasDays) {
		hours, err = time.ParseDuration(rest)
	}
	total := time.Duration(n)*24*time.Hour + min(hours, longestStretch)
	if err != nil || hours < 0 || total <= 0 || total > longestStretch {
		return 0, fmt.Errorf("found %q; want a time of at most %d years, such as 7d, 36h or 1d12h", text, maxYears)
	}
	return total, nil
}
