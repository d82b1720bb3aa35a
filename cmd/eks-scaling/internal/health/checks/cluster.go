package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Cluster is a unit of the configuration, and what EKS says of its cluster.
type Cluster struct {
	*health.ClusterFacts
	// Configured names the node groups of all units of the cluster. It is set for one of them, which has the checks of the cluster.
	Configured []string
	Role       health.Fact[string]   // the cluster's own role, if it could be assumed
	Status     health.Fact[string]   // of EKS, such as ACTIVE
	Existing   health.Fact[[]string] // the names of all its node groups in EKS
	Blocked    bool                  // nothing that belongs to the cluster is read
}

// Checks checks a unit and its node groups as of now, and its cluster. The cluster's role must trust the roles that assume it.
func (c Cluster) Checks(now time.Time, trusted []string) []Check {
	zone := []Check{ofZone(c.about("time zone"), now.In(c.Config.Timetable().Location()))}
	var cluster, groups, others []Check
	for _, name := range slices.Sorted(maps.Keys(c.Config.Nodegroups)) {
		groups = append(groups, c.group(name), c.sizes(name))
	}
	if c.Configured != nil {
		if role := c.Config.Role; role.ARN != "" && !role.Spoke { // a spoke has checks of its account
			cluster = append(cluster, c.role(trusted))
		}
		cluster, others = append(cluster, c.cluster()), []Check{c.others()}
	}
	if c.Name != c.Cluster { // the cluster has a heading of its own
		return slices.Concat(cluster, others, zone, groups)
	}
	return slices.Concat(zone, cluster, groups, others)
}

// about returns a subject of the unit.
func (c Cluster) about(name string) subject {
	return subject{run.UnitInWords(c.Name), name}
}

// aboutCluster returns a subject of the unit's cluster.
func (c Cluster) aboutCluster(name string) subject {
	return subject{run.UnitInWords(c.Cluster), name}
}

// Zone is a time zone by name.
type Zone struct {
	Name     string         // empty if unreadable
	Location *time.Location // nil if there is no such zone
}

// Unusable checks a unit with an invalid configuration. Only its zone can be judged.
func Unusable(unit string, zone Zone, now time.Time) []Check {
	group, because := run.UnitInWords(unit), health.BecauseOf("its configuration is invalid")
	s := subject{group, "time zone"}
	var of Check
	switch {
	case zone.Name == "":
		of = s.unknown(because)
	case zone.Location == nil:
		of = s.failed(fmt.Sprintf("unknown time zone %q: use an IANA name, for example America/Sao_Paulo", zone.Name),
			"fix it: eks-scaling config edit")
	default:
		of = ofZone(s, now.In(zone.Location))
	}
	return []Check{of, subject{group, "cluster"}.unknown(because)}
}

// NoClusters returns the check that replaces the checks of all clusters.
func NoClusters(because *health.Unread) Check {
	return subject{"clusters", "clusters"}.unknown(because)
}

// ofZone says when the clocks of a zone change next.
func ofZone(s subject, local time.Time) Check {
	found := fmt.Sprintf("%s, now %s; ", local.Location(), local.Format("-07:00"))
	_, change := local.ZoneBounds()
	if change.IsZero() || change.After(local.AddDate(1, 0, 0)) {
		return s.ok("%sno clock change within a year", found)
	}
	const minute = "Mon 2006-01-02 15:04"
	_, before := change.Add(-time.Second).Zone()
	face := change.In(time.FixedZone("", before))
	return s.ok("%snext clock change: %s to %s", found, face.Format(minute), change.Format(scaling.LocalTime))
}

// role judges the attempt to assume the role. A simulation does not know the trust policy in the role's account.
func (c Cluster) role(trusted []string) Check {
	s := c.aboutCluster("role")
	remedy := fmt.Sprintf("the role's trust policy must allow sts:AssumeRole to %s, and to you for this check; its own policy must allow "+
		"eks:DescribeNodegroup, eks:UpdateNodegroupConfig, eks:DescribeUpdate (and for this check eks:DescribeCluster, eks:ListNodegroups)",
		strings.Join(trusted, ", "))
	if c.Role.Unread != nil {
		return s.warning(c.Config.Role.ARN+" "+c.Role.Unread.Why, remedy)
	}
	return s.ok("%s can be assumed with your credentials", c.Config.Role.ARN)
}

