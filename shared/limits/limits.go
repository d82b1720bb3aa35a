// Package limits knows what AWS lets a unit's execution, a run, an item and a transaction carry, and what a configuration needs of
// that. An execution over a hard limit of Step Functions dies from outside, so such a configuration is refused when it is
// checked and when it is written. Every figure is here, once.
//
// The package is pure: it never asks for the current time and never talks to AWS.
package limits

import (
	"encoding/json"
	"sync"
	"time"

	"eks-scaling-automation/statemachine"
)

// Limits of AWS, from the quota pages of AWS Step Functions and Amazon DynamoDB.
const (
	// StateBytes is the most that the input or output of a state may have: 256 KiB. A larger one fails the run with
	// States.DataLimitExceeded.
	StateBytes = 256 << 10
	// HistoryEvents is the quota of events in an execution's history. The execution fails when it reaches the quota.
	HistoryEvents = 25_000
	// IterationsAtOnce is how many iterations of an inline Map run at the same time, at most.
	IterationsAtOnce = 40
	// ItemBytes is the most that an item of DynamoDB may have, names of attributes included: 400 KB.
	ItemBytes = 400 << 10
	// TransactionItems is how many items a transaction of DynamoDB writes, at most.
	TransactionItems = 100
	// TransactionBytes is the most that all items of a transaction may have together: 4 MB.
	TransactionBytes = 4 << 20
)

// What a configuration may need of those limits. The rest is a margin.
const (
	// MostStateBytes leaves a fifth of a state free: for messages of failures, which can be long and are not foreseen here.
	MostStateBytes = StateBytes * 4 / 5
	// MostUnitEvents leaves a fifth of a history free: for calls that are retried or throttled, and node groups that are busy first.
	// A unit of 40 node groups can have all of them busy for 25 minutes, or half of them for an hour.
	MostUnitEvents = HistoryEvents * 4 / 5
	// MostUnits is how many units a run takes. Long names take fewer: see [RunBytes].
	MostUnits = 1000
	// MostItemBytes leaves room for the attributes beside spec.
	MostItemBytes = ItemBytes - itemMargin
	// The attributes beside spec are key, version, time, author and reason.
	itemMargin = 4 << 10
	// MostUnitTime is how long a run may be busy with one cluster, in the worst case. Until it ends, the next scheduled run
	// of that cluster may have to wait.
	MostUnitTime = 3 * time.Hour
	// MostInputBytes is the most that a run's input may have. It travels beside the run's state.
	MostInputBytes = 32 << 10
	// MostNamesBytes is the most that the names of clusters in an input may have, as JSON. The rest is for the other fields.
	MostNamesBytes = 30_000
)

// MostRunTime leaves a fifth of a run's time free: for node groups that are busy first, other runs that are waited for, and calls that are
// throttled.
func MostRunTime() time.Duration { return MostTime() * 4 / 5 }

// MostTime is how long a run may take. After that, Step Functions ends it: the definition says so.
var MostTime = sync.OnceValue(func() time.Duration {
	var definition struct{ TimeoutSeconds int }
	if err := json.Unmarshal([]byte(statemachine.Definition), &definition); err != nil {
		panic(err) // it is part of the program
	}
	return time.Duration(definition.TimeoutSeconds) * time.Second
})
