package config

import "strings"

// otherPartitions maps the prefixes of regions outside of partition aws to their partition.
var otherPartitions = []struct{ prefix, partition string }{
	{"cn-", "aws-cn"},
	{"us-gov-", "aws-us-gov"},
	{"us-iso-", "aws-iso"},
	{"us-isob-", "aws-iso-b"},
	{"us-isof-", "aws-iso-f"},
	{"eu-isoe-", "aws-iso-e"},
}

// region reads an AWS region. One of another partition is a warning: its ARNs and endpoints differ.
func (v value) region() string {
	region := v.matching(isRegion, "region", regionForm)
	for _, other := range otherPartitions {
		if strings.HasPrefix(region, other.prefix) {
			v.find(Warning, "%s is in partition %s: eks-scaling supports only partition aws", region, other.partition)
		}
	}
	return region
}
