package reach

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/inventory"
)

// Surveyor looks into places.
type Surveyor struct {
	Open func(nodegroups.Place) stackaws.EKSAPI
	// MayAssume says which roles the caller's own policies let it assume. What is missing is not known.
	MayAssume func(ctx context.Context, roles []string) map[string]Own
	// Timeout limits how long one place may take.
	Timeout time.Duration
}

// placeTimeout is for a region with dozens of clusters: each takes a call.
const placeTimeout = 20 * time.Second

// New returns the surveyor with the given credentials, within a budget.
func New(own aws.Config, pace collect.Pace) Surveyor {
	reaching := nodegroups.Reaching(own)
	return Surveyor{
		Open:      func(p nodegroups.Place) stackaws.EKSAPI { return pace.EKS(reaching(p), p) },
		MayAssume: self{sts.NewFromConfig(own), iam.NewFromConfig(own)}.mayAssume,
		Timeout:   placeTimeout,
	}
}

// Look reads all places at the same time, and returns a problem for each one that could not be read; nil for the others.
func (s Surveyor) Look(ctx context.Context, places []Place, read func(ctx context.Context, api stackaws.EKSAPI, i int) error) []*Problem {
	turns, errs, found := make([]inventory.Place, len(places)), make([]error, len(places)), make([]*Problem, len(places))
	for i, p := range places {
		turns[i] = inventory.Place{Account: p.Account, Region: p.Region}
	}
	collect.EachPlace(turns, func(i int) {
		p := places[i]
		if p.Role.Spoke && p.Role.ExternalID == "" {
			none := p.noExternalID()
			found[i] = &none
			return
		}
		ctx, cancel := context.WithTimeout(ctx, s.Timeout)
		defer cancel()
		errs[i] = read(ctx, s.Open(p.Viewed()), i)
	})
	own := s.MayAssume(ctx, refusedRoles(places, errs))
	for i, p := range places {
		if errs[i] == nil {
			continue
		}
		why := Explain(p, errs[i], own[p.Role.Viewer().ARN])
		if why.Kind == Refused && otherWorks(places, found, errs, p) {
			why = p.otherExternalID()
		}
		found[i] = &why
	}
	return found
}

// refusedRoles returns the roles that could not be assumed, each once.
func refusedRoles(places []Place, errs []error) (roles []string) {
	for i, p := range places {
		if awserr.AssumingRole(errs[i]) && awserr.Denied(errs[i]) {
			roles = append(roles, p.Role.Viewer().ARN)
		}
	}
	slices.Sort(roles)
	return slices.Compact(roles)
}

// otherWorks reports whether the role of a place was assumed with another external id.
func otherWorks(places []Place, found []*Problem, errs []error, p Place) bool {
	for i, other := range places {
		if other.Role.ARN == p.Role.ARN && other.Role.ExternalID != p.Role.ExternalID && errs[i] == nil && found[i] == nil {
			return true
		}
	}
	return false
}
