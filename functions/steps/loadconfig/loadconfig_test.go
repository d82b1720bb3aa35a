package loadconfig

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// store is a configuration that records its reads.
type store struct {
	settings string // empty: none
	clusters []string
	reads    []string
}

func (s *store) Names(context.Context) (inventory.Snapshot, error) {
	s.reads = append(s.reads, "names")
	stored := s.all()
	for i := range stored.Clusters {
		var err error
		if stored.Clusters[i].Spec, err = json.Marshal(map[string]json.RawMessage{"schedules": stored.Clusters[i].Field("schedules")}); err != nil {
			return stored, err
		}
	}
	return stored, nil
}

func (s *store) Read(context.Context) (inventory.Snapshot, error) {
	s.reads = append(s.reads, "all")
	return s.all(), nil
}

func (s *store) all() (stored inventory.Snapshot) {
	if s.settings != "" {
		stored.Settings = &inventory.Item{Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Spec: json.RawMessage(s.settings)}
	}
	for _, name := range s.clusters {
		spec := fmt.Sprintf(`{"name":%q,"region":"sa-east-1","nodegroups":{"%s-big":{"minSize":0,"maxSize":5}},"profiles":{"normal":{"%s-big":1}},"schedule":{"default":"normal"}}`, name, name, name)
		if name == "broken" {
			spec = `{"name":"broken"}`
		}
		if name == "shared" {
			spec = `{"name":"shared","region":"sa-east-1","nodegroups":{"web":{"minSize":0,"maxSize":5},"big":{"minSize":0,"maxSize":5}},"schedules":[
{"name":"office","profiles":{"normal":{"web":1}},"default":"normal"},{"name":"batch","profiles":{"normal":{"big":1},"peak":{"big":5}},"default":"normal"}]}`
		}
		stored.Clusters = append(stored.Clusters, inventory.Item{Kind: inventory.KindCluster, Name: name, Spec: json.RawMessage(spec)})
	}
	return stored
}

func load(s *store, input string) (run.LoadConfigResult, error) {
	h := Handler{Store: s, Now: func() time.Time { return now.Add(123_456) }}
	in := run.LoadConfigRequest{Execution: run.Execution{Name: "run"}, Input: json.RawMessage(input)}
	return h.Handle(context.Background(), slog.New(slog.DiscardHandler), in)
}

