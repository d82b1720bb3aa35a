package eks

import (
	"time"

	"eks-scaling-automation/shared/aws/awserr"
)

// Patience is how often callers repeat a throttled call, and how long they wait in between. The zero value never repeats.
type Patience struct {
	Calls int
	Wait  func(made int) time.Duration // after the given number of calls; it must be safe for concurrent use
}

// BePatient makes the server repeat throttled calls itself, by the time of [Server.SleepBy]. Use it for callers whose own retries
// follow another clock, and disable those.
func (s *Server) BePatient(p Patience) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.patience = p
}

// waits reports whether a call is repeated after the given number of attempts and this answer.
func (p Patience) waits(made int, err error) bool {
	return made < p.Calls && awserr.Throttled(err)
}
