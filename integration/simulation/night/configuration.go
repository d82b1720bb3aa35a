package night

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

// basis is a version of the unit's configuration, with the time of its write.
type basis struct {
	since time.Time
	text  string
}

// basis returns the version in the table.
func (n *night) basis() string { return n.bases[len(n.bases)-1].text }

// write replaces an item. People's own calls do not fail here.
func (n *night) write(kind, name, cluster string, spec json.RawMessage) {
	ctx := context.Background()
	table := tables.NewConfig(n.db, deployment.ConfigTable)
	stored, err := table.Read(ctx)
	if err != nil {
		panic(err)
	}
	e := inventory.Item{Kind: kind, Name: name, Cluster: cluster, Spec: spec, UpdatedAt: n.Now(), UpdatedBy: "ana"}
	for _, old := range allOf(stored) {
		if old.Kind == kind && old.Name == name {
			e = e.Over(old)
		}
	}
	if _, err := table.Put(ctx, e); err != nil {
		panic(fmt.Sprintf("writing %s/%s: %v", kind, name, err))
	}
	written, err := table.Unit(ctx, clusterName)
	if err != nil {
		panic(err)
	}
	n.bases = append(n.bases, basis{n.Now(), written.Basis()})
	n.places[written.Basis()] = *n.place
	n.members = append(n.members, n.place.membership(n.Now()))
}

func allOf(s inventory.Snapshot) []inventory.Item {
	all := slices.Concat(s.Clusters, s.Overrides)
	if s.Settings != nil {
		all = append(all, *s.Settings)
	}
	return all
}

// parsed is the config table. It reuses the parsed items of a version that was read before.
type parsed struct {
	*tables.Config
	*invocation
}

// Unit reads the configuration of a cluster.
func (p parsed) Unit(ctx context.Context, cluster string) (inventory.Snapshot, error) {
	s, err := p.Config.Unit(ctx, cluster)
	if err != nil {
		return s, err
	}
	basis := s.Basis()
	p.judging.place, p.judging.basis = p.places[basis], basis
	known, ok := p.parsed[basis]
	if !ok {
		if rewrite := p.planted().rewrite; rewrite != nil {
			s = rewritten(s, rewrite)
		}
		known = inventory.Check(s, p.Now()).Snapshot
		p.parsed[basis] = known
	}
	return known, nil
}

// settings returns the settings.
func (s *setting) settings(paused bool) json.RawMessage {
	fields := map[string]any{"paused": paused, "timezone": local.String()}
	if !s.radius.IsZero() {
		fields["blastRadius"] = s.radius
	}
	if len(s.signals) > 0 {
		fields["signals"] = s.signalFields()
	}
	return spec(fields)
}

// cluster returns the configuration of the unit.
func (s *setting) cluster(paused bool) json.RawMessage {
	limits := map[string]map[string]int32{}
	for name, l := range s.limits {
		limits[name] = map[string]int32{"minSize": l[0], "maxSize": l[1]}
	}
	fields := map[string]any{"name": clusterName, "region": "sa-east-1", "paused": paused, "nodegroups": limits}
	if s.split != nil {
		fields["schedules"] = s.schedules()
	} else {
		has := func(nodegroup string) bool { return !s.isIdle(nodegroup) }
		fields["profiles"] = s.allProfiles(has)
		one := map[string]any{"default": "normal", "periods": withConditions(s.periodFields(s.periods), s.conditionsFor(has), local)}
		if leads := s.aheadField(); leads != nil {
			one["ahead"] = leads
		}
		fields["schedule"] = one
	}
	if s.rampUp.nodes > 0 {
		fields["rampUp"] = s.rampUp.field()
	}
	if s.enforce != "" {
		fields["enforce"] = s.enforce
	}
	if s.waitTimeout != "" {
		fields["waitTimeout"] = s.waitTimeout
	}
	if s.concurrency > 0 {
		fields["concurrency"] = s.concurrency
	}
	return spec(fields)
}

// edit changes the sizes of big: more by day, or a lower limit.
func (s *setting) edit(lower bool) {
	s.edited++
	s.limits, s.profiles = maps.Clone(s.limits), maps.Clone(s.profiles)
	for name, p := range s.profiles {
		s.profiles[name] = maps.Clone(p)
	}
	if lower {
		s.limits["big"] = [2]int32{0, 2}
		s.profiles["peak"]["big"], s.profiles["normal"]["big"] = 2, 1
		return
	}
	s.limits["big"] = [2]int32{0, 5}
	s.profiles["peak"]["big"], s.profiles["normal"]["big"] = 4, 2
}

// override returns a temporary exception to the schedule, with a profile or custom sizes.
func override(name, schedule, profile string, sizes map[string]int, from, until, created time.Time) json.RawMessage {
	fields := map[string]any{
		"name": name, "cluster": clusterName, "from": from.Format(time.RFC3339), "until": until.Format(time.RFC3339),
		"reason": "test", "createdBy": "ana", "createdAt": created.UTC().Format(time.RFC3339),
	}
	if schedule != "" {
		fields["schedule"] = schedule
	}
	if sizes != nil {
		fields["sizes"] = sizes
	} else {
		fields["profile"] = profile
	}
	return spec(fields)
}

func spec(fields map[string]any) json.RawMessage {
	data, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return data
}
