package inventory

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// The functions below read single fields of a spec that may be invalid. A field counts only under its exact name.

// rawIn returns a field as it is written; nil if it is missing. Ok is false if the spec is no object.
func rawIn(spec json.RawMessage, name string) (field json.RawMessage, ok bool) {
	var fields map[string]json.RawMessage
	err := json.Unmarshal(spec, &fields)
	return fields[name], err == nil
}

// textIn returns a field; empty if it is missing or not a string.
func textIn(spec json.RawMessage, name string) (text string) {
	field, _ := rawIn(spec, name)
	_ = json.Unmarshal(field, &text)
	return text
}

// Field returns a field of the spec as it is written; nil if it is missing.
func (i Item) Field(name string) json.RawMessage {
	field, _ := rawIn(i.Spec, name)
	return field
}

// Timezone returns the time zone in the spec; empty if there is none. Ok is false if it cannot be read.
func (i Item) Timezone() (zone string, ok bool) {
	field, ok := rawIn(i.Spec, "timezone")
	if !ok || field == nil {
		return "", ok
	}
	return zone, json.Unmarshal(field, &zone) == nil
}

// ClusterName returns the cluster of an override from its key, by which runs find it, else from its spec.
func (i Item) ClusterName() string {
	return cmp.Or(i.Cluster, textIn(i.Spec, "cluster"))
}

// unitName returns the name of an override's unit, or its cluster's.
func (i Item) unitName() string {
	return scaling.UnitName(i.ClusterName(), textIn(i.Spec, "schedule"))
}

// ScheduleNames returns the named schedules of a cluster, in their order; none if it has no such list, or if one has no name.
func ScheduleNames(spec json.RawMessage) (names []string) {
	var schedules []json.RawMessage
	field, _ := rawIn(spec, "schedules")
	if json.Unmarshal(field, &schedules) != nil {
		return nil
	}
	for _, s := range schedules {
		name := textIn(s, "name")
		if name == "" {
			return nil
		}
		names = append(names, name)
	}
	return names
}

// UnitNames returns the names of a cluster's units. From an invalid spec it returns the readable ones, or else the cluster's.
func (i Item) UnitNames() (units []string) {
	for _, schedule := range ScheduleNames(i.Spec) {
		units = append(units, scaling.UnitName(i.Name, schedule))
	}
	if len(units) == 0 {
		return []string{i.Name}
	}
	return units
}

// UnitNames returns the names of the units that a name stands for: of all units of a cluster, or of the one unit with this name.
// The error is a [NotFoundError] or an [ElsewhereError].
func (s Snapshot) UnitNames(name string) ([]string, error) {
	cluster, schedule := scaling.SplitUnit(name)
	item, err := s.FindCluster(cluster)
	if err != nil {
		return nil, err
	}
	names := item.UnitNames()
	if schedule == "" {
		return names, nil
	}
	if !slices.Contains(names, name) {
		return nil, &NotFoundError{What: "schedule", Name: name, Known: names}
	}
	return []string{name}, nil
}

// NodegroupNames returns the node groups of a cluster, in alphabetical order.
func NodegroupNames(spec json.RawMessage) []string {
	var nodegroups map[string]json.RawMessage
	field, _ := rawIn(spec, "nodegroups")
	_ = json.Unmarshal(field, &nodegroups)
	return slices.Sorted(maps.Keys(nodegroups))
}

// SamePlace reports whether two specs of a cluster name the same cluster of EKS, and the same role.
func SamePlace(a, b json.RawMessage) bool {
	for _, field := range []string{"clusterName", "account", "region", "roleArn"} {
		if textIn(a, field) != textIn(b, field) {
			return false
		}
	}
	return true
}

// Place is where a cluster runs. Its calls to EKS share the rates of the place.
type Place struct {
	Account string // empty: the stack's own
	Region  string
}

// PlaceOf returns where a cluster runs; empty where its spec does not say it.
func PlaceOf(spec json.RawMessage) Place {
	return Place{Account: cmp.Or(textIn(spec, "account"), account.Of(textIn(spec, "roleArn"))), Region: textIn(spec, "region")}
}

// PlaceOfUnit returns where a unit's cluster runs.
func PlaceOfUnit(u config.Unit) Place { return Place{Account: u.Role.Account(), Region: u.Region} }

// withoutCluster returns the fields of an override that can be read without its cluster.
func withoutCluster(i Item) scaling.Override {
	var o scaling.Override
	_ = json.Unmarshal(i.Spec, &o)
	o.Name = i.Name
	return o
}

// PauseState reports whether a cluster, or everything, is paused.
type PauseState int

// The states.
const (
	NotPaused PauseState = iota
	Paused
	PauseUnclear // the field cannot be read
)

// PauseState returns the state of a cluster or of the settings.
func (i Item) PauseState() PauseState { return PauseStateOf(i.Spec) }

// UnitPauseState returns the state of a unit: paused if it or its cluster is.
func (i Item) UnitPauseState(unit string) PauseState {
	if state := i.PauseState(); state != NotPaused {
		return state
	}
	return i.OwnPauseState(unit)
}

// OwnPauseState returns the state of a unit alone: of a named schedule, whatever its cluster's is, or else of the item.
func (i Item) OwnPauseState(unit string) PauseState {
	n := i.scheduleIndex(unit)
	if n < 0 {
		return i.PauseState()
	}
	var schedules []json.RawMessage
	_ = json.Unmarshal(i.Field("schedules"), &schedules) // it was read for the index
	return PauseStateOf(schedules[n])
}

// scheduleIndex returns the position of a unit among the cluster's named schedules; -1 if it is none of them.
func (i Item) scheduleIndex(unit string) int {
	_, schedule := scaling.SplitUnit(unit)
	if schedule == "" {
		return -1
	}
	return slices.Index(ScheduleNames(i.Spec), schedule)
}

// PauseStateOf returns the state in the spec of a cluster or of the settings; without the field it is not paused.
func PauseStateOf(spec json.RawMessage) PauseState {
	var paused *bool
	field, ok := rawIn(spec, "paused")
	switch {
	case !ok, field != nil && json.Unmarshal(field, &paused) != nil:
		return PauseUnclear
	case paused == nil || !*paused:
		return NotPaused
	default:
		return Paused
	}
}

// WithPaused returns a spec with another value of paused, and everything else as it is.
func WithPaused(spec json.RawMessage, paused bool) (json.RawMessage, error) {
	var fields map[string]any
	decoder := json.NewDecoder(bytes.NewReader(spec))
	decoder.UseNumber() // keeps every digit
	if err := decoder.Decode(&fields); err != nil || fields == nil {
		return nil, fmt.Errorf("must be an object, not %s", spec)
	}
	fields["paused"] = paused
	return json.Marshal(fields)
}

// WithUnitPaused returns the spec of a cluster with another value of paused in one of its schedules, and everything else as it is.
// For a unit that is the whole cluster, it is [WithPaused].
func (i Item) WithUnitPaused(unit string, paused bool) (json.RawMessage, error) {
	n := i.scheduleIndex(unit)
	if n < 0 {
		return WithPaused(i.Spec, paused)
	}
	var fields map[string]json.RawMessage
	var schedules []json.RawMessage
	if err := errors.Join(json.Unmarshal(i.Spec, &fields), json.Unmarshal(i.Field("schedules"), &schedules)); err != nil {
		return nil, err
	}
	changed, err := WithPaused(schedules[n], paused)
	if err != nil {
		return nil, err
	}
	schedules[n] = changed
	if fields["schedules"], err = json.Marshal(schedules); err != nil {
		return nil, err
	}
	return json.Marshal(fields)
}
