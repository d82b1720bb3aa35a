package weekgrid_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/weekgrid"
)

var (
	stormy = weekgrid.Conditional{Condition: "rain > 20", Profile: "peak", Sizes: []string{"big 6"}, Weight: 6}
	frozen = weekgrid.Conditional{Condition: "freeze is CLOSED", Profile: "keep", Sizes: []string{"big 1"}, Weight: 1}
)

// conditionalDay has a storm that is possible from 06:00 to 22:00, and a freeze from 20:00 on.
func conditionalDay() weekgrid.Grid {
	day := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	span := func(hour int, profile string, weight int, conditional ...weekgrid.Conditional) weekgrid.Span {
		return weekgrid.Span{From: day.Add(time.Duration(hour) * time.Hour), Profile: profile, Source: "default", Weight: weight, Conditional: conditional}
	}
	return grid(weekgrid.Lane{Name: "production", Zone: time.UTC, From: day, Until: day.AddDate(0, 0, 1), Spans: []weekgrid.Span{
		span(0, "normal", 2), span(6, "normal", 2, stormy), span(18, "peak", 6), span(20, "normal", 2, frozen, stormy), span(22, "normal", 2, frozen),
	}})
}

func TestConditionsAreMarkedBelowWhatAppliesWithoutThem(t *testing.T) {
	got := text(t, conditionalDay(), false, 65)
	_, got, _ = strings.Cut(got, "24\n")
	want := `Tue 2026-11-24  nnnnnnnnnnnnnnnnnnPPnnnn
                      ////////////  XX\\

  n  normal
  P  peak
  /  if rain > 20: peak, big 6
  \  if freeze is CLOSED: keep, big 1
  X  more than one of these conditions
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAMarkHasTheColorOfItsProfile(t *testing.T) {
	got := text(t, conditionalDay(), true, 65)
	const peak = "\x1b[38;5;231;48;5;29m"
	for _, want := range []string{peak + "PP\x1b[0m", peak + "////////////\x1b[0m", peak + "/\x1b[0m  if rain > 20"} {
		if !strings.Contains(got, want) {
			t.Errorf("found no %q in\n%q", want, got)
		}
	}
}

// A condition that is possible for a few minutes has its own cell, or is named in a note.
func TestAShortWindowOfAConditionIsShown(t *testing.T) {
	for _, test := range []struct {
		rule, want string
		minutes    []int // at which the window and the next ones begin
	}{
		{"alone it has its cell", "\n                            /\n", []int{370, 380}},
		{"beside another it is in a note", "  *  Tue 2026-11-24 06:00 to 06:30: normal, 06:03 normal (if rain > 20: peak),\n     06:06 peak, 06:09 normal (if rain > 20: peak)", []int{363, 366, 369}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			g := conditionalDay()
			spans := g.Lanes[0].Spans[:1]
			possible := weekgrid.Span{Profile: "normal", Weight: 2, Conditional: []weekgrid.Conditional{stormy}}
			kinds := []weekgrid.Span{possible, {Profile: "normal", Weight: 2}}
			if len(test.minutes) > 2 {
				kinds = []weekgrid.Span{possible, {Profile: "peak", Weight: 6}, possible}
			}
			for i, minute := range test.minutes {
				s := kinds[i]
				s.From = spans[0].From.Add(time.Duration(minute) * time.Minute)
				spans = append(spans, s)
			}
			g.Lanes[0].Spans = spans
			if got := text(t, g, false, 80); !strings.Contains(got, test.want) {
				t.Errorf("found no %q in\n%s", test.want, got)
			}
		})
	}
}

// The base stays visible below the hatching, which is as high as the nodes that the condition may lead to.
func TestThePictureHatchesConditions(t *testing.T) {
	var b strings.Builder
	if err := conditionalDay().WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	elements := parse(t, b.String())
	patterns := map[string]bool{}
	var heights []string
	for i, e := range elements {
		if e.name == "pattern" {
			patterns["url(#"+e.attributes["id"]+")"] = true
		}
		if fill := e.attributes["fill"]; strings.HasPrefix(fill, "url(#weekgrid-if-") {
			if !patterns[fill] {
				t.Errorf("%s has no pattern", fill)
			}
			below := elements[i-1]
			for strings.HasPrefix(below.attributes["fill"], "url(") || below.name == "title" {
				i--
				below = elements[i-1]
			}
			heights = append(heights, below.attributes["height"]+" below "+e.attributes["height"])
		}
	}
	want := []string{"15.33 below 22", "15.33 below 15.33", "15.33 below 22", "15.33 below 15.33"} // 06:00, both at 20:00, and 22:00
	if diff := cmp.Diff(want[:4], heights[:4]); diff != "" {
		t.Errorf("heights (-want +got):\n%s", diff)
	}
	for _, want := range []string{"normal (default); if rain &gt; 20: peak, big 6</title>", ">if freeze is CLOSED: keep, big 1</text>"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("found no %q in\n%s", want, b.String())
		}
	}
}

func TestConditionsBeyondTheMarksShareTheLastOne(t *testing.T) {
	g := conditionalDay()
	for i := range g.Lanes[0].Spans {
		g.Lanes[0].Spans[i].Conditional = nil
	}
	for i := range 8 {
		s := weekgrid.Span{From: g.Lanes[0].From.Add(time.Duration(i) * time.Hour), Profile: "normal"}
		s.Conditional = []weekgrid.Conditional{{Condition: "rain > " + string(rune('1'+i)), Profile: "peak", Sizes: []string{"big 6"}, Weight: 6}}
		g.Lanes[0].Spans = append(g.Lanes[0].Spans[:i:i], s)
	}
	if got := text(t, g, false, 65); !strings.Contains(got, `                /\=#%+++++`) {
		t.Errorf("found\n%s", got)
	}
}
