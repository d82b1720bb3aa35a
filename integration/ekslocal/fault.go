package ekslocal

// Failure is an error as the API answers it.
type Failure struct {
	Status  int    // of HTTP, as 429
	Type    string // as "ThrottlingException"
	Message string
}

func (f Failure) Error() string { return f.Type + ": " + f.Message }

type fault struct {
	operation, cluster, nodegroup string
	times                         int
	failure                       *Failure // nil: the reply is lost
}

// Fail lets the next so many calls of an operation fail before anything is done, in every region. An empty nodegroup is
// any, and so is an empty cluster; the first fault that fits is used up first.
func (s *Server) Fail(operation, cluster, nodegroup string, times int, f Failure) {
	s.addFault(&fault{operation, cluster, nodegroup, times, &f})
}

// LoseReply lets the next so many calls of an operation be done, but drops the connection instead of answering. Targets
// are as those of Fail.
func (s *Server) LoseReply(operation, cluster, nodegroup string, times int) {
	s.addFault(&fault{operation, cluster, nodegroup, times, nil})
}

// SetAuthorize has every call asked about first: an error denies it (403) in its words. Permit all again with nil.
func (s *Server) SetAuthorize(authorize func(Call) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.authorize = authorize
}

func (s *Server) addFault(f *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// takeFault uses up the first fault of a kind that fits a call; nil when there is none.
func (s *Server) takeFault(c Call, kind func(*fault) bool) *fault {
	for _, f := range s.faults {
		if f.times > 0 && kind(f) && f.fits(c) {
			f.times--
			return f
		}
	}
	return nil
}

func (f *fault) fits(c Call) bool {
	return f.operation == c.Operation && (f.cluster == "" || f.cluster == c.Cluster) && (f.nodegroup == "" || f.nodegroup == c.Nodegroup)
}
