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
	// TooSlow takes longer than the function has. The call takes effect after the function has given it up.
	TooSlow Fate = "slow past the deadline"
	// LastEvent ends the unit's execution, whose history is full, while it waits for the function. The call itself goes well.
	LastEvent Fate = "the end of the unit"
)

// Fates are all fates of a call that goes wrong.
var Fates = []Fate{Throttled, Failed, Refused, Lost, KilledBefore, KilledAfter, TooSlow, LastEvent}

// invoked is the operation of calling a function itself.
const invoked = "Invoke"

// fates decide what happens to calls.
type fates interface {
	// of is the fate of a call that a function makes for a run; the operation may be the call of the function itself.
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

// lost is a call whose answer did not come.
type lost struct{}

func (lost) Error() string { return "i/o timeout" }

func (lost) Timeout() bool { return true }

func (lost) Temporary() bool { return true }

func refusal(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message}
}

const (
	// Patience is how long before the end of its time a function gives up a call.
	patience = 500 * time.Millisecond
	// Latest is how late a call can take effect that was given up.
	latest = 20 * time.Second
)

// limit is how long a function waits for an answer from now on.
func (i *invocation) limit(operation string) time.Duration {
	left := i.deadline.Sub(i.Now()) - patience
	if operation == "UpdateNodegroupConfig" {
		left = min(left, run.CallMargin)
	}
	return max(left, 0)
}
