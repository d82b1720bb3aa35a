package explore_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/simulation/explore"
	"eks-scaling-automation/shared/run"
)

// deep adds scenarios that take minutes. Those without it stay the same.
var deep = flag.Bool("explore.deep", false, "explore more deaths, more runs and more that happens at once; takes minutes")

// one is one o'clock in the reference cluster's night: sleep has just begun, with small 1 and big 0.
var one = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)

// The runs over the reference cluster, from the oldest to the newest.
var (
	early  = manual("early", -90*time.Second, "normal")
	night  = runNamed("night", -60*time.Second)
	normal = manual("normal", -30*time.Second, "normal")
	narrow = only(runNamed("narrow", -20*time.Second), "big")
	late   = runNamed("late", -10*time.Second)
)

// The ways in which an update ends badly.
var (
	launch   = eksmodel.Issue{Code: "AsgInstanceLaunchFailures", Message: "no capacity"}
	fails    = explore.Ending{Name: "badly", How: eksmodel.Ending{Failure: launch}}
	keeps    = explore.Ending{Name: "badly, with the new sizes", How: eksmodel.Ending{Failure: launch, KeepsNewSizes: true, Health: []eksmodel.Issue{launch}}}
	degrades = explore.Ending{Name: "without nodes", How: eksmodel.Ending{Health: []eksmodel.Issue{launch}}}
)

