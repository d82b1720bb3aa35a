package terraform

import (
	"fmt"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/shared/config"
)

// nodegroupReader reads one node group of a module. One unreadable setting leaves out the whole node group.
type nodegroupReader struct {
	module
	key         string
	at          string // its place
	own         settings
	defaults    settings
	defaultsErr error
	defaultMin  int32 // the module's default for min_size
}

// lookup returns a setting of the node group, or else the module's default.
func (r *nodegroupReader) lookup(name string) (setting, bool, error) {
	if s, ok := r.own.byName[name]; ok {
		return s, true, nil
	}
	s, ok := r.defaults.byName[name]
	return s, ok, r.defaultsErr
}

// leaveOut warns why the node group is not imported.
func (r *nodegroupReader) leaveOut(place string, why error) (importer.Nodegroup, bool) {
	r.found.Add(place, "node group %q is skipped: %v", r.key, why)
	return importer.Nodegroup{}, false
}

// alone reads the node group of a module that creates only one.
func (r *nodegroupReader) alone() []importer.Nodegroup {
	if s, ok := r.own.byName["name"]; !ok {
		r.leaveOut(r.at, fmt.Errorf("module %q has no name", r.key))
		return nil
	} else if name, err := s.text(); err == nil {
		r.key = name
	}
	g, ok := r.read()
	if !ok {
		return nil
	}
	return []importer.Nodegroup{g}
}

// readEntry reads an entry of eks_managed_node_groups.
func (r *nodegroupReader) readEntry(entry setting) (importer.Nodegroup, bool) {
	own, err := entry.object()
	if err != nil {
		return r.leaveOut(r.at, err)
	}
	r.own = own
	r.checkKeys(fmt.Sprintf("node group %q", r.key), own)
	return r.read()
}

func (r *nodegroupReader) read() (importer.Nodegroup, bool) {
	g := importer.Nodegroup{Place: r.at}
	schedules, err := r.schedules()
	if err != nil {
		return r.leaveOut(g.Place, err)
	}
	if g.Name, err = r.nodegroupName(); err != nil {
		return r.leaveOut(g.Place, err)
	}
	if !r.readActions(schedules, &g) {
		return importer.Nodegroup{}, false
	}
	if at, err := g.Settle(r.ownSizes(), words, &r.found); err != nil {
		return r.leaveOut(at, err)
	}
	r.checkUnavailable(g)
	if off, err := r.isOff("use_name_prefix"); err != nil || !off {
		r.found.Add(g.Place, "node group %q has a longer name in EKS, because use_name_prefix is not false: replace it with that name", g.Name)
	}
	return g, true
}

// schedules returns the schedules of the node group, unless they are disabled.
func (r *nodegroupReader) schedules() (setting, error) {
	for _, name := range []string{"create", "create_schedule"} {
		off, err := r.isOff(name)
		if err != nil {
			return setting{}, err
		}
		if off {
			return setting{}, fmt.Errorf("%s = false", name)
		}
	}
	s, ok, err := r.lookup(schedulesArgument)
	if err == nil && !ok {
		err = words.None()
	}
	return s, err
}

// isOff reports whether a setting that defaults to true is false.
func (r *nodegroupReader) isOff(name string) (bool, error) {
	s, ok, err := r.lookup(name)
	if err != nil || !ok {
		return false, err
	}
	on, err := s.boolean()
	return err == nil && !on, err
}

func (r *nodegroupReader) nodegroupName() (string, error) {
	name := r.key
	if s, ok := r.own.byName["name"]; ok {
		var err error
		if name, err = s.text(); err != nil {
			return "", err
		}
	}
	if config.CheckClusterName(name) != nil {
		return "", fmt.Errorf("invalid node group name %q", name)
	}
	return name, nil
}

// readActions reads the actions, and warns about each that cannot be imported.
func (r *nodegroupReader) readActions(schedules setting, g *importer.Nodegroup) bool {
	entries, err := schedules.object()
	if err != nil {
		r.leaveOut(schedules.place(), err)
		return false
	}
	gathered := importer.Gathering{Key: r.key, Into: g, Words: words, Found: &r.found}
	for _, key := range entries.names {
		a := actionReader{entry: entries.byName[key], now: r.now, found: &r.found}
		err := a.read()
		gathered.Add(a.Action, a.zone, a.over, err)
	}
	if err := gathered.End(); err != nil {
		r.leaveOut(g.Place, err)
		return false
	}
	return true
}

// defaultMaxSize is the module's own default.
const defaultMaxSize = 3

// ownSizes returns the initial sizes of the node group.
func (r *nodegroupReader) ownSizes() (own importer.OwnSizes) {
	own.Min, own.MinErr = r.ownSize("min_size", r.defaultMin)
	own.Max, own.MaxErr = r.ownSize("max_size", defaultMaxSize)
	return own
}

// ownSize returns one initial size of the node group.
func (r *nodegroupReader) ownSize(name string, byDefault int32) (int32, error) {
	s, ok, err := r.lookup(name)
	if err != nil || !ok {
		return byDefault, err
	}
	n, err := s.size()
	if err == nil && n == importer.Unchanged {
		err = s.wrong("must be a number of nodes")
	}
	return n, err
}

// checkUnavailable warns about maxima that EKS refuses, because they are below max_unavailable.
func (r *nodegroupReader) checkUnavailable(g importer.Nodegroup) {
	update, ok, err := r.lookup("update_config")
	if err != nil || !ok {
		return
	}
	fields, err := update.object()
	if err != nil {
		r.found.Add(update.place(), "%v; EKS refuses a max_size below its max_unavailable", err)
		return
	}
	s, ok := fields.byName["max_unavailable"]
	if !ok || s.isNull() {
		return
	}
	n, err := s.size()
	if err != nil {
		r.found.Add(s.place(), "%v; EKS refuses a max_size below it", err)
		return
	}
	for _, a := range g.Actions {
		if a.Sizes.Max < n {
			r.found.Add(a.Place, "schedule %q sets max_size %d, below max_unavailable %d of node group %q, which EKS refuses: raise maxSize, or lower max_unavailable",
				a.Key, a.Sizes.Max, n, g.Name)
		}
	}
}
