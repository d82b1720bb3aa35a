package terraform

import (
	"cmp"
	"fmt"
	"slices"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
)

// cluster collects the node groups of one cluster, which may be in several modules.
type cluster struct {
	name, region string
	whole        bool // a module creates the cluster
	groups       []importer.Nodegroup
}

// document converts the modules to clusters.
func (t *rootModule) document(source string) (importer.Document, error) {
	if err := t.checkModules(source); err != nil {
		return importer.Document{}, err
	}
	var all []*cluster
	for _, m := range t.modules {
		groups := m.read()
		if len(groups) == 0 {
			t.found.Add(m.at, "module %q is skipped: it has no node group with schedules that can be imported", m.name)
			continue
		}
		var err error
		if all, err = m.join(all, groups); err != nil {
			return importer.Document{}, err
		}
	}
	if len(all) == 0 {
		return importer.Document{}, fmt.Errorf("%s: no node group has schedules that can be imported; the warnings say why", source)
	}
	var d importer.Document
	for _, c := range all {
		d.Add(importer.NewCluster(c.name, c.region, c.groups))
	}
	return d, nil
}

// checkModules refuses files without a module, and a name for more than one cluster.
func (t *rootModule) checkModules(source string) error {
	if len(t.modules) == 0 && len(t.values) > 0 {
		return fmt.Errorf("%s: sets variables, but no module uses them: also pass the .tf files of the root module", source)
	}
	if len(t.modules) == 0 {
		return fmt.Errorf("%s: no module has %s: use the files with module terraform-aws-modules/eks", source, groupsArgument)
	}
	if t.as.Name == "" {
		return nil
	}
	if n := t.countClusters(); n > 1 {
		return fmt.Errorf("%s: --cluster names one cluster, but these modules create %d: pass the files of one cluster, or no --cluster", source, n)
	}
	return nil
}

// countClusters counts the clusters of the modules. A module for one node group counts only if it names another cluster.
func (t *rootModule) countClusters() int {
	distinct := map[string]bool{}
	for _, m := range t.modules {
		name, err := "", error(nil)
		s, ok := m.args["cluster_name"]
		if ok {
			name, err = s.text()
		}
		switch {
		case ok && err == nil:
			distinct[name] = true
		case !m.single():
			distinct[m.at] = true
		}
	}
	return len(distinct)
}

// join adds the node groups of a module to their cluster.
func (m module) join(all []*cluster, groups []importer.Nodegroup) ([]*cluster, error) {
	name, err := m.clusterName()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(c *cluster) bool { return c.name == name })
	if i < 0 {
		region, err := m.region()
		if err != nil {
			return nil, err
		}
		i, all = len(all), append(all, &cluster{name: name, region: region})
	}
	if c := all[i]; c.whole && !m.single() {
		return nil, fmt.Errorf("%s: cluster %q is defined twice", m.at, name)
	}
	all[i].whole = all[i].whole || !m.single()
	for _, g := range groups {
		all[i].add(g, &m.found)
	}
	return all, nil
}

// add adds a node group, unless another one has its name.
func (c *cluster) add(g importer.Nodegroup, found *importer.Warnings) {
	for _, other := range c.groups {
		if other.Name == g.Name {
			found.Add(g.Place, "node group %q is skipped: the one at %s has the same name", g.Name, other.Place)
			return
		}
	}
	c.groups = append(c.groups, g)
}

// tellASG points from the schedules that are resources of their own to the command that reads them.
func (t *rootModule) tellASG() {
	if len(t.resources) == 0 {
		return
	}
	name, region := cmp.Or(t.as.Name, "NAME"), cmp.Or(t.as.Region, "REGION")
	if len(t.modules) == 1 && t.as.Name == "" {
		if known, err := t.modules[0].clusterName(); err == nil {
			name = known
		}
	}
	if len(t.regions) == 1 && t.as.Region == "" {
		region = t.regions[0]
	}
	for _, r := range t.resources {
		t.found.Add(r.place, "aws_autoscaling_schedule %q is skipped: read it from AWS with: eks-scaling import asg-schedules --cluster %s --region %s",
			r.name, name, region)
	}
}
