// Package pace says how long a run waits between two looks at something slow. A look costs events of the execution's
// history, which is limited, so a wait is a part of what has passed: the end of an update is noticed late by at most a quarter of it.
// No wait is random, so that the same night always goes the same way.
//
// The package is pure.
package pace

import (
	"hash/fnv"
	"time"
)

// Longest is the longest wait between two signs of life of a run: after 5 minutes of silence its claim is dead. Only those who are
// throttled wait up to a quarter longer.
const Longest = 2 * time.Minute

const (
	// The shortest waits. A quarter of the first seconds would be no wait at all.
	firstLook      = 5 * time.Second
	firstBusy      = 30 * time.Second
	firstThrottled = 15 * time.Second
	// The end of an update that is younger than youth is seen within shortLook: most updates are short, and people wait for them.
	youth     = 2 * time.Minute
	shortLook = 10 * time.Second
)

// Look is how long to wait before the next look at an update that began so long ago, in whole seconds.
func Look(elapsed time.Duration) time.Duration {
	longest := Longest
	if elapsed < youth {
		longest = shortLook
	}
	return quarter(elapsed, firstLook, longest)
}

// Busy is how long to wait before the next look at a node group that another update has kept busy for so long, in whole
// seconds: half of that time, as nobody waits for that update.
func Busy(elapsed time.Duration) time.Duration {
	return quarter(2*elapsed, firstBusy, Longest)
}

// Throttled is how long to wait before the next call, in whole seconds, for somebody whose calls AWS has throttled since so long
// ago. It is never less than [Look], so that throttled looks need no more events than shared/limits counts, and never less than
// 15 seconds, as calls that come back soon are throttled again. It differs from name to name by up to a quarter, and up to 15
// seconds at first, so that those who were throttled together do not come back together.
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

// Seconds cuts a wait off at a deadline that is so far away, in whole seconds: the look there is the last one. The deadline
// must not be over.
func Seconds(wait, left time.Duration) int {
	return int((min(wait, left) + time.Second - 1) / time.Second)
}

// Looks counts the looks at an update that takes so long, when looks take no time themselves: the last one finds it ended.
func Looks(duration time.Duration) int { return looks(duration, Look) }

// BusyLooks counts the looks at a node group that is busy for so long, likewise.
func BusyLooks(duration time.Duration) int { return looks(duration, Busy) }

func looks(duration time.Duration, wait func(time.Duration) time.Duration) int {
	looks := 0
	for at := time.Duration(0); at < duration || looks == 0; at += wait(at) {
		looks++
	}
	return looks
}
