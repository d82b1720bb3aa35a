package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

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
	o := options{units: 4, nodegroups: 2, growth: []int{1}, budgets: []int{2}, binaries: binaries, progress: t.Output(), now: time.Now}
	r, err := all(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.wrong) > 0 {
		t.Errorf("found wrong:\n%s", strings.Join(r.wrong, "\n"))
	}
	if _, off := lineOf(r.growth, func(p pair) int { return p.idle.transitions }); off > 0 {
		t.Errorf("idle runs are %.3f off a straight line", off)
	}
	if one := r.growth[0].idle; one.transitions > 12 {
		t.Errorf("an idle run of one unit takes %d transitions; want at most 12", one.transitions)
	}
	text := r.text()
	for _, part := range []string{"## Faults", "| 8 of 8 |", "## Cost of a month"} {
		if !strings.Contains(text, part) {
			t.Errorf("found no %q in:\n%s", part, text)
		}
	}
}

func TestAMonthIsCountedByTheLinesOfItsRuns(t *testing.T) {
	t.Parallel()
	at := func(units, changing, idle int) pair {
		return pair{
			changing: figures{units: units, layout: layout{nodegroups: 10}, counts: counts{transitions: changing}},
			idle:     figures{units: units, counts: counts{transitions: idle}},
		}
	}
	points := []pair{at(1, 110, 11), at(11, 1010, 41)} // 20 and 90 a unit; 8 and 3 a unit
	for own, want := range map[bool]float64{false: 730*(8+3*10) + 61*(20+90*10), true: 730*(8+3*10) + 610*(20+90)} {
		if got := billOf(points, 100, 10, own).transitions; got != want {
			t.Errorf("own hours %t: found %.0f transitions; want %.0f", own, got, want)
		}
	}
}

func TestTheChartIsXML(t *testing.T) {
	t.Parallel()
	drawn := chart{title: "a & b", unit: "units", lines: []series{{name: "x", color: "#000", points: []point{{1, 100}, {1000, 90_000}}}}}.svg()
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
		"-units=19": "want 20 to 1000", "-units=1001": "want 20 to 1000", "-nodegroups=1": "want 2 to 30", "17": "unexpected argument", "-x": "not defined",
	} {
		if _, err := read([]string{arg}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: found %v; want an error with %q", arg, err, want)
		}
	}
}
