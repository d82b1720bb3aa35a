// Package pace computes how long a run waits between two checks of something slow. A check costs events in the execution's
// history, which is limited, so the wait grows with the elapsed time: an update's end is noticed at most a quarter of its
// duration late. No wait is random, so that simulations are repeatable.
//
// The package is pure.
package pace

import (
	"hash/fnv"
	"time"
)

// Longest is the longest wait between two renewals of a run's claim, which expires after 5 minutes of silence. Only throttled
// runs wait up to a quarter longer.
const Longest = 2 * time.Minute

const (
	// The shortest waits. A quarter of the first seconds would be almost no wait.
	firstLook      = 5 * time.Second
	firstBusy      = 30 * time.Second
	firstThrottled = 15 * time.Second
	// Updates younger than youth are checked every shortLook: most updates are short, and people wait for them.
	youth     = 2 * time.Minute
	shortLook = 10 * time.Second
)

// Look returns the wait before the next check of an update, given the time since it began, in whole seconds.
func Look(elapsed time.Duration) time.Duration {
	longest := Longest
	if elapsed < youth {
		longest = shortLook
	}
	return quarter(elapsed, firstLook, longest)
}

// Busy returns the wait before the next check of a node group that another update keeps busy, in whole seconds: half of the
// elapsed time, as nobody waits for that update.
func Busy(elapsed time.Duration) time.Duration {
	return quarter(2*elapsed, firstBusy, Longest)
}

// Throttled returns the wait before the next call of a throttled caller, in whole seconds. It is never less than [Look], so that
// throttled checks need no more events than shared/limits counts, and never less than 15 seconds, because early calls would be
// throttled again. It differs by the caller's name, by up to a quarter and at first by up to 15 seconds, so that callers do not
// come back together.
func Throttled(elapsed time.Duration, who string) time.Duration {
	shortest := max(Look(elapsed), firstThrottled)
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(who + elapsed.String())) // it never fails
	spread := max(shortest/4, firstThrottled) / time.Second
	return shortest + time.Duration(hash.Sum32())%(spread+1)*time.Second
}

func quarter(elapsed, shortest, longest time.Duration) time.Duration {
	return max(shortest, min((elapsed/4).Truncate(time.Second), longest))
}

// Seconds limits a wait to the time left until a deadline, in whole seconds: the check then is the last one. The deadline must be
// in the future.
func Seconds(wait, left time.Duration) int {
	return int((min(wait, left) + time.Second - 1) / time.Second)
}

// Looks counts the checks of an update with the given duration, if checks themselves take no time: the last one finds it ended.
func Looks(duration time.Duration) int { return looks(duration, Look) }

// BusyLooks counts the checks of a node group that stays busy for the given duration, likewise.
func BusyLooks(duration time.Duration) int { return looks(duration, Busy) }

func looks(duration time.Duration, wait func(time.Duration) time.Duration) int {
	looks := 0
	for at := time.Duration(0); at < duration || looks == 0; at += wait(at) {
		looks++
	}
	return looks
}
