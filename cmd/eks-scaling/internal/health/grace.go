package health

import "time"

// Grace is how long a run may take to follow a configuration change or the start of a period, and for EKS to report it.
const Grace = 5 * time.Minute

// JustNow reports whether t is so recent that a run, or the triggers, may not have followed yet.
func JustNow(t, now time.Time) bool {
	return !t.IsZero() && !t.After(now) && now.Sub(t) < Grace
}

// CloseClock is how far a clock may be from that of AWS, which is read to the second, and some time ago.
const CloseClock = 5 * time.Second

// Day is a period of time, not a calendar day.
const Day = 24 * time.Hour
