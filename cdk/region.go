package main

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/endpoints"
	"eks-scaling-automation/shared/run"
)

// clusters returns the clusters on which the stack needs permissions. A template for every region cannot tell which ones are its own.
func (o options) clusters(stack awscdk.Stack) []config.Cluster {
	region := *stack.Region()
	if !o.ownRegion || isUnresolved(region) {
		return o.config.Clusters
	}
	return slices.DeleteFunc(slices.Clone(o.config.Clusters), func(c config.Cluster) bool { return c.Region != region })
}

// uses returns what the functions call. A template for every region takes the region of a single one's clusters for its own. The released
// template serves every configuration.
func (o options) uses(stack awscdk.Stack) endpoints.Uses {
	if o.release {
		return endpoints.Uses{Roles: true, Alarms: true, SystemsManager: true, Secrets: true}
	}
	clusters, region := o.clusters(stack), *stack.Region()
	if isUnresolved(region) && len(clusters) > 0 {
		region = clusters[0].Region
	}
	return endpoints.Of(clusters, o.config.Signals, region)
}

// ownRegion reports whether the stack takes only the clusters of its own region.
func (s settings) ownRegion() choice { return s.regionScope.is(deployment.OwnRegion) }

// scoped adds the scope of the stack to the environment of a function that selects clusters.
func (s settings) scoped(environment map[string]string) map[string]string {
	environment = maps.Clone(environment)
	s.ownRegion().add(environment, deployment.EnvRegionScope, deployment.OwnRegion)
	return environment
}

// nextCommand applies the configuration to this stack, or to those of all regions.
func (s settings) nextCommand(file string) string {
	return "eks-scaling config apply " + file + s.ownRegion().pick(" --all-regions", "")
}

// isUnresolved reports whether a text is known only when the template is deployed.
func isUnresolved(text string) bool { return *awscdk.Token_IsUnresolved(text) }

// consoleHost returns the host of the console in the stack's partition. CloudFormation looks it up in a template for every partition.
func consoleHost(stack awscdk.Stack) string {
	hosts := run.ConsoleHosts()
	partition := *stack.Partition()
	if host, known := hosts[partition]; known {
		return host
	}
	const key = "Host"
	mapping := map[string]*map[string]any{}
	for name, host := range hosts {
		mapping[name] = &map[string]any{key: host}
	}
	return *awscdk.NewCfnMapping(stack, jsii.String("Console"), &awscdk.CfnMappingProps{Mapping: &mapping}).FindInMap(&partition, jsii.String(key), nil)
}
