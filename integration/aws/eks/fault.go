package eks

import "eks-scaling-automation/integration/aws/wire"

// Failure is an error as the API answers it.
type Failure = wire.Failure

// Fail lets the next so many calls of an operation fail before anything is done, in every region. An empty nodegroup is
// any, and so is an empty cluster; the first fault that fits is used up first.
func (s *Server) Fail(operation, cluster, nodegroup string, times int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.Fail(times, f, of(operation, cluster, nodegroup))
}

// LoseReply lets the next so many calls of an operation be done, but drops the connection instead of answering. Targets
// are as those of Fail.
func (s *Server) LoseReply(operation, cluster, nodegroup string, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.LoseReply(times, of(operation, cluster, nodegroup))
}

// SetAuthorize has every call asked about first: an error denies it (403) in its words. Permit all again with nil.
func (s *Server) SetAuthorize(authorize func(Call) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.authorize = authorize
}

// of says which calls a fault fits.
func of(operation, cluster, nodegroup string) func(Call) bool {
	return func(c Call) bool {
		return operation == c.Operation && (cluster == "" || cluster == c.Cluster) && (nodegroup == "" || nodegroup == c.Nodegroup)
	}
}
