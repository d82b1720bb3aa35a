package legacy

import (
	"fmt"
	"math"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// group is one of the two node groups of the old scaler.
type group struct {
	role        string // "small" or "big"
	name        string // in EKS; a placeholder if the file has none
	limits      scaling.Limits
	defaultSize int32 // without small_nodes, or big_nodes
}

// key is the group's key in the file.
func (g group) key() string {
	return g.role + "_nodegroup"
}

// minimum is the minimum that the old scaler sets: it leaves out the limit for a node group that goes to 0.
func (g group) minimum(nodes int32) int32 {
	if nodes == 0 {
		return 0
	}
	return g.limits.MinSize
}

// target returns the sizes that the old scaler sets.
func (g group) target(nodes int32, limits scaling.Limits) scaling.Target {
	low := g.minimum(nodes)
	if low == limits.MinSize {
		return scaling.Desired(nodes)
	}
	return scaling.Target{MinSize: &low, MaxSize: &limits.MaxSize, DesiredSize: &nodes}
}

// sizes holds the number of nodes in both node groups.
type sizes struct{ small, big int32 }

func (s sizes) of(g group) int32 {
	if g.role == "small" {
		return s.small
	}
	return s.big
}

// readGroups reads the names and the limits of the two node groups.
func (l *reader) readGroups(root jsonValue, parts map[string]jsonValue) error {
	l.small = group{role: "small", limits: scaling.Limits{MaxSize: 1}}
	l.big = group{role: "big", limits: scaling.Limits{MaxSize: 3}, defaultSize: 1}
	at, groups := root, map[string]jsonValue{}
	if limits, ok := parts["nodegroup_limits"]; ok {
		entries, err := limits.entries()
		if err != nil {
			return err
		}
		at, groups = limits, entries
	}
	var unnamed []string
	for _, g := range []*group{&l.small, &l.big} {
		key, err := l.readGroup(g, at, groups, parts)
		if err != nil {
			return err
		}
		delete(groups, key)
		if _, named := parts[g.key()]; !named && g.limits.MaxSize > 0 {
			unnamed = append(unnamed, g.name)
		}
	}
	l.skipOthers(groups)
	if l.small.limits.MaxSize == 0 && l.big.limits.MaxSize == 0 {
		return at.wrong("no node group can have nodes: max_size must be at least 1")
	}
	if l.small.name == l.big.name {
		return root.wrong("both node groups are called %q", l.big.name)
	}
	if len(unnamed) > 0 {
		l.found.Add(at.where(), "replace these node group names with their names in EKS: %s", importer.Quoted(unnamed))
	}
	return nil
}

// skipOthers warns about node groups that the old scaler does not know.
func (l *reader) skipOthers(groups map[string]jsonValue) {
	for _, name := range sortedKeys(groups) {
		l.found.Add(groups[name].where(), "%q is neither the small nor the big node group, so it is skipped: the old scaler never scales it", name)
	}
}

// readGroup reads one node group, and returns its key among the limits.
func (l *reader) readGroup(g *group, at jsonValue, groups, parts map[string]jsonValue) (key string, err error) {
	g.name = g.key()
	if named, ok := parts[g.key()]; ok {
		if g.name, err = named.text(); err != nil {
			return "", err
		}
	}
	if key, err = g.find(at, groups); err != nil {
		return "", err
	}
	v, ok := groups[key]
	if !ok {
		l.found.Add(at.where(), "no limits of %s: the old scaler's defaults are used, %d to %d", g.key(), g.limits.MinSize, g.limits.MaxSize)
	} else if _, named := parts[g.key()]; !named {
		g.name = key
	}
	if config.CheckClusterName(g.name) != nil {
		return "", at.wrong("invalid node group name %q: use letters, digits, - and _", g.name)
	}
	if ok {
		err = l.readLimits(v, g)
	}
	return key, err
}

// find returns the key of the node group's limits: its own, its name, or the only one that sounds like it.
func (g *group) find(at jsonValue, groups map[string]jsonValue) (string, error) {
	for _, key := range []string{g.key(), g.name} {
		if _, ok := groups[key]; ok {
			return key, nil
		}
	}
	var alike []string
	for _, name := range sortedKeys(groups) {
		lower := strings.ToLower(name)
		if strings.Contains(lower, g.role) || g.role == "big" && strings.Contains(lower, "large") {
			alike = append(alike, name)
		}
	}
	if len(alike) > 1 {
		return "", at.wrong("%d node groups are called %s: %s: name one of them in %s", len(alike), g.role, importer.Quoted(alike), g.key())
	}
	return strings.Join(alike, ""), nil
}

// readLimits reads the limits of a node group.
func (l *reader) readLimits(v jsonValue, g *group) error {
	fields, err := l.object(v, "min_size", "max_size")
	if err != nil {
		return err
	}
	low, err := v.optional(fields, "min_size", 0, math.MaxInt32)
	if err != nil {
		return err
	}
	high, err := v.optional(fields, "max_size", int(g.limits.MaxSize), math.MaxInt32)
	switch {
	case err != nil:
		return err
	case low > high:
		return v.wrong("min_size %d is over max_size %d", low, high)
	case high == 0:
		l.found.Add(v.where(), "has max_size 0, which EKS rejects; the node group is skipped and never scaled")
	}
	if len(fields) < 2 {
		l.found.Add(v.where(), "min_size or max_size is missing: the old scaler's defaults are used, so the limits are %d to %d", low, high)
	}
	g.limits = scaling.Limits{MinSize: int32(low), MaxSize: int32(high)} //nolint:gosec // optional has checked the range
	return nil
}

// readSizes reads small_nodes and big_nodes. It warns if the old scaler's defaults count.
func (l *reader) readSizes(v jsonValue, fields map[string]jsonValue) (s sizes, err error) {
	var missing []string
	for _, of := range []struct {
		group
		into *int32
	}{{l.small, &s.small}, {l.big, &s.big}} {
		key := of.role + "_nodes"
		switch field, ok := fields[key]; {
		case of.limits.MaxSize == 0:
		case ok:
			if *of.into, err = of.readNodes(field); err != nil {
				return s, err
			}
		default:
			*of.into = of.byDefault()
			missing = append(missing, fmt.Sprintf("%d %s", *of.into, of.role))
		}
	}
	if len(missing) > 0 {
		l.found.Add(v.where(), "small_nodes or big_nodes is missing: the old scaler's default is used, %s", strings.Join(missing, " and "))
	}
	return s, nil
}

// byDefault returns the default, moved within the limits: EKS refused it otherwise.
func (g group) byDefault() int32 {
	if g.defaultSize == 0 {
		return 0
	}
	return min(max(g.defaultSize, g.limits.MinSize), g.limits.MaxSize)
}

// readNodes reads a number of nodes: 0, or a number within the limits.
func (g group) readNodes(field jsonValue) (int32, error) {
	n, err := field.integer(0, int(g.limits.MaxSize))
	if err == nil && n > 0 && n < int(g.limits.MinSize) {
		err = field.wrong("invalid number %d: use 0, or a whole number from %d to %d", n, g.limits.MinSize, g.limits.MaxSize)
	}
	return int32(n), err //nolint:gosec // within the limits, which are int32
}
