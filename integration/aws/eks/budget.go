package eks

import "eks-scaling-automation/integration/eksmodel"

// Rates limits the calls a second in an account and region.
type Rates = eksmodel.Rates

// Usage counts the calls in an account and region.
type Usage = eksmodel.Usage

// Place is an account and a region.
type Place struct{ Account, Region string }

// Limit gives every region of every account a budget of calls from now on, and starts counting them; see [eksmodel.Model.Limit].
// Calls count in the account of their role. Faults do not count.
func (s *Server) Limit(r Rates) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rates = &r
	for _, in := range s.places {
		in.model.Limit(r)
	}
}

// Usage returns the calls since [Server.Limit], without the places that had none.
func (s *Server) Usage() map[Place]Usage {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[Place]Usage{}
	for at, in := range s.places {
		if used := in.model.Usage(); used != (Usage{}) {
			all[at] = used
		}
	}
	return all
}
