package eksmodel

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/smithy-go"
)

// Rates limits the calls a second in one account; EKS throttles more. 0 means no limit.
type Rates struct{ Reads, Updates int }

// Usage counts an account's calls.
type Usage struct{ Reads, Updates Count }

// Count counts calls. Peak is the largest number answered within one second of the clock.
type Count struct{ Answered, Throttled, Peak int }

// Limit gives every account a budget of calls from now on, and starts counting. Without it nothing is throttled or counted. AWS
// publishes neither its rates nor its bursts; here the burst is a second's worth.
func (m *Model) Limit(r Rates) { m.budget = &budget{rates: r, accounts: map[string]*account{}} }

// Usage returns the calls since [Model.Limit], by account.
func (m *Model) Usage() map[string]Usage {
	all := map[string]Usage{}
	if m.budget != nil {
		for name, a := range m.budget.accounts {
			all[name] = Usage{a.reads.Count, a.updates.Count}
		}
	}
	return all
}

// As returns a context whose calls count for an account. The default is an account without a name.
func As(ctx context.Context, account string) context.Context {
	return context.WithValue(ctx, accountKey{}, account)
}

type accountKey struct{}

// budget holds the limits and the usage of all accounts.
type budget struct {
	rates    Rates
	accounts map[string]*account
}

type account struct{ reads, updates bucket }

// bucket has a second's worth of tokens.
type bucket struct {
	Count
	full   time.Time // when the bucket is full again
	second int64     // that was the last with an answered call
	within int       // that second
}

// admit takes a token for a call, or refuses it as EKS reportedly does.
func (b *budget) admit(ctx context.Context, operation string, now time.Time) error {
	if b == nil {
		return nil
	}
	name, _ := ctx.Value(accountKey{}).(string)
	of := b.accounts[name]
	if of == nil {
		of = &account{}
		b.accounts[name] = of
	}
	switch operation {
	case "UpdateNodegroupConfig", "DeleteNodegroup":
		if !of.updates.take(b.rates.Updates, now) {
			return &types.InvalidRequestException{Message: new("Request limit exceeded")}
		}
	default:
		if !of.reads.take(b.rates.Reads, now) {
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
	c := &budget{b.rates, maps.Clone(b.accounts)}
	for name, of := range c.accounts {
		c.accounts[name] = new(*of)
	}
	return c
}

// appendState appends the missing tokens, which affect later answers.
func (b *budget) appendState(to []byte, now time.Time) []byte {
	if b == nil {
		return to
	}
	to = appendInts(to, int64(b.rates.Reads), int64(b.rates.Updates))
	for _, name := range slices.Sorted(maps.Keys(b.accounts)) {
		of := b.accounts[name]
		if of.reads.full.After(now) || of.updates.full.After(now) {
			to = appendInts(appendTexts(to, name), max(0, int64(of.reads.full.Sub(now))), max(0, int64(of.updates.full.Sub(now))))
		}
	}
	return to
}
