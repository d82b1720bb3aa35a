package scheduler

import "eks-scaling-automation/integration/aws/wire"

// Failure is an error as the API answers it.
type Failure = wire.Failure

// Fail lets the next so many calls of an operation fail before anything is done, in every group. An empty name is any; the
// first fault that fits is used up first.
func (s *Server) Fail(operation, name string, times int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.Fail(times, f, of(operation, name))
}

// LoseReply lets the next so many calls of an operation be done, but drops the connection instead of answering. Targets
// are as those of Fail.
func (s *Server) LoseReply(operation, name string, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.LoseReply(times, of(operation, name))
}

// Before has a hook told of every call before anything is done about it. The hook may call the server, which tells it of
// those calls too; the call waits until it returns. A hook that panics with [net/http.ErrAbortHandler] drops the connection,
// and the call is neither done nor recorded. No hook again with nil.
func (s *Server) Before(hook func(Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = hook
}

// SetAuthorize has every call asked about before it is done: an error denies it (403) in its words. Permit all again with
// nil.
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

// of says which calls a fault fits.
func of(operation, name string) func(Call) bool {
	return func(c Call) bool { return operation == c.Operation && (name == "" || name == c.Name) }
}
