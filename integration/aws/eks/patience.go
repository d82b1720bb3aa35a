package eks

import (
	"time"

	"eks-scaling-automation/shared/aws/awserr"
)

// Patience is how often the callers make a call that is throttled, and how long they wait before they make it again. The zero
// value has none.
type Patience struct {
	Calls int
	Wait  func(made int) time.Duration // after so many calls; it may be called from anywhere
}

// BePatient has calls that are throttled wait here and be made again, by the time of [Server.SleepBy]. That is for callers whose own
// patience goes by another clock; they have to have none then.
func (s *Server) BePatient(p Patience) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.patience = p
}

// waits says whether a call that was made so often, with this answer, is made again.
func (p Patience) waits(made int, err error) bool {
	return made < p.Calls && awserr.Throttled(err)
}
