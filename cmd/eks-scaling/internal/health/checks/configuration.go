package checks

import (
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
)

// Configuration is what is configured, as far as it matters whether runs can use it.
type Configuration struct {
	Empty    bool     // there are neither settings nor clusters
	Left     []string // what is there all the same where it is empty, such as "calendar/brazil"
	Findings []health.Finding
	Off      bool             // the system's switch
	Since    string           // since when, by whom and why the switch is off, such as " since 2026-11-23 12:00 UTC by ana"
	Clusters []config.Cluster // those that can be used
}

// newer is what helps against such an item. To edit it with this version would lose what only the newer one knows.
const newer = "install the newer version of eks-scaling, and deploy the stack with that: " + deploy

// Configured checks the configuration and its switches.
func Configured(configuration health.Fact[Configuration]) []Check {
	const group = "configuration"
	whole := subject{group, "configuration"}
	if configuration.Unread != nil {
		return []Check{whole.unknown(configuration.Unread)}
	}
	found := configuration.Value
	if found.Empty {
		return []Check{whole.failed(nothing(found.Left), "eks-scaling init, or: eks-scaling config apply FILE")}
	}
	checks := []Check{}
	for _, b := range found.Findings {
		c := subject{group, b.Item}.warning(b.Message, "eks-scaling config edit")
		if b.Fails {
			c.Outcome = Failed
		}
		if b.Newer {
			c.Remedy = newer
		}
		checks = append(checks, c)
	}
	if len(checks) == 0 {
		checks = append(checks, whole.ok("usable: %s", english.Count(len(found.Clusters), "cluster")))
	}
	system := subject{group, "switch"}
	if found.Off {
		checks = append(checks, system.warning("off"+found.Since+": no run scales anything", "eks-scaling config enable"))
	} else {
		checks = append(checks, system.ok("on"))
	}
	for _, c := range found.Clusters {
		own := subject{group, "switch of " + c.Name}
		if c.Enabled {
			checks = append(checks, own.ok("on"))
		} else {
			checks = append(checks, own.warning("off: no run scales it", "eks-scaling config enable --cluster "+c.Name))
		}
	}
	return checks
}

// nothing says that there is no configuration, whatever is left of one.
func nothing(left []string) string {
	if len(left) == 0 {
		return "nothing is configured yet, so every run is skipped"
	}
	return "there is no configuration, so every run is skipped: no settings and no clusters, only what is left of one: " + few(left)
}
