package doctor

import (
	"fmt"
	"strings"
)

// Permissions is what IAM's simulator says of one role.
type Permissions struct {
	Role    string // one of [Roles]
	Asked   int    // how many pairs of an action and a resource were simulated
	Refused Fact[[]Refusal]
}

// Refusal is something that a role needs and may not do.
type Refusal struct {
	Action, Resource string
	Why              string // such as "no policy allows it"
}

// Check checks that the role may do what it needs.
func (p Permissions) Check() Check {
	s := subject{"permissions", p.Role}
	missing := s.failed("there is no such role in the stack", deploy)
	return p.Refused.check(s, missing, func(refused []Refusal) Check {
		if len(refused) == 0 {
			return s.ok("%s, simulated: all allowed", count(p.Asked, "permission"))
		}
		var words []string
		ofEKS := false
		for _, r := range refused {
			words = append(words, fmt.Sprintf("%s on %s (%s)", r.Action, r.Resource, r.Why))
			ofEKS = ofEKS || strings.HasPrefix(r.Action, "eks:") || r.Action == "sts:AssumeRole"
		}
		remedy := deploy
		if ofEKS {
			remedy = `eks-scaling config export > my.yaml, then: make deploy CONTEXT="--revert-drift -c config=my.yaml ..." with every other ` +
				"-c of the last deployment; permissions are made for the node groups in that file"
		}
		return s.failed("not allowed: "+few(words), remedy)
	})
}

// Add adds what the simulator said of one need. What could not be simulated makes all of it unknown, unless something was
// refused.
func (p *Permissions) Add(n Need, refused Fact[[]Refusal]) {
	p.Asked += len(n.Actions) * len(n.Resources)
	p.Refused.Value = append(p.Refused.Value, refused.Value...)
	p.Refused.Missing = p.Refused.Missing || refused.Missing
	if p.Refused.Unread == nil {
		p.Refused.Unread = refused.Unread
	}
	if len(p.Refused.Value) > 0 {
		p.Refused.Unread = nil
	}
}
