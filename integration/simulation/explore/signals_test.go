package explore_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/simulation/explore"
	"eks-scaling-automation/integration/simulation/planted"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/signal"
)

// stormy is a small cluster in which nothing changes but by a condition: it raises big while rain is above 20, until it is at most 12.
const stormy = `
timezone: America/Sao_Paulo
signals: {rain: {parameter: /rain, otherwise: false}}
clusters:
  - name: production
    region: sa-east-1
    nodegroups: {small: {minSize: 0, maxSize: 1}, big: {minSize: 0, maxSize: 5}}
    profiles: {normal: {small: 0, big: 1}, wet: {big: 2}}
    schedule:
      default: normal
      periods:
        - {name: storm, profile: wet, from: "00:00", to: "06:00", when: {signal: rain, above: 20, until: 12}}
`

// inRain is a scenario of runs that have read rain some time before the start.
func inRain(read []signal.Readings, runs ...run.Run) explore.Scenario {
	s := over(atOnce, runs...)
	s.Readings, s.MaxStates = read, 4_000_000
	return s
}

func rain(value string, ago time.Duration) signal.Readings {
	return signal.Readings{"rain": {Value: value, At: one.Add(-ago)}}
}

func inStorm(t *testing.T, f explore.Faults) *explore.Explorer {
	t.Helper()
	x, err := explore.New(explore.Setup{Config: []byte(stormy), Start: one, Faults: f})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// Two runs decide at once from different readings, and an invocation may die. Whichever claims the unit when, it remembers what both have judged.
func TestEveryInterleavingRemembersConditions(t *testing.T) {
	for _, row := range []struct {
		name         string
		least        int
		older, newer signal.Readings
	}{
		{"the newer one reads a value between the thresholds", 3_000, rain("25", time.Minute), rain("15", 10*time.Second)},
		{"the newer one has the older reading", 3_000, rain("3", 10*time.Second), rain("25", time.Minute)},
		{"the newer one could not read it", 3_000, rain("25", time.Minute), signal.Readings{"rain": {At: one, Error: "no answer in time"}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := inRain([]signal.Readings{row.older, row.newer}, night, late)
			s.Deaths = 1
			r, err := inStorm(t, explore.Faults{}).Explore(s)
			keepsTheRules(t, r, err, row.least)
		})
	}
}

// blind takes the claim without what the run before has recorded since the record was read.
type blind struct {
	planted.Units
	read map[string]signal.Memory
}

func (b *blind) Unit(ctx context.Context, name string) (claim.Unit, error) {
	u, err := b.Units.Unit(ctx, name)
	b.read = u.Conditions
	return u, err
}

func (b *blind) Claim(ctx context.Context, u claim.Unit, c claim.Claim, nodegroups []string) (claim.Unit, error) {
	after, err := b.Units.Claim(ctx, u, c, nodegroups)
	after.Conditions = b.read
	return after, err
}

// anyReading forgets when the last value was read.
func anyReading(u *claim.Unit) {
	for name, m := range u.Conditions {
		m.At = time.Time{}
		u.Conditions = map[string]signal.Memory{name: m}
	}
}

func TestPlantedFaultsOfMemoriesAreFound(t *testing.T) {
	for _, row := range []struct {
		name   string
		faults explore.Faults
		read   []signal.Readings
	}{
		{
			"a claim does not show what was recorded meanwhile",
			explore.Faults{Units: func(u planted.Units) planted.Units { return &blind{Units: u} }},
			[]signal.Readings{rain("25", time.Minute), rain("15", 10*time.Second)},
		},
		{"an older reading replaces a newer one", forgets(anyReading), []signal.Readings{rain("3", 10*time.Second), rain("25", time.Minute)}},
		{
			"rounds do not depend on the claim",
			explore.Faults{Database: func(api tables.API) tables.API { return unconditional{api, "conditions", " ="} }},
			[]signal.Readings{rain("25", time.Minute), rain("3", 10*time.Second)},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := inRain(row.read, night, late)
			s.Rules = []explore.Rule{explore.Remembered}
			r, err := inStorm(t, row.faults).Explore(s)
			if err != nil {
				t.Fatal(err)
			}
			if r.Broken == nil {
				t.Fatalf("nothing was found in %d states: %v", r.States, r.Outcomes)
			}
			t.Logf("found among %d states:\n%s", r.States, strings.Join(r.Story, "\n"))
		})
	}
}
