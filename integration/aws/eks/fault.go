package eks

import "eks-scaling-automation/integration/aws/wire"

// Failure is an error as the API returns it.
type Failure = wire.Failure

// Fail makes the next calls of an operation fail without effect, in every account and region. An empty nodegroup or cluster matches any. The
// first matching fault is used first.
func (s *Server) Fail(operation, cluster, nodegroup string, times int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.Fail(times, f, of(operation, cluster, nodegroup))
}

// LoseReply drops the connection after the next calls of an operation have taken effect. Targets are as in Fail.
func (s *Server) LoseReply(operation, cluster, nodegroup string, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.LoseReply(times, of(operation, cluster, nodegroup))
}

// SetAuthorize sets a hook that is asked before every call: an error denies the call (403) with its text. Nil permits all.
func (s *Server) SetAuthorize(authorize func(Call) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.authorize = authorize
}

// SetDown sets a hook that reports whether a region is down. Its calls are answered with 503.
func (s *Server) SetDown(down func(region string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// of returns the calls that a fault matches.
func of(operation, cluster, nodegroup string) func(Call) bool {
	return func(c Call) bool {
		return operation == c.Operation && (cluster == "" || cluster == c.Cluster) && (nodegroup == "" || nodegroup == c.Nodegroup)
	}
}
