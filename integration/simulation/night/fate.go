package night

import (
	"time"

	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/shared/run"
)

// Fate is what happens to a call.
type Fate string

// The fates.
const (
	Fine         Fate = ""
	Throttled    Fate = "throttled"
	Failed       Fate = "5xx"
	Refused      Fate = "refused"
	Lost         Fate = "lost after effect"
	KilledBefore Fate = "killed before"
	KilledAfter  Fate = "killed after"
	// TooSlow exceeds the function's time. The call takes effect after the function gave up.
	TooSlow Fate = "slow past the deadline"
	// LastEvent ends the unit's execution, whose history is full, while it waits for the function. The call itself succeeds.
	LastEvent Fate = "the end of the unit"
)

// Fates lists all fates of a failing call.
var Fates = []Fate{Throttled, Failed, Refused, Lost, KilledBefore, KilledAfter, TooSlow, LastEvent}

// invoked is the operation of invoking a function.
const invoked = "Invoke"

// fates decides what happens to calls.
type fates interface {
	// of returns the fate of a call that a function makes for a run; the operation may be the invocation of the function itself.
	of(run, function, operation string) Fate
}

// moody draws the fates of calls by the mood of the night.
type moody struct{ *night }

func (m moody) of(_, _, operation string) Fate {
	mood := m.mood
	switch {
	case m.one(mood.deaths):
		return []Fate{KilledBefore, KilledAfter}[m.Rand().IntN(2)]
	case m.one(mood.faults):
		return []Fate{Throttled, Throttled, Throttled, Failed, Failed, Failed, Lost, Lost, Refused}[m.Rand().IntN(9)]
	case operation != invoked && m.one(mood.slow/4):
		return TooSlow
	}
	return Fine
}

// lost is the error of a call whose answer did not arrive.
type lost struct{}

func (lost) Error() string { return "i/o timeout" }

func (lost) Timeout() bool { return true }

func (lost) Temporary() bool { return true }

func refusal(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message}
}

const (
	// Patience is how long before its deadline a function gives up a call.
	patience = 500 * time.Millisecond
	// Latest is how late an abandoned call can take effect.
	latest = 20 * time.Second
)

// limit returns how long a function waits for an answer.
func (i *invocation) limit(operation string) time.Duration {
	left := i.deadline.Sub(i.Now()) - patience
	if operation == "UpdateNodegroupConfig" {
		left = min(left, run.CallMargin)
	}
	return max(left, 0)
}
