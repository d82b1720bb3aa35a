package scheduler

import "eks-scaling-automation/integration/aws/wire"

// Failure is an error as the API returns it.
type Failure = wire.Failure

// Fail makes the next calls of an operation fail without effect, in every group. An empty name matches any. The first matching
// fault is used first.
func (s *Server) Fail(operation, name string, times int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.Fail(times, f, of(operation, name))
}

// LoseReply drops the connection after the next calls of an operation have taken effect. Targets are as in Fail.
func (s *Server) LoseReply(operation, name string, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.LoseReply(times, of(operation, name))
}

// Before sets a hook that runs before every call. The hook may call the server, which runs it for those calls too; the call waits
// until it returns. A hook that panics with [net/http.ErrAbortHandler] drops the connection, and the call is neither applied nor
// recorded. Nil removes the hook.
func (s *Server) Before(hook func(Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = hook
}

// SetAuthorize sets a hook that is asked before every call: an error denies the call (403) with its text. Nil permits all.
func (s *Server) SetAuthorize(authorize func(Call) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.authorize = authorize
}

func (s *Server) hooks() (before func(Call), authorize func(Call) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.before, s.authorize
}

// of returns the calls that a fault matches.
func of(operation, name string) func(Call) bool {
	return func(c Call) bool { return operation == c.Operation && (name == "" || name == c.Name) }
}
