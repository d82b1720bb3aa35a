package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/runtime/node"
	"eks-scaling-automation/integration/world"
)

const binaries = "../../build/local"

func TestMain(m *testing.M) {
	code := m.Run()
	node.EndResting()
	os.Exit(code)
}

// TestASmallFleet does what make fleet does, with few units.
func TestASmallFleet(t *testing.T) {
	if err := world.Build(t.Context(), binaries); err != nil {
		t.Fatal(err)
	}
	o := options{units: 3, nodegroups: 2, growth: []int{1, 2, 3}, months: []int{2}, budgets: []int{2}, accounts: 3, regions: 2, binaries: binaries, progress: t.Output(), now: time.Now}
	r, err := all(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.wrong) > 0 {
		t.Errorf("found wrong:\n%s", strings.Join(r.wrong, "\n"))
	}
	for _, part := range []string{"## Faults", "## Accounts and regions", "| one account has no spoke | 2 | 4 | 0 | - | 2 | 6 of 6 | 2 | 2 | 0 |", "| 6 of 6 |", "## Cost of a month"} {
		if text := r.text(); !strings.Contains(text, part) {
			t.Errorf("found no %q in:\n%s", part, text)
		}
	}
}

// TestABudgetIsKept where EKS itself would answer any number of calls.
func TestABudgetIsKept(t *testing.T) {
	if err := world.Build(t.Context(), binaries); err != nil {
		t.Fatal(err)
	}
	o := options{binaries: binaries, progress: t.Output(), now: time.Now}
	l := layout{units: 6, nodegroups: 4, accounts: 1, regions: 1, updates: 2, reads: 4}
	p, err := pairOf(t.Context(), o, l, conditions{updates: usual})
	if err != nil {
		t.Fatal(err)
	}
	if wrong := p.faults(); len(wrong) > 0 {
		t.Errorf("found wrong:\n%s", strings.Join(wrong, "\n"))
	}
	for name, m := range map[string]figures{"all change": p.changing, "nothing to do": p.idle} {
		t.Logf("%s: %d reads and %d updates a second, %d throttled, in %s", name, m.peakReads, m.peakUpdates, m.throttled, m.took)
		if m.peakReads > l.reads || m.peakUpdates > l.updates || m.throttled > 0 {
			t.Errorf("%s: a peak of %d reads and %d updates, %d throttled; want at most 4, 2 and 0", name, m.peakReads, m.peakUpdates, m.throttled)
		}
	}
}

// sized returns a correct pair of runs with the given numbers of units and transitions.
func sized(units, changing, idle int) pair {
	of := func(transitions int) figures {
		return figures{units: units, layout: layout{nodegroups: 10}, recorded: units, status: engine.Succeeded, counts: counts{transitions: transitions}}
	}
	return pair{changing: of(changing), idle: of(idle)}
}

func TestAMonthIsCountedByTheLinesOfItsRuns(t *testing.T) {
	t.Parallel()
	r := report{
		o:       options{nodegroups: 10},
		growth:  []pair{sized(1, 0, 11), sized(11, 0, 41)},           // 8 and 3 a unit
		monthly: []pair{sized(1, 110, 0), sized(11, 1010, 0)},        // 20 and 90 a unit
		own:     []pair{sized(1, 111, 0), sized(10, 10*(110+10), 0)}, // a run of one unit: 110 and 1 a unit of the fleet
		single:  []pair{sized(1, 50, 11)},
	}
	for _, b := range r.bills() {
		want := map[bool]float64{false: 730*(8+3*float64(b.units)) + 61*(20+90*float64(b.units)), true: 730*(8+3*float64(b.units)) + 61*float64(b.units)*(110+float64(b.units))}[b.own]
		if b.nodegroups == 1 {
			want = 730*11 + 61*50
		}
		if got := b.amounts[0]; got < want-1e-6*want || got > want+1e-6*want {
			t.Errorf("%d node groups, own hours %t: found %.0f transitions; want %.0f", b.nodegroups, b.own, got, want)
		}
	}
}

