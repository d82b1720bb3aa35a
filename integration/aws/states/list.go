package states

import (
	"strings"
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
	MapRunArn       string        `json:"mapRunArn,omitempty"`
	ItemCount       *int          `json:"itemCount,omitempty"`
}

// pendingRedrive is a status of distributed Maps' executions only.
const pendingRedrive = string(engine.PendingRedrive)

const redrivenOnly = "REDRIVEN"

func (in listExecutionsRequest) check() error {
	err := firstError(
		oneOf("statusFilter", in.StatusFilter, []string{"SUCCEEDED", "TIMED_OUT", pendingRedrive, "ABORTED", "FAILED", "RUNNING"}),
		oneOf("redriveFilter", in.RedriveFilter, []string{redrivenOnly, "NOT_REDRIVEN"}),
	)
	switch {
	case err != nil:
		return err
	case (in.StateMachineArn == nil) == (in.MapRunArn == nil):
		return refused("ValidationException", "Must specify exactly one of stateMachineArn and mapRunArn")
	case in.MapRunArn != nil:
		return nil
	case in.RedriveFilter != nil:
		return refused("ValidationException", "redriveFilter must be left out with a stateMachineArn: it takes a mapRunArn")
	case in.StatusFilter != nil && *in.StatusFilter == pendingRedrive:
		return refused("ValidationException", "statusFilter must not be %s with a stateMachineArn: it takes a mapRunArn", pendingRedrive)
	}
	return nil
}

// listed returns the executions of the state machine or of a Map Run.
func (s *Server) listed(c call, in listExecutionsRequest) ([]*engine.Execution, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	if in.MapRunArn == nil {
		return s.engine.Executions(), s.isMachine(c, in.StateMachineArn)
	}
	m, err := s.mapRun(c, in.MapRunArn)
	if err != nil {
		return nil, err
	}
	return m.Executions(), nil
}

// fits reports whether an execution passes the filters.
func (in listExecutionsRequest) fits(d engine.Description) bool {
	if in.StatusFilter != nil && string(d.Status) != *in.StatusFilter {
		return false
	}
	return in.RedriveFilter == nil || (d.Redrives > 0) == (*in.RedriveFilter == redrivenOnly)
}

// listExecutions returns the newest first. A token counts from the oldest, so that new executions do not shift pages.
func (s *Server) listExecutions(c call, in listExecutionsRequest) (any, error) {
	all, err := s.listed(c, in)
	if err != nil {
		return nil, err
	}
	size, err := pageSize(in.MaxResults)
	if err != nil {
		return nil, err
	}
	list := strings.Join([]string{"executions", orEmpty(in.MapRunArn), orEmpty(in.StatusFilter), orEmpty(in.RedriveFilter)}, " ")
	from, err := readToken(in.NextToken, list, len(all)-1, len(all))
	if err != nil {
		return nil, err
	}
	answer := listExecutionsAnswer{Executions: []executionItem{}}
	for i := len(all) - 1 - from; i < len(all); i++ {
		d := all[i].Describe()
		if !in.fits(d) {
			continue
		}
		if len(answer.Executions) == size {
			answer.NextToken = pageToken{list, len(all) - 1 - i}.text()
			break
		}
		answer.Executions = append(answer.Executions, s.itemOf(all[i], d))
	}
	return answer, nil
}

// itemOf returns an execution as a list shows it.
func (s *Server) itemOf(x *engine.Execution, d engine.Description) executionItem {
	item := executionItem{
		ExecutionArn: x.ARN, StateMachineArn: s.machineOf(x), Name: x.Name, Status: d.Status,
		StartDate: d.Started, StopDate: d.Ended, RedriveCount: d.Redrives, RedriveDate: d.Redriven,
	}
	if m := x.MapRun(); m != nil {
		item.MapRunArn, item.ItemCount = m.ARN, new(1)
	}
	return item
}
