package pricelist

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/pricing"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
)

// Of returns a finder with the credentials of a session, and the prices of the settings.
func Of(s frame.Session, settings config.Settings) Finder {
	reach, pace := nodegroups.Reaching(s.AWS), collect.PaceOf(s, settings.Budget)
	listing := s.AWS.Copy()
	if region, err := Region(s.AWS.Region); err == nil {
		listing.Region = region
	}
	return Finder{
		Prices: settings.Prices, Lists: &Lists{API: pricing.NewFromConfig(listing)},
		EKS: func(p nodegroups.Place) EKSAPI { return pace.EKS(reach(p), p) },
		EC2: func(p nodegroups.Place) EC2API { return ec2.NewFromConfig(reach(p)) },
	}
}
