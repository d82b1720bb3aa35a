package collect

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/budget"
)

// slots takes the slots of a budget in the stack's table, as the functions do. Without permission to write there, it keeps only this
// command within the budget.
type slots struct {
	table  nodegroups.Slots
	denied atomic.Bool
	own    budget.Queue
}

// Slots returns the slots of the session's stack.
func Slots(s frame.Session) nodegroups.Slots {
	return &slots{table: tables.NewLogs(dynamodb.NewFromConfig(s.AWS), s.Stack.LogsTable)}
}

// Pace keeps the calls of a command within a budget.
type Pace struct {
	slots  nodegroups.Slots
	now    func() time.Time
	budget budget.Budget
}

// PaceOf shares the budget with the functions of the session's stack.
func PaceOf(s frame.Session, b budget.Budget) Pace { return Pace{Slots(s), s.Current, b} }

// OwnPace keeps a command without a stack within the budget.
func OwnPace(now func() time.Time, b budget.Budget) Pace {
	alone := &slots{}
	alone.denied.Store(true)
	return Pace{alone, now, b}
}

// EKS returns a client for reading in a place.
func (p Pace) EKS(there aws.Config, at nodegroups.Place) *eks.Client {
	at.Budget = p.budget
	return eks.NewFromConfig(there, nodegroups.Paced(p.slots, p.now, at))
}

// Take takes the next slot of a place.
func (s *slots) Take(ctx context.Context, r budget.Request) (slot int64, free bool, err error) {
	if !s.denied.Load() {
		slot, free, err = s.table.Take(ctx, r)
		if !awserr.Denied(err) {
			return slot, free, err
		}
		s.denied.Store(true)
	}
	slot, free = s.own.Take(r)
	return slot, free, nil
}

// Within returns the collector for a configuration with a budget of calls.
func (c Collector) Within(b budget.Budget) Collector {
	c.budget = b
	return c
}
