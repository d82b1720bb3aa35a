package eks

import "time"

// delay is how long a call takes, before it is applied and after that.
type delay struct {
	fits          func(Call) bool
	times         int
	before, after time.Duration
}

// SleepBy says how a call takes its time: sleep returns when it is over, for the caller with this session token, and done is
// called once the call has been applied.
func (s *Server) SleepBy(sleep func(sessionToken string, d time.Duration) (done func())) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sleep = sleep
}

// Delay lets the next so many calls of an operation take their time before they are applied, and after that before they are
// answered. Targets are as those of Fail. It needs [Server.SleepBy].
func (s *Server) Delay(operation, cluster, nodegroup string, times int, before, after time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sleep == nil {
		panic("eks: there is no time for calls to take: SleepBy first")
	}
	s.delays = append(s.delays, &delay{of(operation, cluster, nodegroup), times, before, after})
}

// delayOf takes the first delay that fits a call.
func (s *Server) delayOf(c Call) delay {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, each := range s.delays {
		if each.times > 0 && each.fits(c) {
			each.times--
			return *each
		}
	}
	return delay{}
}

func (s *Server) wait(r *request, d time.Duration) (done func()) {
	if d <= 0 {
		return func() {}
	}
	s.mu.Lock()
	sleep := s.sleep
	s.mu.Unlock()
	return sleep(r.token, d)
}
