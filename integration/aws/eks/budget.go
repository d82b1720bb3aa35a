package eks

import "eks-scaling-automation/integration/eksmodel"

// Rates limits the calls a second in an account and region.
type Rates = eksmodel.Rates

// Usage counts the calls in an account and region.
type Usage = eksmodel.Usage

// Place is an account and a region.
type Place struct{ Account, Region string }

// Limit gives every account in every region a budget of calls from now on, and starts counting them; see [eksmodel.Model.Limit].
// Calls count in the account of their role. Faults do not count.
func (s *Server) Limit(r Rates) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rates = &r
	for _, in := range s.regions {
		in.model.Limit(r)
	}
}

// Usage returns the calls since [Server.Limit].
func (s *Server) Usage() map[Place]Usage {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[Place]Usage{}
	for region, in := range s.regions {
		for account, used := range in.model.Usage() {
			all[Place{account, region}] = used
		}
	}
	return all
}
