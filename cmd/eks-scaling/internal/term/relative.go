package term

import (
	"fmt"
	"time"
)

// Relative returns how far an instant is from now, in its largest unit and rounded down: "2m ago", "in 4h", "3d ago", "just now".
func Relative(at, now time.Time) string {
	d := now.Sub(at)
	switch {
	case d >= time.Second:
		return Age(d) + " ago"
	case d <= -time.Second:
		return "in " + Age(-d)
	case d < 0:
		return "now"
	default:
		return "just now"
	}
}

// Age returns a duration in its largest unit, rounded down: "45s", "2m", "4h", "3d".
func Age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	default:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	}
}
