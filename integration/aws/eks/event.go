package eks

import (
	"slices"
	"time"
)

// Event is a call and the time at which it was made, as CloudTrail records it.
type Event struct {
	Call
	At time.Time
}

// Record starts recording the calls, with their times by a clock.
func (s *Server) Record(now func() time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recording = now
}

// Events returns the recorded calls, in the order in which they were applied.
func (s *Server) Events() []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

func (s *Server) record(c Call) {
	if s.recording != nil {
		s.events = append(s.events, Event{c, s.recording()})
	}
}
