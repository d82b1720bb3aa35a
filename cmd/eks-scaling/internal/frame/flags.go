package frame

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
)

// MaxYears limits intervals: a longer one is probably a mistake, and slow.
const MaxYears = 10

// maxDuration limits how far back one may ask, and how long an override may last.
const maxDuration = MaxYears * 365 * 24 * time.Hour

var durationForm = regexp.MustCompile(`^(?:([0-9]+)d)?((?:[0-9]+(?:\.[0-9]+)?(?:h|ms|m|s))*)$`)

// ParseDuration reads a positive time such as 7d, 36h or 1d12h of at most [MaxYears].
func ParseDuration(text string) (time.Duration, error) {
	wrong := fmt.Errorf("invalid duration %q: use at most %d years, for example 7d, 36h or 1d12h", text, MaxYears)
	parts := durationForm.FindStringSubmatch(text)
	if parts == nil {
		return 0, wrong
	}
	days, daysErr := strconv.ParseInt("0"+parts[1], 10, 16) // so that no sum overflows
	hours, hoursErr := time.ParseDuration("0s" + parts[2])
	total := time.Duration(days)*24*time.Hour + min(hours, maxDuration+time.Hour)
	switch {
	case daysErr != nil || hoursErr != nil || total > maxDuration: // only their size can be wrong
		return 0, wrong
	case total <= 0:
		return 0, fmt.Errorf("invalid duration %q: must be longer than 0, for example 7d, 36h or 1d12h", text)
	}
	return total, nil
}

// FormatDuration returns text such as 3h, 20m or 1h30m.
func FormatDuration(d time.Duration) string {
	return config.Duration(d).String()
}

// CheckZone refuses names that are not IANA time zones, or that differ between machines.
func CheckZone(name string) error {
	machinesOwn := name == time.Local.String() || name == "localtime" || strings.HasPrefix(name, "posix") || strings.HasPrefix(name, "right/")
	if _, err := time.LoadLocation(name); err != nil || name == "" || machinesOwn {
		return fmt.Errorf("unknown time zone %q: use an IANA name, for example America/Sao_Paulo or UTC", name)
	}
	return nil
}
