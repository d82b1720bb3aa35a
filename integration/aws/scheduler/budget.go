package scheduler

import (
	"net/http"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// SetBudget lets so many calls of an operation through in a second, by the server's clock, and as many at once after a pause. AWS has
// such a quota for each operation of an account in a Region. Further calls are throttled, and nothing is done about them. A budget of 0 is
// none.
func (s *Server) SetBudget(operation string, perSecond int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.budgets[operation] = &budget{perSecond: float64(perSecond), left: float64(perSecond), at: s.now()}
}

// budget is what is left of an operation's quota.
type budget struct {
	perSecond, left float64
	at              time.Time
}

// spend takes a call from the budget of its operation.
func (s *Server) spend(r *request) error {
	b := s.budgets[r.call.Operation]
	if b == nil || b.perSecond == 0 {
		return nil
	}
	if passed := r.now.Sub(b.at); passed > 0 {
		b.left = min(b.perSecond, b.left+passed.Seconds()*b.perSecond)
		b.at = r.now
	}
	if b.left < 1 {
		return wire.NewFailure(http.StatusTooManyRequests, "ThrottlingException", "Rate exceeded")
	}
	b.left--
	return nil
}
