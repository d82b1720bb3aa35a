package savings

import (
	"time"

	"eks-scaling-automation/shared/pace"
	"eks-scaling-automation/shared/run"
)

// What runs take, in state transitions, function invocations, and calls of DynamoDB. The document how-it-works has the same numbers, and
// TestCallsOfARun counts them.
const (
	runTransitions, runInvocations, runCalls          = 7, 2, 5
	unitTransitions, unitInvocations, unitCalls       = 3, 2, 4
	changeTransitions, changeInvocations, changeCalls = 12, 5, 14
	lookTransitions, lookInvocations, lookCalls       = 3, 1, 1
	syncTransitions, syncInvocations, syncCalls       = 1, 1, 4
	looksIncluded                                     = 2
)

// Usage counts what runs took.
type Usage struct {
	Runs        int `json:"runs"`
	Transitions int `json:"transitions"`
	Invocations int `json:"invocations"`
	TableCalls  int `json:"tableCalls"`
}

// add adds some of a kind.
func (u *Usage) add(n, transitions, invocations, calls int) {
	u.Transitions += n * transitions
	u.Invocations += n * invocations
	u.TableCalls += n * calls
}

// AddRun adds a recorded run.
func (u *Usage) AddRun(r run.Record) {
	u.Runs++
	u.add(1, runTransitions, runInvocations, runCalls)
	for _, n := range r.Units {
		u.add(n, unitTransitions, unitInvocations, unitCalls)
	}
	if r.Run.Trigger == run.ReconcileTrigger {
		u.add(1, syncTransitions, syncInvocations, syncCalls)
	}
}

// AddChange adds a recorded change. How often it was looked at is estimated from how long it took.
func (u *Usage) AddChange(c run.Change) {
	u.add(1, changeTransitions, changeInvocations, changeCalls)
	took := time.Duration(c.Seconds * float64(time.Second))
	u.add(max(pace.Looks(took)-looksIncluded, 0), lookTransitions, lookInvocations, lookCalls)
}

// Prices of us-east-1, in units of 10^-10 USD: a transition, an invocation of 0.1 s with 0.25 GB, and a call of DynamoDB that writes an
// item.
const (
	transitionPrice = 250_000
	invocationPrice = 2_000 + 3_333
	tableCallPrice  = 6_250
)

// Cost returns what the usage costs at list price in a region, without free tiers and without what the stack costs when nothing runs.
// Step Functions has another price in South America; the rest is taken from us-east-1.
func (u Usage) Cost(region string) USD {
	transition := int64(transitionPrice)
	if region == "sa-east-1" {
		transition = 375_000
	}
	return Dollars(int64(u.Transitions)*transition+int64(u.Invocations)*invocationPrice+int64(u.TableCalls)*tableCallPrice, priceDecimals)
}
