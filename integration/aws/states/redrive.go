package states

import (
	"errors"
	"slices"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
)

type redriveExecutionRequest struct {
	ExecutionArn *string `json:"executionArn"`
	ClientToken  *string `json:"clientToken"`
}

type redriveExecutionAnswer struct {
	RedriveDate time.Time `json:"redriveDate"`
}

// redrive is the redrive of a client token.
type redrive struct {
	token string
	at    time.Time
}

const (
	redrivablePeriod = 14 * 24 * time.Hour // AWS counts it in hours, not in days of a calendar
	tokenPeriod      = 15 * time.Minute
	tokensKept       = 10
	longestClient    = 64
)

func (s *Server) redriveExecution(c call, in redriveExecutionRequest) (any, error) {
	x, err := s.execution(c, in.ExecutionArn)
	if err := firstError(err, sized("clientToken", in.ClientToken, 1, longestClient)); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, done := s.redrivenFor(x, in.ClientToken); done {
		return redriveExecutionAnswer{at}, nil
	}
	if reason := s.whyNotRedrivable(x.Describe()); reason != "" {
		return nil, notRedrivable(x, reason)
	}
	err = x.Redrive()
	if refusal, ok := errors.AsType[*engine.NotRedrivableError](err); ok {
		return nil, notRedrivable(x, refusal.Reason)
	}
	if err != nil {
		return nil, err
	}
	at := x.Describe().Redriven
	if in.ClientToken != nil {
		done := append(s.redriven[x.ARN], redrive{*in.ClientToken, at})
		s.redriven[x.ARN] = done[max(0, len(done)-tokensKept):]
	}
	return redriveExecutionAnswer{at}, nil
}

// redrivenFor reports whether, and when, this request already redrove the execution.
func (s *Server) redrivenFor(x *engine.Execution, token *string) (at time.Time, done bool) {
	if token == nil {
		return time.Time{}, false
	}
	all := s.redriven[x.ARN]
	i := slices.IndexFunc(all, func(r redrive) bool { return r.token == *token && s.now().Before(r.at.Add(tokenPeriod)) })
	if i < 0 {
		return time.Time{}, false
	}
	return all[i].at, true
}

// whyNotRedrivable returns the reason in AWS's words; empty if an execution can be redriven.
func (s *Server) whyNotRedrivable(d engine.Description) string {
	switch {
	case d.Status == engine.Running || d.Status == engine.Succeeded || d.Status == engine.PendingRedrive:
		return "Execution is " + string(d.Status) + " and cannot be redriven"
	case d.HistoryFull:
		return "Execution history event limit exceeded"
	case s.now().After(d.Ended.Add(redrivablePeriod)):
		return "Execution redrivable period exceeded"
	}
	return ""
}

func notRedrivable(x *engine.Execution, reason string) error {
	return refused("ExecutionNotRedrivable", "Execution %s invalid for redrive as: %s", x.ARN, reason)
}
