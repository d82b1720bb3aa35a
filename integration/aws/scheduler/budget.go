package scheduler

import (
	"net/http"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// SetBudget limits the calls of an operation per second, by the server's clock, with a burst of the same size. AWS has such a
// quota for each operation of an account in a Region. Further calls are throttled without effect. A budget of 0 means no limit.
func (s *Server) SetBudget(operation string, perSecond int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.budgets[operation] = &budget{perSecond: float64(perSecond), left: float64(perSecond), at: s.now()}
}

// budget is the rest of an operation's quota.
type budget struct {
	perSecond, left float64
	at              time.Time
}

// spend takes a call from its operation's budget.
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
