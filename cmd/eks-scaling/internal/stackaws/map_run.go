package stackaws

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/shared/run"
)

// UnitsPace is the shortest time between two reads of a map run: AWS allows one a second in an account and region.
const UnitsPace = 5 * time.Second

// MapRun counts the executions that a run started for its units.
type MapRun struct {
	// Total is the number of units. Units that are neither running nor ended have not been started yet.
	Total, Running int
	// Succeeded counts executions, not units: a unit that failed leaves a record of that, and its execution succeeds.
	Succeeded int
	// Cut counts executions that were ended from outside: by a limit, or with the run.
	Cut int
	// NotRedrivable counts the cut executions that Step Functions refuses to redrive, or that would fail again. A unit's
	// execution fails only at a limit: every other error is caught.
	NotRedrivable int
}

// Ended counts the executions that have ended.
func (m MapRun) Ended() int { return m.Succeeded + m.Cut }

// MapRun counts the executions of a run's units. Call it at most once in [UnitsPace].
func (r *Executions) MapRun(ctx context.Context, arn string) (MapRun, error) {
	out, err := r.api.DescribeMapRun(ctx, &sfn.DescribeMapRunInput{MapRunArn: &arn})
	if err != nil {
		return MapRun{}, fmt.Errorf("counting the units of map run %s: %w", nameOf(arn), err)
	}
	c := cmp.Or(out.ExecutionCounts, &types.MapRunExecutionCounts{})
	m := MapRun{
		Running: int(c.Running), Succeeded: int(c.Succeeded), Cut: int(c.Failed + c.TimedOut + c.Aborted),
		NotRedrivable: int(max(aws.ToInt64(c.FailuresNotRedrivable), c.Failed)), Total: int(c.Total),
	}
	if waiting := int(aws.ToInt64(c.PendingRedrive)); waiting > 0 { // these have not ended again; whether Cut has them is not documented
		m.Cut = max(0, min(m.Cut, int(c.Total-c.Pending-c.Running-c.Succeeded)-waiting))
	}
	if out.ItemCounts != nil { // the executions of the last units may not be there yet
		m.Total = max(m.Total, int(out.ItemCounts.Total))
	}
	return m, nil
}

// UnitExecution is the execution of a unit.
type UnitExecution struct {
	Summary
	Unit  string
	Error *run.StepError // why it failed, timed out or was aborted; nil if Step Functions does not say
}

// UnitStatuses are the statuses of executions that were ended from outside.
var UnitStatuses = []Status{Failed, TimedOut, Aborted}

// unitsAtOnce limits how many executions are described at the same time.
const unitsAtOnce = 4

// UnitsStarted lists the executions of units with the given statuses, or with any if none is given. For each
// status it lists at most limit executions, the latest first; a limit of 0 means all.
func (r *Executions) UnitsStarted(ctx context.Context, mapRun string, limit int, statuses ...Status) ([]Summary, error) {
	if len(statuses) == 0 {
		statuses = []Status{""}
	}
	var listed []Summary
	for _, status := range statuses {
		some, err := r.pages(ctx, sfn.ListExecutionsInput{MapRunArn: &mapRun, StatusFilter: types.ExecutionStatus(status)}, time.Time{}, limit)
		if err != nil {
			return nil, err
		}
		if limit > 0 {
			some = some[:min(len(some), limit)]
		}
		listed = append(listed, some...)
	}
	return listed, nil
}

// UnitExecutions describes executions of units. It makes a call for each, as a list does not say which unit an execution is for.
func (r *Executions) UnitExecutions(ctx context.Context, listed []Summary) ([]UnitExecution, error) {
	found := make([]UnitExecution, len(listed))
	var all errgroup.Group
	all.SetLimit(unitsAtOnce)
	for i, s := range listed {
		all.Go(func() error {
			e, err := r.Describe(ctx, s.ARN)
			if err != nil {
				return err
			}
			found[i] = UnitExecution{Summary: e.Summary, Unit: unitOf(e.Input), Error: e.Error}
			return nil
		})
	}
	return found, all.Wait()
}

// FindUnit looks for the execution of a unit among those with the given statuses, and stops when it has found it. It returns an empty ARN
// if there is none.
func (r *Executions) FindUnit(ctx context.Context, mapRun, unit string, statuses ...Status) (arn string, err error) {
	for _, status := range statuses {
		listed, err := r.UnitsStarted(ctx, mapRun, 0, status)
		if err != nil {
			return "", err
		}
		for some := range slices.Chunk(listed, unitsAtOnce) {
			found, err := r.UnitExecutions(ctx, some)
			if err != nil {
				return "", err
			}
			if i := slices.IndexFunc(found, func(e UnitExecution) bool { return e.Unit == unit }); i >= 0 {
				return found[i].ARN, nil
			}
		}
	}
	return "", nil
}

// unitOf returns the unit that an execution was started for; empty for the execution of a run.
func unitOf(input json.RawMessage) string {
	var task run.UnitTask
	if !decode(input, &task) {
		return ""
	}
	return task.Unit
}
