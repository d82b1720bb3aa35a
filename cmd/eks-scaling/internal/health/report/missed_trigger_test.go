package report_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/shared/scaling"
)

// TestWhatComesOfATriggerThatIsMissing names the change that is late, where, when by the clock there, and how late.
func TestWhatComesOfATriggerThatIsMissing(t *testing.T) {
	t.Parallel()
	second := func(spec ...string) func(f *health.Facts) {
		return func(f *health.Facts) {
			other := f.Clusters[0]
			other.Name, other.Cluster = "second", "second"
			other.Config = cluster(t, strings.NewReplacer(append(spec, `"name": "production"`, `"name": "second"`)...).Replace(production))
			f.Clusters = append(f.Clusters, other)
		}
	}
	nothing := func(*health.Facts) {}
	far := func(from time.Time) func(f *health.Facts) {
		return func(f *health.Facts) {
			f.Clusters[0].Config = cluster(t, production, scaling.Override{Name: "o", Cluster: "production", Profile: "peak", From: from, Until: from.AddDate(0, 6, 0)})
		}
	}
	const noon, seven = "weekly-America-Sao_Paulo-1200", "weekly-America-Sao_Paulo-0700"
	for _, w := range []struct {
		rule    string
		change  func(f *health.Facts)
		missing string
		want    string
	}{
		{"today", nothing, noon, "the change of production at Tue 2026-11-24 12:00 -03:00 happens up to 1 hour late, by the reconcile run"},
		{"in a week", nothing, seven, "the change of production at Tue 2026-12-01 07:00 -03:00 happens up to 1 hour late, by the reconcile run"},
		{"in two clusters at once", second(), noon, "the change of production, second at Tue 2026-11-24 12:00 -03:00 happens"},
		{"in one of two clusters with different days", second(`["tue"]`, `["wed"]`), noon + "-tue", "the change of production at Tue 2026-11-24 12:00 -03:00 happens"},
		{"only in the second cluster", second(`"12:00"`, `"12:30"`), "weekly-America-Sao_Paulo-1230", "the change of second at Tue 2026-11-24 12:30 -03:00 happens"},
		{"in another zone at the same instant there is another trigger", second("America/Sao_Paulo", "UTC", `"07:00"`, `"15:00"`, `"12:00"`, `"16:00"`, `"11:30"`, `"15:30"`), noon, "the change of production at Tue 2026-11-24 12:00 -03:00 happens"},
		{"once, far ahead", far(time.Date(2027, 3, 10, 12, 0, 0, 0, time.UTC)), "once-20270310T120000Z", "the change of production at Wed 2027-03-10 09:00 -03:00 happens"},
		{"once, within a week, at the next full minute", far(time.Date(2026, 11, 26, 12, 0, 30, 0, time.UTC)), "once-20261126T120100Z", "the change of production at Thu 2026-11-26 09:00 -03:00 happens"},
		{"reconcile runs every 15 minutes", func(f *health.Facts) { f.Stack.Reconcile = "rate(15 minutes)" }, noon, "happens up to 15 minutes late"},
		{"an interval that is not known", func(f *health.Facts) { f.Stack.Reconcile = "cron(0 4 ? * * *)" }, noon, "happens late, by the next reconcile run"},
		{"no reconcile run", func(f *health.Facts) { f.Reconcile.Value = nil }, noon, "does not happen in time: reconcile runs are not started, either"},
		{"scaling is paused", func(f *health.Facts) { f.Paused = &health.Author{} }, noon, "is missing; no effect while scaling is paused"},
	} {
		t.Run(w.rule, func(t *testing.T) {
			t.Parallel()
			f := fine(t)
			w.change(&f)
			listed(&f, slices.DeleteFunc(planned(f), func(name string) bool { return name == w.missing }))
			r := report.Examine(f, now)
			i := slices.IndexFunc(r.Problems, func(p report.Finding) bool { return p.Subject == "trigger "+w.missing })
			if i < 0 || !strings.Contains(r.Problems[i].Message, w.want) {
				t.Errorf("found %v; want %q", r.Problems, w.want)
			}
		})
	}
}
