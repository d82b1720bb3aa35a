package states

import (
	"time"

	"eks-scaling-automation/integration/runtime/engine"
)

type listMapRunsRequest struct {
	ExecutionArn *string `json:"executionArn"`
	MaxResults   int     `json:"maxResults"`
	NextToken    *string `json:"nextToken"`
}

type listMapRunsAnswer struct {
	MapRuns   []mapRunItem `json:"mapRuns"`
	NextToken *string      `json:"nextToken,omitempty"`
}

type mapRunItem struct {
	ExecutionArn    string    `json:"executionArn"`
	MapRunArn       string    `json:"mapRunArn"`
	StateMachineArn string    `json:"stateMachineArn"`
	StartDate       time.Time `json:"startDate"`
	StopDate        time.Time `json:"stopDate"`
}

// listMapRuns returns the newest first. It is a guess that the state machine is the execution's own, without the label.
func (s *Server) listMapRuns(c call, in listMapRunsRequest) (any, error) {
	x, err := s.execution(c, in.ExecutionArn)
	if err != nil {
		return nil, err
	}
	size, err := pageSize(in.MaxResults)
	if err != nil {
		return nil, err
	}
	all, list := x.MapRuns(), "map runs "+x.ARN
	from, err := readToken(in.NextToken, list, len(all)-1, len(all))
	if err != nil {
		return nil, err
	}
	answer := listMapRunsAnswer{MapRuns: []mapRunItem{}}
	for i := len(all) - 1 - from; i < len(all); i++ {
		if len(answer.MapRuns) == size {
			answer.NextToken = pageToken{list, len(all) - 1 - i}.text()
			break
		}
		d := all[i].Describe()
		answer.MapRuns = append(answer.MapRuns, mapRunItem{x.ARN, all[i].ARN, s.machineOf(x), d.Started, d.Ended})
	}
	return answer, nil
}

type describeMapRunRequest struct {
	MapRunArn *string `json:"mapRunArn"`
}

type describeMapRunAnswer struct {
	MapRunArn                  string        `json:"mapRunArn"`
	ExecutionArn               string        `json:"executionArn"`
	Status                     engine.Status `json:"status"`
	StartDate                  time.Time     `json:"startDate"`
	StopDate                   time.Time     `json:"stopDate"`
	MaxConcurrency             int           `json:"maxConcurrency"`
	ToleratedFailurePercentage float64       `json:"toleratedFailurePercentage"`
	ToleratedFailureCount      int           `json:"toleratedFailureCount"`
	ItemCounts                 mapRunCounts  `json:"itemCounts"`
	ExecutionCounts            mapRunCounts  `json:"executionCounts"`
	RedriveCount               int           `json:"redriveCount"`
	RedriveDate                time.Time     `json:"redriveDate"`
}

// mapRunCounts are the same for items and for executions, as each execution has one item.
type mapRunCounts struct {
	Pending               int `json:"pending"`
	Running               int `json:"running"`
	Succeeded             int `json:"succeeded"`
	Failed                int `json:"failed"`
	TimedOut              int `json:"timedOut"`
	Aborted               int `json:"aborted"`
	Total                 int `json:"total"`
	ResultsWritten        int `json:"resultsWritten"`
	FailuresNotRedrivable int `json:"failuresNotRedrivable"`
	PendingRedrive        int `json:"pendingRedrive"`
}

func (s *Server) describeMapRun(c call, in describeMapRunRequest) (any, error) {
	m, err := s.mapRun(c, in.MapRunArn)
	if err != nil {
		return nil, err
	}
	d := m.Describe()
	counts := mapRunCounts{
		Running: d.Counts[engine.Running], Succeeded: d.Counts[engine.Succeeded], Failed: d.Counts[engine.Failed],
		TimedOut: d.Counts[engine.TimedOut], Aborted: d.Counts[engine.Aborted], PendingRedrive: d.Counts[engine.PendingRedrive],
		Total: d.Total, FailuresNotRedrivable: d.NotRedrivable, Pending: d.Total,
	}
	for _, started := range d.Counts {
		counts.Pending -= started
	}
	return describeMapRunAnswer{
		MapRunArn: m.ARN, ExecutionArn: m.Execution.ARN, Status: d.Status, StartDate: d.Started, StopDate: d.Ended,
		MaxConcurrency: d.MaxConcurrency, ToleratedFailurePercentage: d.ToleratedFailurePercentage,
		ToleratedFailureCount: d.ToleratedFailureCount, ItemCounts: counts, ExecutionCounts: counts,
		RedriveCount: d.Redrives, RedriveDate: d.Redriven,
	}, nil
}
