// Package limits computes what a configuration needs of AWS's limits on executions, items and transactions. Step Functions aborts
// an execution that exceeds a hard limit, so such a configuration is refused when it is checked and when it is written. Every
// figure is here, once.
//
// The package is pure: it never reads the clock and never calls AWS.
package limits

import (
	"encoding/json"
	"sync"
	"time"

	"eks-scaling-automation/statemachine"
)

// Limits of AWS, from the quota pages of AWS Step Functions and Amazon DynamoDB.
const (
	// StateBytes limits the input and output of a state: 256 KiB. A larger one fails the run with States.DataLimitExceeded.
	StateBytes = 256 << 10
	// HistoryEvents is the quota of events in an execution's history. The execution fails when it reaches the quota.
	HistoryEvents = 25_000
	// IterationsAtOnce limits the concurrent iterations of an inline Map.
	IterationsAtOnce = 40
	// ItemBytes limits a DynamoDB item, including the names of its attributes: 400 KB.
	ItemBytes = 400 << 10
	// TransactionItems limits the items in a DynamoDB transaction.
	TransactionItems = 100
	// TransactionBytes limits the total size of a transaction's items: 4 MB.
	TransactionBytes = 4 << 20
)

// How much of those limits a configuration may use. The rest is a margin.
const (
	// MaxStateBytes leaves a fifth of a state free for failure messages, which can be long and are not computed here.
	MaxStateBytes = StateBytes * 4 / 5
	// MaxUnitEvents leaves a fifth of a history free for retried or throttled calls and for busy node groups. In a unit of 40
	// node groups, all can be busy for 25 minutes, or half of them for an hour.
	MaxUnitEvents = HistoryEvents * 4 / 5
	// MaxUnits limits the units of a run. With long names fewer fit: see [RunBytes].
	MaxUnits = 1000
	// MaxItemBytes leaves room for the attributes beside spec.
	MaxItemBytes = ItemBytes - itemMargin
	// The attributes beside spec are key, version, time, author and reason.
	itemMargin = 4 << 10
	// MaxUnitTime limits how long a run works on one cluster, in the worst case. Until it ends, the cluster's next scheduled run
	// may have to wait.
	MaxUnitTime = 3 * time.Hour
	// MaxInputBytes limits a run's input, which travels beside the run's state.
	MaxInputBytes = 32 << 10
	// MaxNamesBytes limits the names of clusters in an input, as JSON. The rest is for the other fields.
	MaxNamesBytes = 30_000
)

// MaxRunTime leaves a fifth of a run's time free for busy node groups, waits for other runs, and throttled calls.
func MaxRunTime() time.Duration { return Timeout() * 4 / 5 }

// Timeout returns the definition's timeout, after which Step Functions ends a run.
var Timeout = sync.OnceValue(func() time.Duration {
	var definition struct{ TimeoutSeconds int }
	if err := json.Unmarshal([]byte(statemachine.Definition), &definition); err != nil {
		panic(err) // it is part of the program
	}
	return time.Duration(definition.TimeoutSeconds) * time.Second
})
