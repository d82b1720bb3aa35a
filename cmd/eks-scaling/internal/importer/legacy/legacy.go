// Package legacy imports the JSON of an older home-grown scaler, as that scaler's own code reads it.
package legacy

import (
	"errors"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// ErrNoCluster is the error for a file that does not name its cluster, if the operator does not either.
var ErrNoCluster = errors.New("--cluster is required: the file has no cluster_name")

// normal is the profile outside of all periods.
const normal = "normal"

// Import imports the JSON of an older scaler: `schedules` with a daily sleep_time, a peak_time on one weekday and others, and
// `nodegroup_limits`. It also reads the typed JSON of DynamoDB. The region and the time zone of the cluster are required, and the
// name unless the file has it. Every default of the old scaler that matters is a warning. An error names the place, the value and
// what is valid.
func Import(file importer.File, as importer.Cluster) (importer.Imported, error) {
	l := reader{as: as}
	root, err := openJSON(file, &l.found)
	if err == nil {
		root, err = root.untyped()
	}
	if err == nil {
		err = l.read(root)
	}
	if err != nil {
		return importer.Imported{Warnings: l.found}, err
	}
	return l.document().Finish(file.Name, "Stop the old scaler before you apply this: both would scale the same node groups.", l.found)
}

// reader collects the configuration of an older scaler.
type reader struct {
	as         importer.Cluster
	found      importer.Warnings
	notes      []string // the places of what has no effect
	paused     bool
	small, big group
	normal     sizes
	windows    []window // by precedence
}

// notesOnly are the keys that describe the file.
var notesOnly = []string{"config_id", "version", "last_updated", "created_by", "imported_at", "description"}

func (l *reader) read(root jsonValue) error {
	parts, err := l.object(root, "schedules", "nodegroup_limits", "cluster_name", "small_nodegroup", "big_nodegroup", "enabled")
	if err != nil {
		return err
	}
	schedules, ok := parts["schedules"]
	if !ok {
		return root.wrong("schedules is required")
	}
	if err := l.readCluster(parts); err != nil {
		return err
	}
	if err := l.readGroups(root, parts); err != nil {
		return err
	}
	if err := l.readSchedules(schedules); err != nil {
		return err
	}
	if len(l.notes) > 0 {
		l.found.Add(root.where(), "not imported, as they only describe the file: %s", strings.Join(l.notes, ", "))
	}
	return nil
}

// object returns the entries of an object with known keys. It notes those that only describe it.
func (l *reader) object(v jsonValue, known ...string) (map[string]jsonValue, error) {
	entries, err := v.entries()
	for _, key := range notesOnly {
		if entry, ok := entries[key]; ok {
			_, path, _ := strings.Cut(entry.where(), ": ")
			l.notes = append(l.notes, path)
			delete(entries, key)
		}
	}
	v.skipUnknown(entries, known)
	return entries, err
}

// readCluster reads the name of the cluster, and whether scaling is enabled.
func (l *reader) readCluster(parts map[string]jsonValue) (err error) {
	if name, ok := parts["cluster_name"]; ok && l.as.Name == "" {
		if l.as.Name, err = name.text(); err != nil {
			return err
		}
		if err := config.CheckClusterName(l.as.Name); err != nil {
			return name.wrong("%w; or pass the name with --cluster", err)
		}
	}
	if l.as.Name == "" {
		return ErrNoCluster
	}
	enabled, ok := parts["enabled"]
	if !ok {
		return nil
	}
	on, err := enabled.boolean()
	if l.paused = !on; err == nil && l.paused {
		l.found.Add(enabled.where(), "scaling is disabled, so the cluster is imported as paused; the old scaler then kept 1 big node and no small one. To start: eks-scaling resume %s", l.as.Name)
	}
	return err
}

// document returns what was read as a configuration.
func (l *reader) document() importer.Document {
	c := importer.DocumentCluster{
		Name: l.as.Name, Region: l.as.Region, Paused: l.paused,
		Nodegroups: map[string]scaling.Limits{}, Profiles: map[string]map[string]scaling.Target{normal: {}},
	}
	schedule := config.Schedule{Default: normal}
	all := map[string]sizes{normal: l.normal}
	for _, w := range l.windows {
		all[w.profile] = w.sizes
		c.Profiles[w.profile] = map[string]scaling.Target{}
		schedule.Periods = append(schedule.Periods, w.period())
	}
	for _, g := range []group{l.small, l.big} {
		if g.limits.MaxSize == 0 {
			continue
		}
		limits := g.limits
		for _, s := range all {
			limits.MinSize = min(limits.MinSize, g.minimum(s.of(g)))
		}
		c.Nodegroups[g.name] = limits
		for profile, s := range all {
			c.Profiles[profile][g.name] = g.target(s.of(g), limits)
		}
	}
	c.Schedule = schedule
	return importer.Document{Timezone: l.as.Timezone, Clusters: []importer.DocumentCluster{c}}
}
