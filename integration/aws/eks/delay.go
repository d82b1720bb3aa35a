package eks

import "time"

// delay is how long a call takes before and after it is applied.
type delay struct {
	fits          func(Call) bool
	times         int
	before, after time.Duration
}

// SleepBy sets how delayed calls sleep: sleep returns at the end of the delay of the caller with this session token, and done is
// called once the call was applied.
func (s *Server) SleepBy(sleep func(sessionToken string, d time.Duration) (done func())) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sleep = sleep
}

// Delay delays the next calls of an operation before they are applied, and again before they are answered. Targets are as in
// Fail. It requires [Server.SleepBy].
func (s *Server) Delay(operation, cluster, nodegroup string, times int, before, after time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sleep == nil {
		panic("eks: there is no time for calls to take: SleepBy first")
	}
	s.delays = append(s.delays, &delay{of(operation, cluster, nodegroup), times, before, after})
}

// delayOf takes the first delay that matches a call.
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
