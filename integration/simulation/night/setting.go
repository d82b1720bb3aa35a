package night

import (
	"maps"
	"slices"
	"time"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/shared/blastradius"
)

// profile maps each node group to its target: a number of nodes, or only bounds.
type profile map[string]any

// bounds leaves the desired size to an autoscaler.
type bounds struct {
	Min int32 `json:"minSize"`
	Max int32 `json:"maxSize,omitempty"`
}

// period is a time of day with its profile.
type period struct {
	Name    string `json:"name"`
	Profile string `json:"profile"`
	From    string `json:"from"`
	To      string `json:"to"`
}

// transition is a local time at which a profile becomes active.
type transition struct {
	hour, minute int
	profile      string
}

func (t transition) at() time.Time { return clock(t.hour, t.minute) }

// setting is a configuration. Every profile asks for at least one node, so that a unit without nodes is always a fault.
type setting struct {
	name        string
	limits      map[string][2]int32
	initial     map[string]eksmodel.Sizes
	profiles    map[string]profile
	periods     []period
	transitions []transition
	enforce     string
	waitTimeout string
	concurrency int
	autoscaled  string   // the node group without a desired size in any profile
	degraded    []string // node groups that have been DEGRADED for weeks
	edited      int      // how often people edited it
	split       *split   // the named schedules; nil without any
	ahead       ahead
	rampUp      rampUp
	radius      blastradius.Limit
	beyond      []time.Time // when people start a run without the blast radius
	signals     []source
	conditions  []condition // in the order of the configuration
}

// reference returns the cluster of the examples: at night small is up and big is down.
func reference() *setting {
	return &setting{
		name:    "reference",
		limits:  map[string][2]int32{"small": {0, 1}, "big": {0, 5}},
		initial: map[string]eksmodel.Sizes{"small": {Max: 1}, "big": {Max: 5, Desired: 1}},
		profiles: map[string]profile{
			"sleep": {"small": 1, "big": 0}, "normal": {"small": 0, "big": 1}, "peak": {"small": 0, "big": 3},
		},
		periods:     []period{{"night", "sleep", "01:00", "06:30"}, {"peak", "peak", "06:30", "11:30"}},
		transitions: []transition{{1, 0, "sleep"}, {6, 30, "peak"}, {11, 30, "normal"}},
	}
}

// settings lists the variations of the reference.
var settings = []struct {
	name   string
	change func(*setting)
}{
	{"evening with both", func(s *setting) {
		s.profiles["both"] = profile{"small": 1, "big": 1}
		s.periods = []period{{"late", "both", "01:00", "02:00"}, {"night", "sleep", "02:00", "06:30"}}
		s.transitions = []transition{{1, 0, "both"}, {2, 0, "sleep"}, {6, 30, "normal"}}
	}},
	{"bounds alone", func(s *setting) {
		s.autoscaled = "auto"
		s.add("auto", [2]int32{0, 6}, eksmodel.Sizes{Min: 1, Max: 6, Desired: 2}, bounds{1, 6})
		s.profiles["sleep"]["auto"], s.profiles["peak"]["auto"] = bounds{0, 4}, bounds{3, 6}
	}},
	{"one is missing and wanted at 0", func(s *setting) {
		s.add("old", [2]int32{0, 3}, eksmodel.Sizes{}, 0)
		delete(s.initial, "old")
	}},
	{"sizes are put back", func(s *setting) { s.enforce = "always" }},
	{"an unrelated one is DEGRADED for weeks", func(s *setting) {
		s.degraded = []string{"gpu"}
		s.add("gpu", [2]int32{0, 2}, eksmodel.Sizes{Max: 2, Desired: 1}, 1)
	}},
	{"one at a time", func(s *setting) {
		s.concurrency = 1
		s.add("more", [2]int32{0, 3}, eksmodel.Sizes{Max: 3, Desired: 1}, 1)
		s.profiles["sleep"]["more"], s.profiles["peak"]["more"] = 0, 2
	}},
	{"no patience", func(s *setting) { s.waitTimeout = "2m" }},
}

// add adds a node group to the setting, with the same target in every profile.
func (s *setting) add(name string, limits [2]int32, initial eksmodel.Sizes, target any) {
	s.limits[name], s.initial[name] = limits, initial
	for _, p := range s.profiles {
		p[name] = target
	}
}

// drawSetting draws a configuration.
func (n *night) drawSetting() *setting {
	s := reference()
	if n.Rand().IntN(2) == 0 {
		variation := settings[n.Rand().IntN(len(settings))]
		s.name = variation.name
		variation.change(s)
	}
	if n.Rand().IntN(2) == 0 {
		n.drawIdle(s)
		n.drawSplit(s)
	}
	n.drawAhead(s)
	n.drawRampUp(s)
	n.drawSignals(s)
	return s
}

// groups returns the node groups at the beginning of the night, by name.
func (s *setting) groups() []eksmodel.Nodegroup {
	var all []eksmodel.Nodegroup
	for _, name := range slices.Sorted(maps.Keys(s.initial)) {
		all = append(all, eksmodel.Nodegroup{Ref: ref(name), Sizes: s.initial[name]})
	}
	return all
}

// last returns the wanted nodes of each node group after the last transition; for bounds alone, the minimum.
func (s *setting) last() map[string]int32 {
	wanted := map[string]int32{}
	profile := s.transitions[len(s.transitions)-1].profile
	for name := range s.profiles[profile] {
		if s.isIdle(name) {
			continue
		}
		switch t := s.target(profile, name).(type) {
		case int:
			wanted[name] = int32(t)
		case bounds:
			wanted[name] = t.Min
		}
	}
	return wanted
}

func (n *night) longIll(name string) bool { return slices.Contains(n.place.degraded, name) }