// explorer explores the night of the reference cluster.
func explorer(t testing.TB, f explore.Faults) *explore.Explorer {
	t.Helper()
	document, err := os.ReadFile("../../../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	x, err := explore.New(explore.Setup{Config: document, Start: one, Faults: f})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// over is the reference cluster before its night, with runs over it.
func over(b eksmodel.Behavior, runs ...run.Run) explore.Scenario {
	b.Duration = eksmodel.Forever
	before := runNamed("before", -30*time.Minute)
	of := func(name string) eksmodel.Ref { return eksmodel.Ref{Cluster: "production", Nodegroup: name} }
	return explore.Scenario{
		Before: &before, Runs: runs,
		Nodegroups: []eksmodel.Nodegroup{
			{Ref: of("small"), Sizes: eksmodel.Sizes{Max: 1}, Behavior: b},
			{Ref: of("big"), Sizes: eksmodel.Sizes{Max: 5, Desired: 1}, Behavior: b},
		},
	}
}

// progress is a run of the schedule that took its instant some time after one o'clock.
func runNamed(name string, after time.Duration) run.Run {
	return run.Run{Execution: run.Execution{ARN: "arn:" + name, Name: name}, Trigger: "schedule", TakenAt: one.Add(after)}
}

// manual is a run of a person for a profile.
func manual(name string, after time.Duration, profile string) run.Run {
	r := runNamed(name, after)
	r.Trigger, r.Actor, r.Reason, r.Profile = "manual", "ana", "release", profile
	return r
}

// only is a run that covers one node group.
func only(r run.Run, nodegroup string) run.Run {
	r.Nodegroups = []string{nodegroup}
	return r
}

// bounded sets bounds of a scenario.
func bounded(s explore.Scenario, set func(*explore.Scenario)) explore.Scenario {
	set(&s)
	return s
}

// scenario is one to explore, with the least number of states that it must have.
type scenario struct {
	name  string
	least int
	explore.Scenario
}

// What time passes by: until intents have expired, and until claims are dead.
var spans = []time.Duration{100 * time.Second, 301 * time.Second}

// How updates may show: new sizes at once or at the end, and nodes that go at once. With a lag, EKS still says ACTIVE after
// it has accepted an update.
var (
	atOnce = eksmodel.Behavior{}
	atEnd  = eksmodel.Behavior{Visible: eksmodel.AtEnd}
	lags   = eksmodel.Behavior{StatusLag: time.Hour}
)

// scenarios are explored by every run of the tests.
func scenarios() []scenario {
	return []scenario{
		{"a night alone", 50, over(atOnce, night)},
		{"a night alone: updates fail, an invocation dies, time passes", 3_000, bounded(over(lags, night), func(s *explore.Scenario) {
			s.Endings, s.Deaths, s.Passes, s.Spans = []explore.Ending{fails, degrades}, 1, 1, spans[1:]
		})},
		{"a night alone: an invocation is repeated while it runs", 5_000, bounded(over(atOnce, night), func(s *explore.Scenario) {
			s.Ghosts = 1
		})},
		{"a night and a newer manual run: updates fail, two switches", 10_000, bounded(over(atOnce, night, normal), func(s *explore.Scenario) {
			s.Endings, s.Switches = []explore.Ending{fails}, 2
		})},
		{"a night and a newer manual run: an invocation dies, one switch", 10_000, bounded(over(atOnce, night, normal), func(s *explore.Scenario) {
			s.Deaths, s.Switches = 1, 1
		})},
		{"a manual run and a newer night: updates fail, invocations die", 10_000, bounded(over(atOnce, early, night), func(s *explore.Scenario) {
			s.Endings, s.Deaths = []explore.Ending{fails}, 2
		})},
		// What happens while none has stopped is every interleaving of the two.
		{"a night and a newer manual run: one stops for ever", 50_000, bounded(over(atEnd, night, normal), func(s *explore.Scenario) {
			s.Stops = 1
		})},
		{"a night, a newer manual run and a newer night: one switch", 10_000, bounded(over(atOnce, night, normal, late), func(s *explore.Scenario) {
			s.Switches = 1
		})},
		{"a night and a newer run for big: two switches", 10_000, bounded(over(atOnce, night, narrow), func(s *explore.Scenario) { s.Switches = 2 })},
	}
}

// deepScenarios are explored on request.
func deepScenarios() []scenario {
	bad := []explore.Ending{fails}
	return []scenario{
		{"a night alone: updates fail, two invocations die, time passes", 20_000, bounded(over(lags, night), func(s *explore.Scenario) {
			s.Endings, s.Deaths, s.Passes, s.Spans = []explore.Ending{fails, keeps, degrades}, 2, 1, spans
		})},
		{"two nights: updates fail", 50_000, bounded(over(atOnce, night, late), func(s *explore.Scenario) { s.Endings = bad })},
		{"a night and a newer manual run: an invocation dies", 100_000, bounded(over(atOnce, night, normal), func(s *explore.Scenario) {
			s.Deaths = 1
		})},
		{"a night and a newer manual run: the status lags, updates fail", 100_000, bounded(over(lags, night, normal), func(s *explore.Scenario) {
			s.Endings = bad
		})},
		{"a night and a newer manual run: time passes", 100_000, bounded(over(atOnce, night, normal), func(s *explore.Scenario) {
			s.Passes, s.Spans = 1, spans
		})},
		{"a night and a newer manual run: updates fail, an invocation dies", 100_000, bounded(over(atOnce, night, normal), func(s *explore.Scenario) {
			s.Endings, s.Deaths = bad, 1
		})},
		{"a night and a newer manual run: new capacity does not come", 100_000, bounded(over(atOnce, night, normal), func(s *explore.Scenario) {
			s.Endings = []explore.Ending{keeps, degrades}
		})},
		{"a night and a newer manual run: updates fail", 100_000, bounded(over(atOnce, night, normal), func(s *explore.Scenario) { s.Endings = bad })},
		{"a night and a newer run for big: updates fail", 100_000, bounded(over(atOnce, night, narrow), func(s *explore.Scenario) {
			s.Endings = bad
		})},
		{"a night, a manual run and a newer night", 100_000, over(atOnce, night, normal, late)},
	}
}

// keepsTheRules checks an exploration that must reach at least some states and break no rule.
func keepsTheRules(t *testing.T, r explore.Report, err error, least int) {
	t.Helper()
	t.Logf("%d states, %d moves, %d ends: %v", r.States, r.Moves, r.Ends, r.Outcomes)
	switch {
	case err != nil:
		t.Fatal(err)
	case r.Broken != nil:
		t.Errorf("a rule is broken:\n%s", strings.Join(r.Story, "\n"))
	case r.States < least || r.Ends == 0:
		t.Errorf("%d states with %d ends; want at least %d states and an end", r.States, r.Ends, least)
	}
}

func TestEveryInterleavingKeepsTheRules(t *testing.T) {
	x := explorer(t, explore.Faults{})
	rows, most := scenarios(), 400_000
	if *deep {
		rows, most = append(rows, deepScenarios()...), 10_000_000
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			row.MaxStates = most
			r, err := x.Explore(row.Scenario)
			keepsTheRules(t, r, err, row.least)
		})
	}
}
