package account

import (
	"slices"
	"strings"
)

// partition is a part of AWS with accounts, regions and ARNs of its own. No role reaches from one into another.
type partition struct {
	name     string
	prefixes []string // of its regions
	regions  []string // that were known when this version was made; empty where it supports none
}

// partitions lists the partitions by the prefixes of their regions. Regions: the AWS General Reference, November 2026. Prefixes: the
// partitions of the AWS SDKs.
func partitions() []partition {
	return []partition{
		{"aws-us-gov", []string{"us-gov-"}, []string{"us-gov-east-1", "us-gov-west-1"}},
		{"aws-cn", []string{"cn-"}, []string{"cn-north-1", "cn-northwest-1"}},
		{"aws-iso", []string{"us-iso-"}, nil},
		{"aws-iso-b", []string{"us-isob-"}, nil},
		{"aws-iso-f", []string{"us-isof-"}, nil},
		{"aws-iso-e", []string{"eu-isoe-"}, nil},
		{"aws-eusc", []string{"eusc-"}, nil},
		{"aws", []string{"us-", "eu-", "ap-", "sa-", "ca-", "me-", "af-", "il-", "mx-"}, []string{
			"af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
			"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
			"ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1",
			"eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "us-east-1",
			"us-east-2", "us-west-1", "us-west-2",
		}},
	}
}

// find returns the partition of a region; false if no partition has such regions.
func find(region string) (partition, bool) {
	for _, p := range partitions() {
		if slices.ContainsFunc(p.prefixes, func(prefix string) bool { return strings.HasPrefix(region, prefix) }) {
			return p, true
		}
	}
	return partition{}, false
}

// Partition returns the partition of a region, such as aws-cn; aws for unknown ones.
func Partition(region string) string {
	if p, known := find(region); known {
		return p.name
	}
	return "aws"
}

// IsRegion reports whether a partition may have such a region, by its prefix.
func IsRegion(region string) bool {
	_, known := find(region)
	return known
}

// Supported reports whether this product runs in a region's partition: aws, aws-us-gov or aws-cn.
func Supported(region string) bool {
	p, known := find(region)
	return known && len(p.regions) > 0
}

// Regions returns the known regions of a region's partition; all of aws if no partition has such a region.
func Regions(region string) []string {
	if p, known := find(region); known {
		return p.regions
	}
	return Regions("us-east-1")
}
