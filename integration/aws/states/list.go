package states

import (
	"time"

	"eks-scaling-automation/integration/runtime/engine"
)

type listExecutionsRequest struct {
	StateMachineArn *string `json:"stateMachineArn"`
	MapRunArn       *string `json:"mapRunArn"`
	StatusFilter    *string `json:"statusFilter"`
	RedriveFilter   *string `json:"redriveFilter"`
	MaxResults      int     `json:"maxResults"`
	NextToken       *string `json:"nextToken"`
}

type listExecutionsAnswer struct {
	Executions []executionItem `json:"executions"`
	NextToken  *string         `json:"nextToken,omitempty"`
}

type executionItem struct {
	ExecutionArn    string        `json:"executionArn"`
	StateMachineArn string        `json:"stateMachineArn"`
	Name            string        `json:"name"`
	Status          engine.Status `json:"status"`
	StartDate       time.Time     `json:"startDate"`
	StopDate        time.Time     `json:"stopDate"`
	RedriveCount    int           `json:"redriveCount"`
	RedriveDate     time.Time     `json:"redriveDate"`
}

// pendingRedrive is a status that only the executions of a distributed Map have.
const pendingRedrive = "PENDING_REDRIVE"

func (in listExecutionsRequest) check() error {
	err := firstError(
		oneOf("statusFilter", in.StatusFilter, []string{"SUCCEEDED", "TIMED_OUT", pendingRedrive, "ABORTED", "FAILED", "RUNNING"}),
		oneOf("redriveFilter", in.RedriveFilter, []string{"REDRIVEN", "NOT_REDRIVEN"}),
	)
	switch {
	case err != nil:
		return err
	case (in.StateMachineArn == nil) == (in.MapRunArn == nil):
		return refused("ValidationException", "Must specify exactly one of stateMachineArn and mapRunArn")
	case in.MapRunArn != nil:
		return refused("ResourceNotFound", "Resource not found: '%s'", *in.MapRunArn)
	case in.RedriveFilter != nil:
		return refused("ValidationException", "redriveFilter must be left out with a stateMachineArn: it takes a mapRunArn")
	case in.StatusFilter != nil && *in.StatusFilter == pendingRedrive:
		return refused("ValidationException", "statusFilter must not be %s with a stateMachineArn: it takes a mapRunArn", pendingRedrive)
	}
	return nil
}

// listExecutions gives the newest first. A token counts from the oldest, so that what is started between two pages moves
// nothing.
func (s *Server) listExecutions(c call, in listExecutionsRequest) (any, error) {
	if err := firstError(in.check(), s.isMachine(c, in.StateMachineArn)); err != nil {
		return nil, err
	}
	size, err := pageSize(in.MaxResults)
	if err != nil {
		return nil, err
	}
	all := s.engine.Executions()
	list := "executions " + orEmpty(in.StatusFilter)
	from, err := readToken(in.NextToken, list, len(all)-1, len(all))
	if err != nil {
		return nil, err
	}
	answer := listExecutionsAnswer{Executions: []executionItem{}}
	for i := len(all) - 1 - from; i < len(all); i++ {
		d := all[i].Describe()
		if in.StatusFilter != nil && string(d.Status) != *in.StatusFilter {
			continue
		}
		if len(answer.Executions) == size {
			answer.NextToken = pageToken{list, len(all) - 1 - i}.text()
			break
		}
		answer.Executions = append(answer.Executions, executionItem{
			ExecutionArn: all[i].ARN, StateMachineArn: s.machine.text, Name: all[i].Name, Status: d.Status,
			StartDate: d.Started, StopDate: d.Ended, RedriveCount: d.Redrives, RedriveDate: d.Redriven,
		})
	}
	return answer, nil
}
