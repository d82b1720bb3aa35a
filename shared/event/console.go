package event

import (
	"fmt"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/run"
)

// ConfigurationURL returns the page of the AWS console with the items of the config table; empty in an unknown region.
func ConfigurationURL(region, table string) string {
	host := run.ConsoleHosts()[account.Partition(region)]
	if host == "" {
		return ""
	}
	return fmt.Sprintf("https://%s.%s/dynamodbv2/home?region=%s#item-explorer?table=%s", region, host, region, table)
}
