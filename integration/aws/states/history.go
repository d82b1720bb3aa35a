package states

import (
	"fmt"
	"slices"
)

type getExecutionHistoryRequest struct {
	ExecutionArn         *string `json:"executionArn"`
	IncludeExecutionData *bool   `json:"includeExecutionData"`
	MaxResults           int     `json:"maxResults"`
	NextToken            *string `json:"nextToken"`
	ReverseOrder         bool    `json:"reverseOrder"`
}

type getExecutionHistoryAnswer struct {
	Events    []historyEvent `json:"events"`
	NextToken *string        `json:"nextToken,omitempty"`
}

// getExecutionHistory writes the whole history again for every page: an event gets the same id each time.
func (s *Server) getExecutionHistory(c call, in getExecutionHistoryRequest) (any, error) {
	x, err := s.execution(c, in.ExecutionArn)
	if err != nil {
		return nil, err
	}
	size, err := pageSize(in.MaxResults)
	if err != nil {
		return nil, err
	}
	_, tasks := s.current()
	w := writer{
		most: s.engine.MaxEvents(), tasks: tasks, region: s.machine.region, role: s.role, input: string(x.Input),
		withData: in.IncludeExecutionData == nil || *in.IncludeExecutionData, runs: map[string]*machineRun{},
	}
	for _, event := range x.Events() {
		w.add(event)
	}
	all, first := w.events, 0
	if in.ReverseOrder {
		first = len(all) - 1
	}
	list := fmt.Sprintf("history %s %t", x.ARN, in.ReverseOrder)
	from, err := readToken(in.NextToken, list, first, len(all))
	if err != nil {
		return nil, err
	}
	next := min(from+size, len(all))
	page := all[from:next]
	if in.ReverseOrder {
		next = max(from-size, -1)
		page = slices.Clone(all[next+1 : from+1])
		slices.Reverse(page)
	}
	answer := getExecutionHistoryAnswer{Events: page}
	if 0 <= next && next < len(all) {
		answer.NextToken = pageToken{list, next}.text()
	}
	return answer, nil
}