func TestARunSelectsUnits(t *testing.T) {
	t.Parallel()
	const on, off = `{"paused":false,"timezone":"UTC"}`, `{"paused":true,"timezone":"UTC"}`
	both := []string{"production", "staging"}
	for _, row := range []struct {
		rule     string
		settings string
		clusters []string
		input    string
		units    string
		notice   string
		fails    string
		reads    string
	}{
		{"all by default, by their names alone", on, both, `{}`, "production staging", "", "", "names"},
		{"those that are named", on, both, `{"clusters":["staging"]}`, "staging", "", "", "names"},
		{"an invalid cluster takes part: decide fails it alone", on, []string{"broken", "staging"}, `{}`, "broken staging", "", "", "names"},
		{"an empty list of clusters is none", on, both, `{"clusters":[]}`, "", "nothing is selected", "", "names"},
		{"an empty list of node groups is none", on, both, `{"nodegroups":[]}`, "", "nothing is selected", "", "names"},
		{"no cluster is configured", on, nil, `{}`, "", "nothing is selected", "", "names"},
		{"nothing is configured", "", nil, `{}`, "", "nothing is configured yet", "", "names"},
		{"paused", off, both, `{}`, "", "scaling is paused", "", "names"},
		{"clusters without settings", "", both, `{}`, "", "", "settings/global: missing", "names"},
		{"an unknown cluster", on, both, `{"clusters":["prod"]}`, "", "", `clusters[0]: unknown name "prod"; known: production, staging`, "names"},
		{"a node group of one of them", on, both, `{"nodegroups":["staging-big"]}`, "production staging", "", "", "names all"},
		{"an unknown node group", on, both, `{"nodegroups":["big"]}`, "", "", `nodegroups[0]: unknown name "big"; known: production-big, staging-big`, "names all"},
		{"a node group of a cluster that is not named", on, both, `{"clusters":["production"],"nodegroups":["staging-big"]}`, "", "", `nodegroups[0]: unknown name "staging-big"`, "names all"},
		{"an unknown node group beside a cluster that cannot be read", on, []string{"broken", "staging"}, `{"nodegroups":["big"]}`, "broken staging", "", "", "names all"},
		{"a profile that all have", on, both, `{"profile":"normal"}`, "production staging", "", "", "names all"},
		{"a trigger for some", on, both, `{"trigger":"schedule","clusters":["staging"]}`, "staging", "", "", "names"},
		{"a trigger for one that is gone, and one that is not", on, both, `{"trigger":"schedule","clusters":["prod","staging"]}`, "staging", "", "", "names"},
		{"a trigger for one that is gone", on, both, `{"trigger":"schedule","clusters":["prod"]}`, "", "nothing is selected: nothing that the trigger names is configured any longer", "", "names"},
		{"a trigger for one that is gone, and a person", on, both, `{"trigger":"manual","clusters":["prod"]}`, "", "", `clusters[0]: unknown name "prod"`, "names"},
		{"the schedules of a cluster are units of their own", on, []string{"production", "shared"}, `{}`, "production shared:batch shared:office", "", "", "names"},
		{"a cluster stands for its schedules", on, []string{"production", "shared"}, `{"clusters":["shared"]}`, "shared:batch shared:office", "", "", "names"},
		{"one schedule", on, []string{"production", "shared"}, `{"schedules":["shared:batch"]}`, "shared:batch", "", "", "names"},
		{"clusters and schedules together", on, []string{"production", "shared"}, `{"clusters":["production"],"schedules":["shared:batch"]}`, "production shared:batch", "", "", "names"},
		{"a cluster's name among the schedules", on, []string{"production", "shared"}, `{"schedules":["production","shared"]}`, "production shared:batch shared:office", "", "", "names"},
		{"an empty list of schedules is none", on, []string{"shared"}, `{"schedules":[]}`, "", "nothing is selected", "", "names"},
		{"an unknown schedule", on, []string{"shared"}, `{"schedules":["shared:day"]}`, "", "", `schedules[0]: unknown name "shared:day"; known: shared, shared:batch, shared:office`, "names"},
		{"a trigger for a schedule that is gone", on, []string{"shared"}, `{"trigger":"schedule","schedules":["shared:day","shared:batch"]}`, "shared:batch", "", "", "names"},
		{"a profile that one schedule does not have", on, []string{"shared"}, `{"profile":"peak"}`, "", "", `profile: unknown profile "peak" in schedule shared:office; known: normal`, "names all"},
		{"a profile of one schedule", on, []string{"shared"}, `{"profile":"peak","schedules":["shared:batch"]}`, "shared:batch", "", "", "names all"},
		{"a node group of another schedule", on, []string{"shared"}, `{"nodegroups":["web"],"schedules":["shared:batch"]}`, "", "", `nodegroups[0]: unknown name "web"; known: big`, "names all"},
		{"an unknown profile", on, both, `{"profile":"peak"}`, "", "", `profile: unknown profile "peak" in cluster production; known: normal`, "names all"},
	} {
		s := &store{settings: row.settings, clusters: row.clusters}
		got, err := load(s, row.input)
		if text := fmt.Sprint(err); (err != nil) != (row.fails != "") || !strings.Contains(text, row.fails) {
			t.Errorf("%s: %v; want %q", row.rule, err, row.fails)
		}
		if reads := strings.Join(s.reads, " "); reads != row.reads {
			t.Errorf("%s: reads %s; want %s", row.rule, reads, row.reads)
		}
		if row.fails != "" {
			continue
		}
		if units := strings.Join(got.Units, " "); units != row.units || !strings.HasPrefix(got.Notice, row.notice) || (got.Notice == "") != (row.notice == "") {
			t.Errorf("%s: units %q, notice %q; want %q, %q", row.rule, units, got.Notice, row.units, row.notice)
		}
	}
}

