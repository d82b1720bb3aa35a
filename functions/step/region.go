package step

import (
	"os"

	"eks-scaling-automation/shared/deployment"
)

// OnlyRegion returns the region whose clusters this deployment takes; empty if it takes those of all regions. An unknown scope stops the
// function: a hub that takes too much would act on the clusters of another hub.
func OnlyRegion() string {
	scope := os.Getenv(deployment.EnvRegionScope)
	if scope == "" {
		return ""
	}
	if scope != deployment.OwnRegion {
		Fail("environment variable %s: invalid value %q: must be %q or missing", deployment.EnvRegionScope, scope, deployment.OwnRegion)
	}
	return Env("AWS_REGION")
}
