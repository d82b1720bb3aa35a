package previewcmd

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

func TestPreviewInWords(t *testing.T) {
	t.Parallel()
	clitest.Golden(t, "preview", clitest.MustSay(t, "preview", "--config", clitest.Rich)) // a week from now
	clitest.Golden(t, "preview-holidays", clitest.MustSay(t, "preview", "--config", clitest.Rich, "--cluster", "production",
		"--from", "2026-12-23 00:00", "--until", "2027-01-02 00:00"))
	clitest.Golden(t, "preview-spring", clitest.MustSay(t, "preview", "--config", clitest.Rich, "--cluster", "berlin",
		"--from", "2026-03-28 00:00", "--until", "2026-03-31 00:00"))
	clitest.Golden(t, "preview-autumn", clitest.MustSay(t, "preview", "--config", clitest.Rich, "--cluster", "berlin",
		"--from", "2026-10-24 00:00", "--until", "2026-10-27 00:00"))
}

// TestPreviewInJSON has an autoscaler's sizes and a transition that a clock skips.
func TestPreviewInJSON(t *testing.T) {
	t.Parallel()
	clitest.WantJSON(t, clitest.MustSay(t, "preview", "--config", clitest.Rich, "--cluster", "berlin", "-o", "json",
		"--from", "2026-03-28T21:30:00Z", "--until", "2026-03-29T20:00:00Z"), `[
	  {
	    "cluster": "berlin", "at": "2026-03-28T21:30:00Z", "localTime": "2026-03-28T22:30:00+01:00",
	    "source": "period", "period": "night", "profile": "low",
	    "nodegroups": [{"nodegroup": "web", "minSize": 1, "maxSize": 3, "desiredSize": null}]
	  },
	  {
	    "cluster": "berlin", "at": "2026-03-29T01:00:00Z", "localTime": "2026-03-29T03:00:00+02:00",
	    "source": "default", "period": "", "profile": "high",
	    "nodegroups": [{"nodegroup": "web", "minSize": 4, "maxSize": 10, "desiredSize": null}]
	  }
	]`)
}

// changes previews and writes each element as "cluster at source period profile".
func changes(t testing.TB, args ...string) []string {
	t.Helper()
	var all []string
	out := clitest.MustSay(t, append([]string{"preview", "-o", "json"}, args...)...)
	for _, s := range clitest.Decode[[]struct{ Cluster, At, Source, Period, Profile string }](t, out) {
		all = append(all, strings.Join([]string{s.Cluster, s.At, s.Source, s.Period, s.Profile}, " "))
	}
	return all
}

func TestPreviewInterval(t *testing.T) {
	t.Parallel()
	const (
		start = "berlin 2026-11-23T12:00:00Z default  high"
		night = "berlin 2026-11-23T21:00:00Z period night low"
	)
	tests := []struct {
		name        string
		from, until string
		want        []string
	}{
		{"from now, without a fraction of a second", "", "2026-11-23T12:00:01Z", []string{start}},
		{"a change at its start is its first element", "2026-11-23 22:00", "2026-11-23 23:00", []string{night}},
		{"a change at its end is not in it", "2026-11-23 13:00", "2026-11-23 22:00", []string{start}},
		{"a change right before its end is", "2026-11-23T12:00:00Z", "2026-11-23T21:00:01Z", []string{start, night}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			args := []string{"--config", clitest.Rich, "--cluster", "berlin"}
			if tt.from != "" {
				args = append(args, "--from", tt.from)
			}
			if tt.until != "" {
				args = append(args, "--until", tt.until)
			}
			if diff := cmp.Diff(tt.want, changes(t, args...)); diff != "" {
				t.Errorf("elements (-want +got):\n%s", diff)
			}
		})
	}
	week := changes(t, "--config", clitest.Rich, "--cluster", "berlin", "--from", "2026-03-23 02:30")
	if first, last := week[0], week[len(week)-1]; first != "berlin 2026-03-23T01:30:00Z default  high" || last != "berlin 2026-03-29T20:00:00Z period night low" {
		t.Errorf("found %s to %s; want seven local days, though the clocks change", first, last)
	}
}

// TestPreviewBeyondTheHorizon has changes further away from each other than a schedule is searched at a time, and an
// override behind them.
func TestPreviewBeyondTheHorizon(t *testing.T) {
	t.Parallel()
	file := clitest.WriteDocument(t, small+`        - {name: rare, profile: hi, dates: [2027-12-29, 2029-06-01], from: "01:00"}
overrides: [{cluster: c, profile: hi, from: 2032-01-01 00:00, until: 2032-01-02 00:00, reason: far away}]
`)
	got := changes(t, "--config", file, "--from", "2026-11-24 12:00", "--until", "2033-01-01 00:00")
	if diff := cmp.Diff([]string{
		"c 2026-11-24T12:00:00Z default  low",
		"c 2027-12-29T01:00:00Z period rare hi", "c 2027-12-30T00:00:00Z default  low",
		"c 2029-06-01T01:00:00Z period rare hi", "c 2029-06-02T00:00:00Z default  low",
		"c 2032-01-01T00:00:00Z override  hi", "c 2032-01-02T00:00:00Z default  low",
	}, got); diff != "" {
		t.Errorf("elements (-want +got):\n%s", diff)
	}
}

