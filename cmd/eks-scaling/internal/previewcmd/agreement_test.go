package previewcmd

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"pgregory.net/rapid"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/document"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/config"
)

// TestPreviewAgreesWithExplain looks at random instants of two years: what preview says of an interval is what explain says
// at every one of its instants.
func TestPreviewAgreesWithExplain(t *testing.T) {
	t.Parallel()
	cmd := &cobra.Command{}
	cmd.SetContext(t.Context())
	c, findings, _ := document.Check(cmd, clitest.Rich, frame.Environment{Now: func() time.Time { return clitest.Monday }}, time.Time{})
	if len(findings) > 0 {
		t.Fatalf("found %v; want a document without a fault", findings)
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom(c.Units()).Draw(t, "unit")
		from := start.Add(time.Duration(rapid.IntRange(0, 2*365*24*60).Draw(t, "minute")) * time.Minute)
		steps := agenda.Span{From: from, Until: from.AddDate(0, 0, 10)}.Steps(unit)
		if steps[0].At != from {
			t.Fatalf("found a first element at %s; want it at the start, %s", steps[0].At, from)
		}
		for i, s := range steps {
			agrees(t, c.Settings, unit, s, s.At)
			if i+1 < len(steps) {
				agrees(t, c.Settings, unit, s, steps[i+1].At.Add(-time.Nanosecond))
			}
		}
		until := explainUnit(c.Settings, unit, from).Until
		if next := nextRuling(steps); next != nil && (until == nil || !until.Equal(*next)) {
			t.Fatalf("explain says until %v; want the first change, %s", until, next)
		} else if next == nil && until != nil && until.Before(from.AddDate(0, 0, 10)) {
			t.Fatalf("explain says until %s, but preview has no change there", until)
		}
	})
}

func agrees(t *rapid.T, settings config.Settings, unit config.Unit, s agenda.Step, at time.Time) {
	t.Helper()
	e := explainUnit(settings, unit, at)
	got := agenda.Step{
		Cluster: e.Cluster, At: s.At, LocalTime: s.LocalTime, Source: e.Source, Period: e.Period, Profile: e.Profile, Nodegroups: e.Nodegroups,
	}
	if diff := cmp.Diff(s, got, cmp.AllowUnexported(agenda.NodegroupSizes{}), cmp.FilterPath(isOverride, cmp.Ignore())); diff != "" {
		t.Fatalf("at %s (-preview +explain):\n%s", at, diff)
	}
}

func isOverride(p cmp.Path) bool { return p.String() == "override" }

// nextRuling is when source, period or profile change for the first time; nil if they do not.
func nextRuling(steps []agenda.Step) *time.Time {
	for _, s := range steps {
		if s.Source != steps[0].Source || s.Period != steps[0].Period || s.Profile != steps[0].Profile {
			return &s.At
		}
	}
	return nil
}

// tuesday is a moment in the reference schedule's peak.
var tuesday = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// reference has the reference schedule on as many clusters of ten node groups each. With several schedules, each has its part of
// the node groups.
func reference(tb testing.TB, clusters, schedules int) loadedConfig {
	tb.Helper()
	const nodegroups = 10
	limits, parts := make([]string, nodegroups), make([]string, schedules)
	for i := range limits {
		limits[i] = fmt.Sprintf("ng%d: {minSize: 0, maxSize: 5}", i)
		parts[i%schedules] += fmt.Sprintf("ng%d: %d, ", i, i%5)
	}
	document := fmt.Sprintf(`
timezone: America/Sao_Paulo
clusters:
  - name: c
    region: sa-east-1
    nodegroups: {%s}
    schedules:
`, strings.Join(limits, ", "))
	for i, sizes := range parts {
		document += strings.NewReplacer("N", strconv.Itoa(i), "SIZES", sizes).Replace(`
      - name: s-N
        profiles: {sleep: {SIZES}, normal: {SIZES}, peak: {SIZES}}
        default: normal
        periods:
          - {name: weekend-midnight, profile: sleep, days: [sat, sun], from: "00:00", to: "01:00"}
          - {name: night, profile: sleep, from: "01:00", to: "06:30"}
          - {name: tuesday-peak, profile: peak, days: [tue], from: "06:30", to: "11:30"}
`)
	}
	c, err := config.Parse([]byte(document))
	if err != nil {
		tb.Fatal(err)
	}
	loaded := loadedConfig{Settings: c.Settings}
	for range clusters {
		loaded.units = append(loaded.units, c.Units()...)
	}
	return loaded
}

// BenchmarkExplain is one question about 1,000 clusters of ten node groups, with one and with ten schedules each.
func BenchmarkExplain(b *testing.B) {
	for _, schedules := range []int{1, 10} {
		c := reference(b, 1000, schedules)
		b.Run(fmt.Sprintf("schedules=%d", schedules), func(b *testing.B) {
			for b.Loop() {
				if all := explainAll(c, []time.Time{tuesday}); all[0].Clusters[999].Profile != "peak" {
					b.Fatalf("found %+v; want the peak", all[0].Clusters[999])
				}
			}
		})
	}
}

// BenchmarkPreviewYear is every change of one cluster in a year, with one and with ten schedules.
func BenchmarkPreviewYear(b *testing.B) {
	year := agenda.Span{From: tuesday, Until: tuesday.AddDate(1, 0, 0)}
	for _, schedules := range []int{1, 10} {
		c := reference(b, 1, schedules)
		b.Run(fmt.Sprintf("schedules=%d", schedules), func(b *testing.B) {
			for b.Loop() {
				for _, unit := range c.units {
					if steps := year.Steps(unit); len(steps) != 888 {
						b.Fatalf("found %d steps; want 888", len(steps))
					}
				}
			}
		})
	}
}