// TestATriggerNotesWhatIsGone because it was created for an earlier configuration.
func TestATriggerNotesWhatIsGone(t *testing.T) {
	t.Parallel()
	s := &store{settings: `{"paused":false,"timezone":"UTC"}`, clusters: []string{"production"}}
	got, err := load(s, `{"trigger":"schedule","clusters":["test","production","old","test"]}`)
	want := []string{"cluster old is no longer configured", "cluster test is no longer configured"}
	if diff := cmp.Diff(want, got.Notes); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestAThousandClustersThatAreGoneAreCounted(t *testing.T) {
	t.Parallel()
	var names []string
	for i := range 1000 {
		names = append(names, fmt.Sprintf("c%03d", i))
	}
	notes := gone("cluster", names, []string{"c000"}, inventory.Snapshot{})
	if len(notes) != 11 || notes[9] != "cluster c010 is no longer configured" || notes[10] != "no longer configured either: 989 more clusters" {
		t.Errorf("found %q", notes)
	}
}

// TestTheConcurrencyIsAlwaysThere because the map fails without it, even if there is nothing to do.
func TestTheConcurrencyIsAlwaysThere(t *testing.T) {
	t.Parallel()
	for settings, want := range map[string]int{
		"":                                  200,
		`{"paused":false,"timezone":"UTC"}`: 200,
		`{"paused":false,"timezone":"UTC","fleet":{"units":1}}`:    1,
		`{"paused":false,"timezone":"UTC","fleet":{"units":1000}}`: 1000,
		`{"paused":true,"timezone":"UTC","fleet":{"units":1000}}`:  1000,
	} {
		got, err := load(&store{settings: settings}, `{}`)
		if err != nil || got.Concurrency != want {
			t.Errorf("%s: found %d, %v; want %d", settings, got.Concurrency, err, want)
		}
	}
	_, err := load(&store{settings: `{"paused":false,"timezone":"UTC","fleet":{"units":0}}`}, `{}`)
	if want := "settings/global: fleet.units: must be a whole number from 1 to 1000, not 0"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v; want %s", err, want)
	}
}

// The definition branches on signals, and passes readings on, also where there are none.
func TestARunWithSignalsReadsThem(t *testing.T) {
	t.Parallel()
	for settings, want := range map[string]bool{
		"":                                  false,
		`{"paused":false,"timezone":"UTC"}`: false,
		`{"paused":false,"timezone":"UTC","signals":{}}`:                                   false,
		`{"paused":false,"timezone":"UTC","signals":{"a":{"alarm":"b","otherwise":true}}}`: true,
	} {
		got, err := load(&store{settings: settings}, `{}`)
		if err != nil || got.Signals != want || got.Readings == nil || len(got.Readings) != 0 {
			t.Errorf("%s: found signals %t, readings %v, %v; want %t and an empty object", settings, got.Signals, got.Readings, err, want)
		}
	}
}

// Runs are ordered by their first instant, which has milliseconds in the order of a claim.
func TestARunTakesItsFirstInstant(t *testing.T) {
	t.Parallel()
	s := &store{settings: `{"paused":false,"timezone":"UTC"}`, clusters: []string{"production"}}
	got, err := load(s, `{"trigger":"schedule","due":"2026-11-24T06:30:00-03:00","at":"2026-11-24T08:00:00Z","force":true}`)
	if err != nil {
		t.Fatal(err)
	}
	want := run.Run{
		Execution: run.Execution{Name: "run"}, Trigger: "schedule", TakenAt: now, Force: true,
		At: time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC), Due: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got.Run); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if order := got.Run.Order(); order != "2026-11-24T09:29:59.700Z#run" {
		t.Errorf("found the order %s", order)
	}
}
