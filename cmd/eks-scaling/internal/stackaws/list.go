package stackaws

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// pageSize limits how many executions one call lists.
const pageSize = 100

// List returns the executions that were started or redriven at an instant or later, the last started first. With failed it
// returns only those that failed, timed out or were aborted. A limit of 0 means no limit.
func (r *Executions) List(ctx context.Context, since time.Time, failed bool, limit int) ([]Summary, error) {
	statuses := []types.ExecutionStatus{""}
	if failed {
		statuses = []types.ExecutionStatus{types.ExecutionStatusFailed, types.ExecutionStatusTimedOut, types.ExecutionStatusAborted}
	}
	found := []Summary{}
	for _, status := range statuses {
		some, err := r.list(ctx, since, status, limit)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	slices.SortStableFunc(found, func(a, b Summary) int { return b.Started.Compare(a.Started) })
	if limit > 0 && len(found) > limit {
		found = found[:limit]
	}
	return found, nil
}

// list returns the executions of one status; an empty status is any.
func (r *Executions) list(ctx context.Context, since time.Time, status types.ExecutionStatus, limit int) ([]Summary, error) {
	return r.pages(ctx, sfn.ListExecutionsInput{StateMachineArn: &r.machine, StatusFilter: status}, since, limit)
}

// pages returns the executions of a list that were started or redriven since an instant, at least as many as the limit if there are.
func (r *Executions) pages(ctx context.Context, in sfn.ListExecutionsInput, since time.Time, limit int) ([]Summary, error) {
	in.MaxResults = pageSize
	if limit > 0 {
		in.MaxResults = int32(min(limit, pageSize))
	}
	var found []Summary
	pages := sfn.NewListExecutionsPaginator(r.api, &in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing the runs of state machine %s: %w", nameOf(r.machine), err)
		}
		for _, item := range page.Executions {
			s := summaryOf(item)
			if s.Started.Before(since) && s.Redriven.Before(since) {
				return found, nil // they are sorted by time, newest first
			}
			found = append(found, s)
		}
		if limit > 0 && len(found) >= limit {
			break
		}
	}
	return found, nil
}

func summaryOf(item types.ExecutionListItem) Summary {
	return Summary{
		Name: aws.ToString(item.Name), ARN: aws.ToString(item.ExecutionArn), Status: Status(item.Status),
		Started: instant(item.StartDate), Ended: instant(item.StopDate), Redriven: instant(item.RedriveDate),
		RedriveCount: int(aws.ToInt32(item.RedriveCount)),
	}
}
