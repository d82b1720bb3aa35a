package frame

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
)

// MaxYears is how long an interval may be; one that is longer was hardly meant, and takes long to work out.
const MaxYears = 10

// maxDuration is how far back one may ask, and how long an override may last: about as far as anything is on record.
const maxDuration = MaxYears * 365 * 24 * time.Hour

// durationForm is the form of a time such as 7d, 36h or 1d12h.
var durationForm = regexp.MustCompile(`^(?:([0-9]+)d)?((?:[0-9]+(?:\.[0-9]+)?(?:h|ms|m|s))*)$`)

// ParseDuration reads a time such as 7d, 36h or 1d12h, which is longer than nothing and not longer than [longestStretch].
func ParseDuration(text string) (time.Duration, error) {
	wrong := func(found string) error {
		return fmt.Errorf("found %s; want a time of at most %d years, such as 7d, 36h or 1d12h", found, MaxYears)
	}
	parts := durationForm.FindStringSubmatch(text)
	if parts == nil {
		return 0, wrong(strconv.Quote(text))
	}
	days, daysErr := strconv.ParseInt("0"+parts[1], 10, 16) // so that no sum overflows
	hours, hoursErr := time.ParseDuration("0s" + parts[2])
	total := time.Duration(days)*24*time.Hour + min(hours, maxDuration+time.Hour)
	switch {
	case daysErr != nil || hoursErr != nil || total > maxDuration: // only their size can be wrong
		return 0, wrong(strconv.Quote(text) + ", which is too long")
	case total <= 0:
		return 0, wrong(strconv.Quote(text))
	}
	return total, nil
}

// FormatDuration is such as 3h, 20m or 1h30m.
func FormatDuration(d time.Duration) string {
	return config.Duration(d).String()
}

// CheckZone refuses what is not the name of a time zone that means the same everywhere.
func CheckZone(name string) error {
	machinesOwn := name == time.Local.String() || name == "localtime" || strings.HasPrefix(name, "posix") || strings.HasPrefix(name, "right/")
	if _, err := time.LoadLocation(name); err != nil || name == "" || machinesOwn {
		return fmt.Errorf("found %q; want an IANA time zone, such as America/Sao_Paulo or UTC", name)
	}
	return nil
}
