package statuscmd

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/signal"
)

// stormySystem is a healthy one in which production depends on a signal, whose last reading failed.
func stormySystem(t *testing.T) *system {
	t.Helper()
	s := healthySystem(t)
	change := func(key string, change func(spec map[string]any)) {
		item := s.Items[key]
		spec := clitest.Decode[map[string]any](t, string(item.Spec))
		change(spec)
		text, err := json.Marshal(spec)
		if err != nil {
			t.Fatal(err)
		}
		item.Spec = text
		s.Items[key] = item
	}
	change("settings/global", func(spec map[string]any) {
		spec["signals"] = map[string]any{"rain": map[string]any{"parameter": "/rain", "maxAge": "1h", "otherwise": false}}
	})
	change("cluster/production", func(spec map[string]any) {
		timetable := spec["schedule"].(map[string]any)
		storm := map[string]any{"name": "storm", "profile": "peak", "from": "06:00", "to": "20:00", "when": map[string]any{"signal": "rain", "above": 20}}
		timetable["periods"] = append([]any{storm}, timetable["periods"].([]any)...)
	})
	s.Sync(t, afternoon)
	for i := range s.done {
		s.done[i].Input, s.done[i].Units = json.RawMessage(`{}`), map[run.Outcome]int{run.Unchanged: 1}
		s.done[i].Changes = new(int)
	}
	s.units = map[string][]run.UnitRecord{"run-1323": {{
		ClusterSummary: run.ClusterSummary{Cluster: "production"}, Run: s.done[0].Run,
		Signals: []run.SignalState{{Period: "storm", Signal: "rain", Error: "status 503"}},
	}}}
	return s
}

// TestStatusReadsTheLastReadingsOnce and again only after a new run.
func TestStatusReadsTheLastReadingsOnce(t *testing.T) {
	t.Parallel()
	s := stormySystem(t)
	from := s.sources()
	for i, want := range []int{1, 0} {
		s.Forget()
		facts, err := from.look(t.Context(), afternoon.Add(time.Duration(i)*5*time.Second), question{})
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(facts.Clusters, func(c health.ClusterFacts) bool { return c.Name == "production" })
		if got := facts.Clusters[at].Conditions.Failed["rain"].Error; got != "status 503" {
			t.Errorf("look %d found the error %q", i, got)
		}
		reads := slices.DeleteFunc(s.Calls(), func(call string) bool { return !strings.HasPrefix(call, "UnitRecords") })
		if len(reads) != want {
			t.Errorf("look %d read %v; want %d", i, reads, want)
		}
	}
}

func TestStatusOfSignals(t *testing.T) {
	t.Parallel()
	at := func(ago time.Duration) time.Time { return afternoon.Add(-ago) }
	above := 20.0
	rain := health.Condition{Period: "storm", Signal: "rain", When: schedule.Condition{Signal: "rain", Above: &above}, Open: true, Value: "25", ReadAt: at(5 * time.Minute), Judged: true}
	p := printer{r: report.Report{At: afternoon}}
	for _, test := range []struct {
		rule        string
		change      func(c *health.Condition)
		line, short string
	}{
		{"on", func(c *health.Condition) { c.On, c.Since = true, at(2*time.Hour) }, "signal rain: 25, read 5m ago; storm (rain > 20) has been on for 2h", "production, storm: on for 2h"},
		{"off", func(c *health.Condition) { c.Since = at(50 * time.Hour) }, "signal rain: 25, read 5m ago; storm (rain > 20) has been off for 2d", "production, storm: off for 2d"},
		{"just_now", func(c *health.Condition) { c.On, c.Since = true, at(0) }, "signal rain: 25, read 5m ago; storm (rain > 20) is on", "production, storm: on"},
		{"due", func(c *health.Condition) { c.Due, c.Since = true, at(time.Hour) }, "signal rain: 25, read 5m ago; storm (rain > 20) is off from the next run on", "production, storm: off from the next run on"},
		{
			"failed", func(c *health.Condition) { c.Error = "status 503" },
			"signal rain: 25, read 5m ago, and the last reading failed: status 503; storm (rain > 20) is off", "production, storm: off, last reading failed",
		},
		{
			"stale", func(c *health.Condition) {
				c.Otherwise, c.Error, c.Reason = signal.OtherwiseFalse, "status 503", "rain could not be read: status 503; otherwise false"
			},
			"signal rain: could not be read: status 503; otherwise false; storm (rain > 20) is off", "production, storm: off, by otherwise",
		},
		{
			"not_judged_yet", func(c *health.Condition) { c.Otherwise, c.Judged = signal.OtherwiseLast, false },
			"signal rain: no run has read it yet, otherwise last; storm (rain > 20) is off", "production, storm: off, by otherwise",
		},
		{"closed", func(c *health.Condition) { c.Open = false }, "signal rain: not used now; storm is outside its window", ""},
	} {
		c := rain
		test.change(&c)
		if got := p.signalWords(c); got != test.line {
			t.Errorf("%s: %q; want %q", test.rule, got, test.line)
		}
		if got := p.shortCondition("production", c); c.Open && got != test.short {
			t.Errorf("%s: %q; want %q", test.rule, got, test.short)
		}
	}
}

// TestManySignals are shown with those first that need attention, and the rest is counted.
func TestManySignals(t *testing.T) {
	t.Parallel()
	r := report.Report{At: afternoon}
	for i := range 12 {
		c := health.Condition{Period: "p", Signal: "s", Open: true, Value: string(rune('a' + i)), ReadAt: afternoon, Judged: true, On: i == 10}
		if i == 11 {
			c.Error = "no"
		}
		r.Clusters = append(r.Clusters, report.Cluster{Name: "c", Signals: []health.Condition{c}})
	}
	var text screenText
	if err := screenOf(r, 60, view{}).Print(&text, false); err != nil {
		t.Fatal(err)
	}
	var values []string
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 2 && fields[0] == "s" {
			values = append(values, fields[1])
		}
	}
	if diff := cmp.Diff("l k a b c d e f g h", strings.Join(values, " ")); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, text)
	}
	if !strings.Contains(string(text), "and 2 more conditions; --all shows all\n") {
		t.Errorf("found no count:\n%s", text)
	}
}
