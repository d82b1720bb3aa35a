package importer

import (
	"errors"
	"fmt"
)

// nodegroupReader reads one node group of a module. Whatever is not understood leaves out the whole of it: without one of
// its actions, the sizes of the one before would hold for too long.
type nodegroupReader struct {
	module
	key         string
	entry       setting
	own         settings
	defaults    settings
	defaultsErr error
}

// lookup is a setting of the node group, or else of the module's defaults.
func (r *nodegroupReader) lookup(name string) (setting, bool, error) {
	if s, ok := r.own.byName[name]; ok {
		return s, true, nil
	}
	s, ok := r.defaults.byName[name]
	return s, ok, r.defaultsErr
}

// leaveOut remarks on why the node group is not imported.
func (r *nodegroupReader) leaveOut(place, format string, args ...any) (nodegroup, bool) {
	r.found.add(place, "node group %q is left out: %s", r.key, fmt.Sprintf(format, args...))
	return nodegroup{}, false
}

func (r *nodegroupReader) read() (nodegroup, bool) {
	own, err := r.entry.object()
	if err != nil {
		return r.leaveOut(r.entry.place(), "%v", err)
	}
	r.own = own
	g := nodegroup{place: r.entry.place()}
	schedules, err := r.schedules()
	if err != nil {
		return r.leaveOut(g.place, "%v", err)
	}
	if g.name, err = r.nodegroupName(); err != nil {
		return r.leaveOut(g.place, "%v", err)
	}
	if !r.readActions(schedules, &g) {
		return nodegroup{}, false
	}
	if at, err := r.settle(&g); err != nil {
		return r.leaveOut(at, "%v", err)
	}
	if off, err := r.isOff("use_name_prefix"); err != nil || !off {
		r.found.add(g.place, "node group %q has a longer name in EKS, as use_name_prefix is not false; write that one in its place", g.name)
	}
	return g, true
}

var errNoSchedules = errors.New("it has no schedules")

// schedules are those that the node group has, unless they are switched off.
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
	s, ok, err := r.lookup("schedules")
	if err == nil && !ok {
		err = errNoSchedules
	}
	return s, err
}

// isOff says whether a setting that is true by default is false.
func (r *nodegroupReader) isOff(name string) (bool, error) {
	s, ok, err := r.lookup(name)
	if err != nil || !ok {
		return false, err
	}
	on, err := s.boolean()
	return !on, err
}

func (r *nodegroupReader) nodegroupName() (string, error) {
	name := r.key
	if s, ok := r.own.byName["name"]; ok {
		var err error
		if name, err = s.text(); err != nil {
			return "", err
		}
	}
	if !nodegroupName.MatchString(name) {
		return "", fmt.Errorf("%q is not the name of an EKS node group", name)
	}
	return name, nil
}

// readActions reads the actions, and remarks on each that cannot be carried over.
func (r *nodegroupReader) readActions(schedules setting, g *nodegroup) bool {
	entries, err := schedules.object()
	if err != nil {
		r.leaveOut(schedules.place(), "%v", err)
		return false
	}
	whole := true
	for _, key := range entries.names {
		a := actionReader{entry: entries.byName[key], now: r.now, found: &r.found}
		if err := a.read(); err != nil {
			r.found.add(a.place, "schedule %q of node group %q cannot be carried over: %v", key, r.key, err)
			whole = false
			continue
		}
		if a.over {
			continue
		}
		if g.zone != "" && g.zone != a.zone {
			r.found.add(a.place, "schedule %q of node group %q is in %s and others are in %s; want one time zone", key, r.key, a.zone, g.zone)
			whole = false
		}
		g.zone = a.zone
		g.actions = append(g.actions, a.action)
	}
	switch {
	case !whole:
		r.leaveOut(g.place, "with a part of its schedules alone it would have wrong sizes")
	case len(g.actions) == 0:
		r.leaveOut(g.place, "%v", errNoSchedules)
	}
	return whole && len(g.actions) > 0
}
