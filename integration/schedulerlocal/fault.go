package schedulerlocal

// Failure is an error as the API answers it.
type Failure struct {
	Status  int    // of HTTP, as 429
	Type    string // as "ThrottlingException"
	Message string
}

func (f Failure) Error() string { return f.Type + ": " + f.Message }

type fault struct {
	operation, name string
	times           int
	failure         *Failure // nil: the reply is lost
}

// Fail lets the next so many calls of an operation fail before anything is done, in every group. An empty name is any; the
// first fault that fits is used up first.
func (s *Server) Fail(operation, name string, times int, f Failure) {
	s.addFault(&fault{operation, name, times, &f})
}

// LoseReply lets the next so many calls of an operation be done, but drops the connection instead of answering. Targets
// are as those of Fail.
func (s *Server) LoseReply(operation, name string, times int) {
	s.addFault(&fault{operation, name, times, nil})
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

func (s *Server) addFault(f *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// takeFault uses up the first fault of a kind that fits a call; nil when there is none.
func (s *Server) takeFault(c Call, kind func(*fault) bool) *fault {
	for _, f := range s.faults {
		if f.times > 0 && kind(f) && f.operation == c.Operation && (f.name == "" || f.name == c.Name) {
			f.times--
			return f
		}
	}
	return nil
}
