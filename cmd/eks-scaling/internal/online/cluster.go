package online

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

// check compares one cluster.
type check struct {
	index    int
	cluster  config.Cluster
	api      stackaws.EKSAPI
	findings []Finding
	err      error // why the cluster, or the rest of it, is unchecked
}

func (c *check) run(ctx context.Context) error {
	existing, err := stackaws.NodegroupNames(ctx, c.api, c.cluster.EKSName())
	if stackaws.IsMissing(err) {
		known, _ := stackaws.Clusters(ctx, c.api) // the finding is true without the list, too
		c.found("", config.Error, fmt.Sprintf("cluster not found in EKS in %s%s", c.cluster.Region, others(c.cluster.EKSName(), known)))
		return nil
	}
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(c.cluster.Nodegroups)) {
		if !slices.Contains(existing, name) {
			c.missing(name, existing)
			continue
		}
		state, err := nodegroups.Read(ctx, c.api, c.cluster.EKSName(), name)
		switch {
		case stackaws.IsMissing(err):
			c.missing(name, existing)
		case err != nil:
			return err
		default:
			c.compare(name, c.cluster.Nodegroups[name].Limits, state)
		}
	}
	return nil
}

func (c *check) missing(name string, existing []string) {
	existing = slices.DeleteFunc(slices.Clone(existing), func(e string) bool { return e == name })
	c.found(name, config.Error, "node group not found in EKS"+others(name, existing))
}

// maxExisting limits the names in a finding.
const maxExisting = 10

// others lists the names that exist, with the closest one at the end.
func others(name string, existing []string) string {
	if len(existing) == 0 {
		return ""
	}
	shown := existing
	if more := len(existing) - maxExisting; more > 0 {
		shown = append(slices.Clone(existing[:maxExisting]), fmt.Sprintf("and %d more", more))
	}
	return "; existing: " + strings.Join(shown, ", ") + english.DidYouMean(name, existing)
}

// compare finds sizes of a node group that contradict its limits.
func (c *check) compare(name string, limits scaling.Limits, state nodegroups.State) {
	now := state.Observed()
	if now.Sizes == nil {
		c.found(name, config.Error, "cannot be scaled: its status in EKS is "+now.Detail)
		return
	}
	if limits.MinSize < now.Sizes.MinSize || limits.MaxSize > now.Sizes.MaxSize {
		c.found(name, config.Warning, fmt.Sprintf("limits %s are wider than minSize and maxSize in EKS, %s; runs change these",
			between(limits.MinSize, limits.MaxSize), between(now.Sizes.MinSize, now.Sizes.MaxSize)))
	}
	for _, unit := range c.cluster.Units() {
		if refused := health.BelowMaxUnavailable(unit, name, state.MaxUnavailable); refused != "" {
			c.found(name, config.Warning, refused+"; raise maxSize, or lower maxUnavailable in EKS")
		}
	}
	if n := now.Sizes.DesiredSize; n < limits.MinSize || n > limits.MaxSize {
		c.found(name, config.Warning, fmt.Sprintf("current size %d is outside limits %s; the next run moves it inside", n, between(limits.MinSize, limits.MaxSize)))
	}
}

func between(low, high int32) string { return fmt.Sprintf("%d to %d", low, high) }

func (c *check) found(nodegroup string, severity config.Severity, message string) {
	path := fmt.Sprintf("clusters[%d]", c.index)
	if nodegroup == "" {
		path += ".name"
	} else {
		path += ".nodegroups." + nodegroup
	}
	c.findings = append(c.findings, Finding{
		Index: c.index, Cluster: c.cluster.Name, Nodegroup: nodegroup, Path: path, Severity: severity, Message: message,
	})
}
