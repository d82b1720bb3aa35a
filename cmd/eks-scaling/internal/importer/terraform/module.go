package terraform

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
)

// module is a block, or Terragrunt's inputs, that creates a cluster with node groups, or one node group of a cluster.
type module struct {
	name string
	at   string // its place
	args map[string]setting
	*rootModule
}

const (
	groupsArgument    = "eks_managed_node_groups"
	schedulesArgument = "schedules"
	groupModule       = "modules/eks-managed-node-group"
)

// single reports whether the module creates one node group, in a cluster of another module.
func (m module) single() bool {
	_, several := m.args[groupsArgument]
	return !several
}

// relevant reports whether the module creates node groups that may have schedules.
func (m module) relevant() bool {
	_, several := m.args[groupsArgument]
	_, scheduled := m.args[schedulesArgument]
	return several || scheduled || strings.Contains(m.source(), groupModule)
}

func (m module) source() string {
	s, ok := m.args["source"]
	if !ok {
		return ""
	}
	text, err := s.text()
	if err != nil {
		return ""
	}
	return text
}

// firstNumber is the major version in a constraint such as "~> 20.8".
var firstNumber = regexp.MustCompile(`[0-9]+`)

// lastWithSchedules is the module's last major version that has schedules.
const lastWithSchedules = 20

// read returns the node groups that can be imported.
func (m module) read() []importer.Nodegroup {
	if strings.Contains(m.source(), "self-managed-node-group") {
		m.found.Add(m.at, "module %q is skipped: only managed node groups can be scaled", m.name)
		return nil
	}
	m.checkOrigin()
	if !m.once() {
		return nil
	}
	if m.single() {
		own := settings{byName: m.args}
		r := nodegroupReader{module: m, key: m.name, at: m.at, own: own, defaultMin: 0}
		return r.alone()
	}
	entries, err := m.args[groupsArgument].object()
	if err != nil {
		m.found.Add(m.args[groupsArgument].place(), "%v; all node groups are skipped", err)
		return nil
	}
	defaults, defaultsErr := m.defaults()
	var groups []importer.Nodegroup
	for _, name := range entries.names {
		entry := entries.byName[name]
		r := nodegroupReader{module: m, key: name, at: entry.place(), defaults: defaults, defaultsErr: defaultsErr, defaultMin: 1}
		if g, ok := r.readEntry(entry); ok {
			groups = append(groups, g)
		}
	}
	return groups
}

// checkOrigin warns about a module that may not be terraform-aws-modules/eks.
func (m module) checkOrigin() {
	if !strings.Contains(m.source(), "terraform-aws-modules/") {
		m.found.Add(m.at, "the source of module %q is not terraform-aws-modules/eks; it is read as if it were", m.name)
	}
	if version, ok := m.args["version"]; ok {
		if major, err := strconv.Atoi(firstNumber.FindString(version.found())); err == nil && major > lastWithSchedules {
			m.found.Add(version.place(), "version %s of the module no longer has schedules; they are read as in version %d",
				version.found(), lastWithSchedules)
		}
	}
	for _, name := range []string{"self_managed_node_groups", "self_managed_node_group_defaults"} {
		if other, ok := m.args[name]; ok {
			m.found.Add(other.place(), "%s is skipped: only managed node groups can be scaled", name)
		}
	}
}

// once reports whether the module exists exactly once.
func (m module) once() bool {
	if several, ok := m.args["for_each"]; ok {
		m.found.Add(several.place(), "module %q is skipped: it has for_each, which is not evaluated; write one module block for each", m.name)
		return false
	}
	count, ok := m.args["count"]
	if !ok {
		return true
	}
	if n, err := count.size(); err != nil || n != 1 {
		m.found.Add(count.place(), "module %q is skipped: count = %s, and only 1 can be imported", m.name, count.found())
		return false
	}
	return true
}

// defaults returns the settings that node groups may leave out.
func (m module) defaults() (settings, error) {
	s, ok := m.args["eks_managed_node_group_defaults"]
	if !ok {
		return settings{}, nil
	}
	all, err := s.object()
	m.checkKeys(s.name, all)
	return all, err
}

func (m module) clusterName() (string, error) {
	if m.as.Name != "" {
		return m.as.Name, nil
	}
	s, ok := m.args["cluster_name"]
	if !ok {
		return "", fmt.Errorf("%s: module %q has no cluster_name: pass the name with --cluster", m.at, m.name)
	}
	name, err := s.text()
	if err != nil {
		return "", fmt.Errorf("%s: %w; or pass the name with --cluster", s.place(), err)
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
		return "", fmt.Errorf("%s: no provider has a region that can be read: pass the region with --region", m.at)
	default:
		return "", fmt.Errorf("%s: providers have several regions: %s; choose one with --region", m.at, importer.Quoted(m.regions))
	}
}
