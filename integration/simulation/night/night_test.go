package night

import (
	"flag"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// nights is how many cases each run of the tests simulates: as many as a planted fault may take to be found. They take about half a
// minute of computing; make simulate runs more.
const nights = plantedCases

var (
	first = flag.Uint64("first", 1, "the seed of the first night")
	cases = flag.Int("cases", nights, "how many nights to simulate")
	story = flag.Bool("story", false, "print the story of every bad night")
)

// fewerCollections lets garbage pile up: the simulation lives on short-lived objects.
func fewerCollections(t *testing.T) {
	before := debug.SetGCPercent(1600)
	t.Cleanup(func() { debug.SetGCPercent(before) })
}

func TestNoNightEndsWrong(t *testing.T) {
	fewerCollections(t)
	tally, err := Many(*first, *cases, Options{}, func(r Result) {
		t.Errorf("seed %d: %s", r.Seed, strings.Join(r.Violations, "\n  "))
		if *story {
			again, _ := Run(r.Seed, Options{Story: true})
			t.Log(strings.Join(again.Story, "\n"))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d cases, %d violations, %d runs, %d calls", tally.Cases, tally.Violations, tally.Runs, tally.Calls)
}

func TestASeedIsAlwaysTheSameNight(t *testing.T) {
	for seed := range uint64(5) {
		one, err := Run(seed+1, Options{Story: true})
		if err != nil {
			t.Fatal(err)
		}
		other, _ := Run(seed+1, Options{Story: true})
		if silent, _ := Run(seed+1, Options{}); silent.Calls != one.Calls {
			t.Errorf("seed %d: %d calls with a story, %d without", seed+1, one.Calls, silent.Calls)
		}
		if len(one.Story) < 50 || !slices.Equal(one.Story, other.Story) {
			t.Errorf("seed %d tells two stories, of %d and %d lines", seed+1, len(one.Story), len(other.Story))
		}
	}
}