func TestGrowthThatIsNoStraightLineIsWrong(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		middle int // transitions of 100 units
		wrong  bool
	}{
		"on the line": {1007, false}, "0.9 % above": {1016, false}, "1.1 % above": {1019, true}, "1.1 % below": {995, true},
	} {
		r := report{growth: []pair{sized(1, 17, 11), sized(100, row.middle, 308), sized(1000, 10007, 3008)}}
		if wrong := r.crooked(); (len(wrong) > 0) != row.wrong {
			t.Errorf("%s: found %q", name, wrong)
		}
	}
}

func TestWhatIsOverALimitIsWrong(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(p *pair)
		want   string // empty: nothing is wrong
	}{
		"at all limits": {func(p *pair) {
			p.idle.transitions, p.changing.maxEvents, p.idle.runEvents, p.idle.largestState = 12, 24_999, 24_999, 256*1024-1
			p.changing.peakReads, p.changing.peakUpdates = 20, 10
		}, ""},
		"an idle run with 13 transitions": {func(p *pair) { p.idle.transitions = 13 }, "13 transitions; want at most 12"},
		"events of a unit":                {func(p *pair) { p.changing.maxEvents = 25_000 }, "found 25000"},
		"events of a run":                 {func(p *pair) { p.idle.runEvents = 25_000 }, "found 25000"},
		"a large state":                   {func(p *pair) { p.idle.largestState = 256 * 1024 }, "found 262144"},
		"too many reads":                  {func(p *pair) { p.changing.peakReads = 21 }, "peak of EKS reads: found 21; want at most 20"},
		"too many updates":                {func(p *pair) { p.changing.peakUpdates = 11 }, "peak of EKS updates: found 11; want at most 10"},
		"a failed unit":                   {func(p *pair) { p.idle.failed = 1 }, "units failed: found 1"},
		"a unit without a record":         {func(p *pair) { p.idle.recorded = 0 }, "units on record: found 0"},
		"a node group at another size":    {func(p *pair) { p.changing.nodegroups = 1 }, "node groups right: found 0; want 1"},
		"a failed run":                    {func(p *pair) { p.changing.status = engine.Failed }, "status: found FAILED"},
	} {
		p := sized(1, 17, 11)
		p.rates = eks.Rates{Reads: 10, Updates: 5}
		row.change(&p)
		if wrong := strings.Join(p.faults(), "\n"); (wrong == "") != (row.want == "") || !strings.Contains(wrong, row.want) {
			t.Errorf("%s: found %q; want %q", name, wrong, row.want)
		}
	}
}

func TestMoneyIsInCents(t *testing.T) {
	t.Parallel()
	for n, want := range map[float64]string{0: "0.00", 0.004: "0.00", 1.996: "2.00", 1234.5: "1,234.50", 0.05: "0.05"} {
		if got := money(n); got != want {
			t.Errorf("%g: found %s; want %s", n, got, want)
		}
	}
}

func TestTheChartIsXML(t *testing.T) {
	t.Parallel()
	drawn := chart{title: "a & b", x: "units", y: "<transitions>", lines: []series{{name: "x", color: "#000", points: []point{{1, 100}, {1000, 90_000}}}}}.svg()
	for decoder := xml.NewDecoder(strings.NewReader(drawn)); ; {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v in\n%s", err, drawn)
		}
	}
}

func TestBadFlagsAreRefused(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]string{
		"-units=19": "want 20 to 1000", "-units=1001": "want 20 to 1000", "-nodegroups=1": "want 2 to 30", "-part=x": "want all or places", "17": "unexpected argument", "-x": "not defined",
	} {
		if _, err := read([]string{arg}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: found %v; want an error with %q", arg, err, want)
		}
	}
}