func (c Cluster) cluster() Check {
	s := c.aboutCluster("cluster")
	gone := s.failed("EKS has no such cluster in "+c.Config.Region,
		fmt.Sprintf("list the clusters: aws eks list-clusters --region %s; then: eks-scaling config edit", c.Config.Region))
	return check(c.Status, s, gone, func(status string) Check {
		look := fmt.Sprintf("see why: aws eks describe-cluster --name %s --region %s", c.Config.EKSName, c.Config.Region)
		switch status {
		case "ACTIVE":
			return s.ok("ACTIVE in %s", c.Config.Region)
		case "UPDATING":
			return s.warning("UPDATING in "+c.Config.Region, look)
		default:
			return s.failed(status+" in "+c.Config.Region+", not ACTIVE", look)
		}
	})
}

// group checks that a node group exists and is healthy.
func (c Cluster) group(name string) Check {
	s := c.about(name)
	gone := s.failed("EKS has no such node group",
		fmt.Sprintf("list the node groups: aws eks list-nodegroups --cluster-name %s --region %s; then: eks-scaling config edit", c.Config.EKSName, c.Config.Region))
	return check(c.Nodegroups[name], s, gone, func(n health.Nodegroup) Check {
		found := n.Status
		if len(n.Health) > 0 {
			found += ": " + strings.Join(n.Health, "; ")
		}
		look := fmt.Sprintf("see why: aws eks describe-nodegroup --cluster-name %s --nodegroup-name %s --region %s --query nodegroup.health", c.Config.EKSName, name, c.Config.Region)
		switch {
		case n.Status == health.Active && !n.Failing():
			return s.ok("ACTIVE")
		case n.Status == health.Updating:
			return s.warning(found+"; runs wait until the update ends", "wait, then: eks-scaling doctor")
		case n.Status == health.Active:
			return s.warning(found, look)
		default:
			return s.failed(found, look)
		}
	})
}

// sizes checks a node group's present sizes against its limits.
func (c Cluster) sizes(name string) Check {
	s, limits := c.about(name+" sizes"), c.Config.Nodegroups[name]
	missing := s.unknown(health.BecauseOf("there is no such node group"))
	return check(c.Nodegroups[name], s, missing, func(n health.Nodegroup) Check {
		if err := limits.Check(n.Sizes); err != nil {
			return s.warning(fmt.Sprintf("%s: %s; the next run that scales it moves it within the limits", n.Sizes, err), "if the limits are wrong: eks-scaling config edit")
		}
		if refused := health.BelowMaxUnavailable(c.Config, name, n.MaxUnavailable); refused != "" {
			return s.warning(refused, "lower maxUnavailable in the node group's update configuration, or raise maxSize: eks-scaling config edit")
		}
		return s.ok("%s, within its limits %d to %d", n.Sizes, limits.MinSize, limits.MaxSize)
	})
}

// others lists the node groups that are not configured, which is fine.
func (c Cluster) others() Check {
	s := c.aboutCluster("other node groups")
	missing := s.unknown(health.BecauseOf("there is no such cluster"))
	return check(c.Existing, s, missing, func(existing []string) Check {
		others := lacking(existing, c.Configured)
		if len(others) == 0 {
			return s.ok("none")
		}
		return s.ok("not configured, never scaled: %s", firstFew(others))
	})
}

// Block says why nothing that belongs to the cluster is read.
func (c *Cluster) Block(because *health.Unread) {
	c.Blocked, c.Existing = true, health.NotRead[[]string](because)
	for name := range c.Config.Nodegroups {
		c.Nodegroups[name] = health.NotRead[health.Nodegroup](because)
	}
}
