package config

import (
	"slices"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/english"
)

// region reads an AWS region. One that no partition can have is an error. One that this version does not know is a warning, as AWS
// adds regions; so is one of a partition that is not supported.
func (v value) region() string {
	region := v.matching(isRegion, "region", regionForm)
	known := account.Regions(region)
	switch {
	case !isRegion(region) || slices.Contains(known, region):
	case account.Partition(region) == "aws" && !account.Supported(region):
		v.fail("%s", english.Unknown("region", region, known))
	case !account.Supported(region):
		v.find(Warning, "%s is in partition %s: eks-scaling supports aws, aws-us-gov and aws-cn", region, account.Partition(region))
	default:
		v.find(Warning, "partition %s has no region %s that this version knows%s", account.Partition(region), region, english.DidYouMean(region, known))
	}
	return region
}
