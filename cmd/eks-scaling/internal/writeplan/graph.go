package writeplan

import (
	"reflect"
	"slices"
	"strings"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// part is a unit that is never split: a cluster with its overrides, a calendar, or the settings.
type part struct {
	changes  []int // indexes of the changes
	requires []int // the parts that must be written before this one, or together with it
}

// settingsPart is the key of the settings among the parts.
const settingsPart = inventory.KindSettings

// graph holds the parts that change, and how they depend on each other.
type graph struct {
	before, after inventory.Checked
	due           []inventory.Change
	parts         []part
	byKey         map[string]int
	was, is       map[string][]string // by cluster: the keys of the calendars, signals and settings that it uses before and after
	held          bool                // nothing acts on the table until the settings are written
}

func newGraph(before, after inventory.Checked, due []inventory.Change) *graph {
	g := &graph{before: before, after: after, due: due, byKey: map[string]int{}, was: usesOf(before), is: usesOf(after)}
	for i, c := range due {
		key := partKey(c)
		at, known := g.byKey[key]
		if !known {
			at = len(g.parts)
			g.byKey[key] = at
			g.parts = append(g.parts, part{})
		}
		g.parts[at].changes = append(g.parts[at].changes, i)
	}
	return g
}

func partKey(c inventory.Change) string {
	switch c.After.Kind {
	case inventory.KindSettings:
		return settingsPart
	case inventory.KindCalendar:
		return inventory.ItemKey(c.After)
	default:
		return clusterKey(clusterOf(c))
	}
}

func clusterKey(name string) string { return inventory.KindCluster + "/" + name }

func calendarKey(name string) string { return inventory.KindCalendar + "/" + name }

// signalPrefix starts the key of a signal, which is a part of the settings.
const signalPrefix = "signal/"

// usesOf returns what each cluster uses: the calendars and signals of its periods, and the settings if it has no time zone of its own.
func usesOf(c inventory.Checked) map[string][]string {
	uses := map[string][]string{}
	for _, i := range c.Clusters {
		keys := []string{}
		for _, name := range calendarsOf(c, i) {
			keys = append(keys, calendarKey(name))
		}
		for _, name := range signalsOf(c.ClusterByName[i.Name]) {
			keys = append(keys, signalPrefix+name)
		}
		if zone, readable := i.Timezone(); readable && zone == "" {
			keys = append(keys, settingsPart)
		}
		uses[i.Name] = keys
	}
	return uses
}

func calendarsOf(c inventory.Checked, i inventory.Item) []string {
	cluster, valid := c.ClusterByName[i.Name]
	if !valid {
		return config.CalendarsOf(i.Spec)
	}
	var names []string
	for _, u := range cluster.Units() {
		for _, p := range u.Schedule.Periods {
			names = slices.Concat(names, p.Calendars.Only, p.Calendars.Except)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// signalsOf returns the signals that a valid cluster uses.
func signalsOf(cluster config.Cluster) (names []string) {
	for _, u := range cluster.Units() {
		for _, p := range u.Schedule.Periods {
			if p.When != nil {
				names = append(names, p.When.Signal)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// require makes a part wait for another one. Parts that require each other form one step.
func (g *graph) require(at, other int) {
	if at != other {
		g.parts[at].requires = append(g.parts[at].requires, other)
	}
}

func (g *graph) join(a, b int) {
	g.require(a, b)
	g.require(b, a)
}

// connect adds the dependencies between the parts.
func (g *graph) connect() {
	g.connectSettings()
	for _, clusters := range [][]inventory.Item{g.before.Clusters, g.after.Clusters} {
		for _, i := range clusters {
			g.connectCluster(i.Name)
		}
	}
	g.connectMoved()
}

// connectSettings orders the settings against everything else.
func (g *graph) connectSettings() {
	settings, changed := g.byKey[settingsPart]
	if !changed {
		return
	}
	pauses := !g.before.Global.Paused && g.after.Global.Paused
	resumes := g.before.Global.Paused && !g.after.Global.Paused
	for other := range g.parts {
		switch {
		case g.held || resumes:
			g.require(settings, other)
		case pauses || !g.hadSettings(): // nothing is valid without settings
			g.require(other, settings)
		}
	}
}

// hadSettings reports whether there are valid settings before the change.
func (g *graph) hadSettings() bool {
	return g.before.Settings != nil && g.before.SettingsErr == nil
}

// connectCluster orders a cluster against the parts it uses. Without a hold, everything that changes the cluster's meaning is
// written together, even if scaling is paused: somebody may resume it meanwhile.
func (g *graph) connectCluster(name string) {
	own, changes := g.byKey[clusterKey(name)]
	var meaning []int // the parts that change the meaning of the cluster
	if changes {
		meaning = []int{own}
	}
	for _, key := range slices.Concat(g.was[name], g.is[name]) {
		used, relevant := g.usedPart(key)
		before, after := slices.Contains(g.was[name], key), slices.Contains(g.is[name], key)
		switch {
		case !relevant:
		case before && after:
			meaning = append(meaning, used)
		case changes && after:
			g.require(own, used)
		case changes:
			g.require(used, own)
		}
	}
	for i := 1; i < len(meaning) && !g.held; i++ {
		g.join(meaning[0], meaning[i])
	}
}

// usedPart returns the calendar or the settings of a key, if they change and it matters to the clusters that use them. Clusters use only
// the time zone and some signals of the settings. The zone does not matter while scaling is on hold.
func (g *graph) usedPart(key string) (at int, relevant bool) {
	if name, isSignal := strings.CutPrefix(key, signalPrefix); isSignal {
		at, changes := g.byKey[settingsPart]
		return at, changes && g.changesSignal(name)
	}
	at, changes := g.byKey[key]
	return at, changes && (key != settingsPart || !g.held && g.movesZone())
}

// changesSignal reports whether the settings change a signal, add it or remove it.
func (g *graph) changesSignal(name string) bool {
	was, had := g.before.Global.Signals[name]
	is, has := g.after.Global.Signals[name]
	return g.hadSettings() && (had != has || !reflect.DeepEqual(was, is))
}

// movesZone reports whether the settings move clusters without a time zone of their own from one to another.
func (g *graph) movesZone() bool {
	return g.hadSettings() && g.before.Global.Timezone != g.after.Global.Timezone
}

// connectMoved writes an override that moves to another cluster in one step: it must neither be missing nor count twice.
func (g *graph) connectMoved() {
	to := map[string][]int{}
	for _, c := range g.due {
		if c.After.Kind == inventory.KindOverride && !c.Gone {
			to[c.After.Name] = append(to[c.After.Name], g.byKey[partKey(c)])
		}
	}
	for _, c := range g.due {
		if c.Moved {
			for _, at := range to[c.After.Name] {
				g.join(g.byKey[partKey(c)], at)
			}
		}
	}
}
