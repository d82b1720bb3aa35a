package weekgrid_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/weekgrid"
)

// plan is a timetable to draw: "2026-11-23 06:30" or "2026-11-23T06:30:00-03:00" to a profile's name, which says its
// source too when it is not the default: "peak override".
type plan struct {
	at, profile string
}

// sizes are the profiles of the tests.
var sizes = map[string]weekgrid.Span{
	"sleep":  {Profile: "sleep", Detail: "small 1, big 0", Weight: 1},
	"normal": {Profile: "normal", Detail: "small 0, big 1", Weight: 1},
	"peak":   {Profile: "peak", Detail: "small 0, big 3", Weight: 3},
	"off":    {Detail: "small 0, big 0"},
	"huge":   {Detail: "small 1, big 9", Weight: 10},
}

func lane(t testing.TB, zone, until string, plans ...plan) weekgrid.Lane {
	t.Helper()
	loc := location(t, zone)
	l := weekgrid.Lane{Name: "production", Zone: loc, Until: at(t, loc, until)}
	for _, p := range plans {
		profile, source, ok := strings.Cut(p.profile, " ")
		if !ok {
			source = "default"
		}
		span, ok := sizes[profile]
		if !ok {
			t.Fatalf("no sizes for %q", profile)
		}
		span.From, span.Source = at(t, loc, p.at), source
		l.Spans = append(l.Spans, span)
	}
	l.From = l.Spans[0].From
	return l
}

func location(t testing.TB, zone string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// at reads a local time, or one with its offset where the wall clock alone would not do.
func at(t testing.TB, loc *time.Location, text string) time.Time {
	t.Helper()
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", text, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// reference is a week in São Paulo with an override on its Friday.
func reference(t testing.TB) weekgrid.Grid {
	t.Helper()
	day := func(date string, more ...plan) []plan {
		return append([]plan{{date + " 01:00", "sleep period"}, {date + " 06:30", "normal"}}, more...)
	}
	weekend := func(date string) []plan {
		return []plan{{date + " 00:00", "sleep period"}, {date + " 06:30", "normal"}}
	}
	return weekgrid.Grid{Title: "examples/sao-paulo.yaml", Lanes: []weekgrid.Lane{
		lane(t, "America/Sao_Paulo", "2026-11-30 00:00", slices.Concat(
			[]plan{{"2026-11-23 00:00", "normal"}}, day("2026-11-23"),
			[]plan{{"2026-11-24 01:00", "sleep period"}, {"2026-11-24 06:30", "peak period"}, {"2026-11-24 11:30", "normal"}},
			day("2026-11-25"), day("2026-11-26"),
			day("2026-11-27", plan{"2026-11-27 08:00", "peak override"}, plan{"2026-11-27 20:00", "normal"}),
			weekend("2026-11-28"), weekend("2026-11-29"),
		)...),
	}}
}

func text(t testing.TB, g weekgrid.Grid, color bool, width int) string {
	t.Helper()
	var out strings.Builder
	if err := g.WriteText(&out, color, width); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func svg(t testing.TB, g weekgrid.Grid) string {
	t.Helper()
	var out strings.Builder
	if err := g.WriteSVG(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestReferenceWeek(t *testing.T) {
	clitest.Golden(t, "week.txt", text(t, reference(t), false, 80))
	clitest.Golden(t, "week.svg", svg(t, reference(t)))
}

// TestChangedClocks keeps what a year seldom shows: an hour that comes twice, one that is left out, a day that is.
func TestChangedClocks(t *testing.T) {
	named := func(name string, l weekgrid.Lane) weekgrid.Lane {
		l.Name = name
		return l
	}
	g := weekgrid.Grid{Title: `a title with <tags> & "quotes"`, Lanes: []weekgrid.Lane{
		named("autumn", lane(t, "Europe/Berlin", "2026-10-26 09:10",
			plan{"2026-10-24 10:10", "normal"}, plan{"2026-10-24 22:00", "sleep period"},
			plan{"2026-10-25T02:30:00+02:00", "peak override"}, plan{"2026-10-25T02:30:00+01:00", "off override"},
			plan{"2026-10-25 06:30", "normal"}, plan{"2026-10-25 12:10", "huge override"}, plan{"2026-10-25 12:13", "normal"},
			plan{"2026-10-25 14:00", "huge override"}, plan{"2026-10-25 22:00", "normal"})),
		named("spring", lane(t, "Europe/Berlin", "2026-03-30 00:00",
			plan{"2026-03-29 00:00", "sleep period"}, plan{"2026-03-29 03:00", "normal"}, plan{"2026-03-29 04:05", "peak period"},
			plan{"2026-03-29 04:10", "sleep period"}, plan{"2026-03-29 04:20", "normal"})),
		named("date line", lane(t, "Pacific/Apia", "2012-01-01 00:00",
			plan{"2011-12-29 00:00", "sleep period"}, plan{"2011-12-29 12:00", "normal"})),
	}}
	clitest.Golden(t, "clocks.txt", text(t, g, false, 80))
	clitest.Golden(t, "clocks.svg", svg(t, g))
}

// brokenPipe is a writer that fails.
type brokenPipe struct{}

var errBroken = errors.New("broken pipe")

func (brokenPipe) Write([]byte) (int, error) { return 0, errBroken }

func TestTheWritersErrorIsReturned(t *testing.T) {
	for form, err := range map[string]error{
		"text": reference(t).WriteText(brokenPipe{}, false, 80), "SVG": reference(t).WriteSVG(brokenPipe{}),
	} {
		if !errors.Is(err, errBroken) {
			t.Errorf("%s: found %v; want the writer's error", form, err)
		}
	}
}
