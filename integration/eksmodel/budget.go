package eksmodel

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/smithy-go"
)

// Rates limits the calls a second; EKS throttles more. 0 means no limit.
type Rates struct{ Reads, Updates int }

// Usage counts calls.
type Usage struct{ Reads, Updates Count }

// Count counts calls. Peak is the largest number answered within one second of the clock.
type Count struct{ Answered, Throttled, Peak int }

// Limit sets a budget of calls from now on, and starts counting. Without it nothing is throttled or counted. AWS publishes neither
// its rates nor its bursts; here the burst is a second's worth.
func (m *Model) Limit(r Rates) { m.budget = &budget{rates: r} }

// Usage returns the calls since [Model.Limit].
func (m *Model) Usage() Usage {
	if m.budget == nil {
		return Usage{}
	}
	return Usage{m.budget.reads.Count, m.budget.updates.Count}
}

// budget holds the limits and the usage.
type budget struct {
	rates          Rates
	reads, updates bucket
}

// bucket has a second's worth of tokens.
type bucket struct {
	Count
	full   time.Time // when the bucket is full again
	second int64     // that was the last with an answered call
	within int       // that second
}

// admit takes a token for a call, or refuses it as EKS reportedly does.
func (b *budget) admit(operation string, now time.Time) error {
	if b == nil {
		return nil
	}
	switch operation {
	case "UpdateNodegroupConfig", "DeleteNodegroup":
		if !b.updates.take(b.rates.Updates, now) {
			return &types.InvalidRequestException{Message: new("Request limit exceeded")}
		}
	default:
		if !b.reads.take(b.rates.Reads, now) {
			return &smithy.GenericAPIError{Code: "TooManyRequestsException", Message: "Too Many Requests", Fault: smithy.FaultClient}
		}
	}
	return nil
}

func (b *bucket) take(rate int, now time.Time) bool {
	if rate > 0 {
		full := b.full
		if full.Before(now) {
			full = now
		}
		if full = full.Add(time.Second / time.Duration(rate)); full.Sub(now) > time.Second {
			b.Throttled++
			return false
		}
		b.full = full
	}
	if second := now.Unix(); second != b.second {
		b.second, b.within = second, 0
	}
	b.within++
	b.Answered++
	b.Peak = max(b.Peak, b.within)
	return true
}

func (b *budget) clone() *budget {
	if b == nil {
		return nil
	}
	return new(*b)
}

// appendState appends the missing tokens, which affect later answers.
func (b *budget) appendState(to []byte, now time.Time) []byte {
	if b == nil {
		return to
	}
	missing := func(of bucket) int64 { return max(0, int64(of.full.Sub(now))) }
	return appendInts(to, int64(b.rates.Reads), int64(b.rates.Updates), missing(b.reads), missing(b.updates))
}