func TestOverrideWithoutADateCountsAsTheLatest(t *testing.T) {
	t.Parallel()
	file := clitest.WriteDocument(t, small+`        - {name: rare, profile: hi, dates: [2028-01-01]}
overrides:
  - {name: new, cluster: c, profile: hi, from: 2026-11-24 12:00, until: 2026-11-24 14:00, reason: as if applied now}
  - {name: newer, cluster: c, sizes: {ng: 3, other: 3}, from: 2026-11-24 13:00, until: 2026-11-24 15:00, reason: further down}
  - {name: old, cluster: c, profile: low, from: 2026-11-24 12:00, until: 2026-11-24 16:00, reason: old, createdAt: 2026-01-01 00:00}
  - {name: same, cluster: c, profile: low, from: 2026-11-24 12:00, until: 2026-11-24 16:00, reason: of the same age, createdAt: 2026-01-01 00:00}
`)
	got := changes(t, "--config", file, "--from", "2026-11-24 12:00")
	if diff := cmp.Diff([]string{
		"c 2026-11-24T12:00:00Z override  hi", "c 2026-11-24T13:00:00Z override  ", "c 2026-11-24T15:00:00Z override  low",
		"c 2026-11-24T16:00:00Z default  low",
	}, got); diff != "" {
		t.Errorf("elements (-want +got):\n%s", diff)
	}
	clitest.Golden(t, "explain-overrides", clitest.MustSay(t, "explain", "--config", file, "--at", "2026-11-24 13:30"))
}

func TestPreviewDrawsAGridOnATerminal(t *testing.T) {
	t.Parallel()
	args := []string{"preview", "--config", "testdata/rich.yaml"}
	const ruler, color = "00  02  04  06", "\x1b["
	colored := clitest.AskIn(t, frame.Environment{Width: 100, AutoColor: true}, args...)
	plain := clitest.AskIn(t, frame.Environment{Width: 100}, args...)
	none := clitest.Ask(t, args...)
	for name, a := range map[string]struct {
		clitest.Answer
		grid, color bool
	}{
		"on a terminal": {colored, true, true}, "on a terminal without colors": {plain, true, false}, "without a terminal": {none, false, false},
	} {
		if a.Err != nil || strings.Contains(a.Stdout, ruler) != a.grid || strings.Contains(a.Stdout, color) != a.color {
			t.Errorf("%s: found %v and\n%q\nwant a grid: %t, colors: %t", name, a.Err, a.Stdout, a.grid, a.color)
		}
	}
	if !strings.HasPrefix(plain.Stdout, none.Stdout) || !strings.HasPrefix(colored.Stdout, none.Stdout) {
		t.Errorf("found\n%s\nand on a terminal\n%s\nwant the table in both", none.Stdout, plain.Stdout)
	}
	clitest.Golden(t, "preview-terminal", plain.Stdout)
	for _, args := range [][]string{{"preview", "-o", "json"}, {"preview", "-o", "svg"}, {"explain"}, {"explain", "-o", "json"}} {
		args = append(args, "--config", clitest.Rich)
		if a := clitest.AskIn(t, frame.Environment{Width: 100, AutoColor: true}, args...); a.Stdout != clitest.Ask(t, args...).Stdout || a.Stdout == "" {
			t.Errorf("%q printed on a terminal\n%s\nwant the same as without", args, a.Stdout)
		}
	}
}

func TestAPictureSaysWhatIsNotScaled(t *testing.T) {
	t.Parallel()
	off := clitest.RichWith(t, "timezone: America", "paused: true\ntimezone: America")
	for file, want := range map[string]string{clitest.Rich: "paused (not scaled)", off: "berlin (not scaled)"} {
		clitest.Says(t, clitest.MustSay(t, "preview", "--config", file, "-o", "svg"), want)
	}
}

func TestNowIsThatOfTheStackForTheDeployedConfiguration(t *testing.T) {
	t.Parallel()
	env := clitest.Holding(clitest.Filled(t))
	connected := env.Connect
	env.Connect = func(ctx context.Context, place frame.AWSPlace, notes io.Writer, now func() time.Time) (frame.Session, error) {
		s, err := connected(ctx, place, notes, now)
		s.Now = s.Now.AddDate(0, 0, 1)
		return s, err
	}
	clitest.Says(t, clitest.AskIn(t, env, "explain", "--cluster", "berlin").Stdout, "berlin at Tue 2026-11-24 13:00 +01:00")
	clitest.Says(t, clitest.AskIn(t, env, "preview", "--cluster", "berlin").Stdout, "berlin, from Tue 2026-11-24 13:00 +01:00")
	clitest.Says(t, clitest.AskIn(t, env, "explain", "--cluster", "berlin", "--config", clitest.Rich).Stdout, "berlin at Mon 2026-11-23 13:00 +01:00")
}
