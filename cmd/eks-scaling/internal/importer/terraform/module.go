package terraform

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
)

// module is a block that creates a cluster with node groups.
type module struct {
	block  *hclsyntax.Block
	name   string
	groups setting
	*rootModule
}

func (m module) place() string {
	return place(m.block.DefRange())
}

// firstNumber is the major version in a constraint such as "~> 20.8".
var firstNumber = regexp.MustCompile(`[0-9]+`)

// lastWithSchedules is the module's last major version that has schedules.
const lastWithSchedules = 20

// read returns the node groups that can be imported, all in one time zone.
func (m module) read() []importer.Nodegroup {
	m.checkOrigin()
	if !m.single() {
		return nil
	}
	entries, err := m.groups.object()
	if err != nil {
		m.found.Add(m.groups.place(), "%v; all node groups are skipped", err)
		return nil
	}
	defaults, defaultsErr := m.defaults()
	var groups []importer.Nodegroup
	for _, name := range entries.names {
		r := nodegroupReader{module: m, key: name, entry: entries.byName[name], defaults: defaults, defaultsErr: defaultsErr}
		g, ok := r.read()
		if ok && m.isNew(g, groups) {
			groups = append(groups, g)
		}
	}
	return importer.InOneZone(groups, "", words, &m.found)
}

// checkOrigin warns about a module that may not be terraform-aws-modules/eks.
func (m module) checkOrigin() {
	source, ok := m.attribute(m.block, "source")
	if !ok || !strings.Contains(source.found(), "terraform-aws-modules/") {
		m.found.Add(m.place(), "the source of module %q is not terraform-aws-modules/eks; it is read as if it were", m.name)
	}
	if version, ok := m.attribute(m.block, "version"); ok {
		if major, err := strconv.Atoi(firstNumber.FindString(version.found())); err == nil && major > lastWithSchedules {
			m.found.Add(version.place(), "version %s of the module no longer has schedules; they are read as in version %d",
				version.found(), lastWithSchedules)
		}
	}
	for _, name := range []string{"self_managed_node_groups", "self_managed_node_group_defaults"} {
		if other, ok := m.attribute(m.block, name); ok {
			m.found.Add(other.place(), "%s is skipped: only managed node groups can be scaled", name)
		}
	}
}

// single reports whether the module creates exactly one cluster.
func (m module) single() bool {
	for _, name := range []string{"for_each", "count"} {
		if several, ok := m.attribute(m.block, name); ok {
			m.found.Add(several.place(), "module %q has %s: expressions are not evaluated, so the number of clusters is unknown", m.name, name)
			return false
		}
	}
	return true
}

// defaults returns the settings that node groups may leave out.
func (m module) defaults() (settings, error) {
	s, ok := m.attribute(m.block, "eks_managed_node_group_defaults")
	if !ok {
		return settings{}, nil
	}
	return s.object()
}

// isNew reports whether no other node group has the name, and warns otherwise.
func (m module) isNew(g importer.Nodegroup, groups []importer.Nodegroup) bool {
	for _, other := range groups {
		if other.Name == g.Name {
			m.found.Add(g.Place, "node group %q is skipped: the one at %s has the same name", g.Name, other.Place)
			return false
		}
	}
	return true
}

func (m module) cluster(groups []importer.Nodegroup) (importer.DocumentCluster, error) {
	name, err := m.clusterName()
	if err != nil {
		return importer.DocumentCluster{}, err
	}
	region, err := m.region()
	if err != nil {
		return importer.DocumentCluster{}, err
	}
	return importer.NewCluster(name, region, groups), nil
}

func (m module) clusterName() (string, error) {
	if m.as.Name != "" {
		return m.as.Name, nil
	}
	s, ok := m.attribute(m.block, "cluster_name")
	if !ok {
		return "", fmt.Errorf("%s: module %q has no cluster_name: pass the name with --cluster", m.place(), m.name)
	}
	name, err := s.text()
	if err != nil {
		return "", fmt.Errorf("%s: %w; pass the name with --cluster", s.place(), err)
	}
	return name, nil
}

func (m module) region() (string, error) {
	switch {
	case m.as.Region != "":
		return m.as.Region, nil
	case len(m.regions) == 1:
		return m.regions[0], nil
	case len(m.regions) == 0:
		return "", fmt.Errorf("%s: no provider has a literal region: pass the region with --region", m.place())
	default:
		return "", fmt.Errorf("%s: providers have several regions: %s; choose one with --region", m.place(), importer.Quoted(m.regions))
	}
}
