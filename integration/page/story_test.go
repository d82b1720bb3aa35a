package page_test

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/integration/world/clock"
	"eks-scaling-automation/shared/run"
)

// document has two clusters. NAME is replaced.
const document = `timezone: America/Sao_Paulo
prices: {nodegroups: {production/small: 0.05, production/big: 0.21, production/batch: 0.42, analytics/etl: 0.34, analytics/NAME: 0.11}}
clusters:
  - name: production
    region: sa-east-1
    nodegroups: {small: {minSize: 0, maxSize: 1}, big: {minSize: 0, maxSize: 5, baseline: 3}, batch: {minSize: 0, maxSize: 20, baseline: 8}}
    profiles: {sleep: {small: 1, big: 0, batch: 0}, normal: {small: 0, big: 1, batch: 4}, peak: {small: 0, big: 3, batch: 12}}
    schedule:
      default: normal
      periods:
        - {name: weekend,      profile: sleep, from: fri 20:00, to: mon 06:30}
        - {name: night,        profile: sleep, from: "01:00", to: "06:30"}
        - {name: tuesday-peak, profile: peak, days: [tue], from: "06:30", to: "11:30"}
  - name: analytics
    region: sa-east-1
    nodegroups: {etl: {minSize: 0, maxSize: 10}, NAME: {minSize: 0, maxSize: 2}}
    profiles: {off: {etl: 0, NAME: 0}, on: {etl: 6, NAME: {minSize: 1, maxSize: 2}}}
    schedule:
      default: on
      periods: [{name: night, profile: off, from: "22:00", to: "05:00"}]
`

// story is two days of the document, up to a Tuesday morning.
type story struct {
	file   string // of the report
	name   string // of a node group
	reason string // what ana gives for a run and an override
	broken bool   // an update fails, a node group drifts, and no one is subscribed to the alerts
}

// The page that is tested has everything that makes a page hard to read: a long name, text that tries to be markup, and failures.
const (
	longName = "a-node-group-with-a-very-long-name-that-has-no-place-to-break-0123456"
	nasty    = `<script>document.title="taken"</script><img src="https://example.com/x.png" onerror="document.title='taken'">`
)

var (
	begin = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)
	end   = time.Date(2026, time.November, 24, 10, 10, 0, 0, time.UTC) // Tuesday, 07:10 in São Paulo
)

// report is the file of the page that all tests share.
var report struct {
	once sync.Once
	file string
}

// written returns the file of the page.
func written(t *testing.T) string {
	t.Helper()
	report.once.Do(func() {
		file := filepath.Join(binaries, "report.html")
		story{file: file, name: longName, reason: nasty, broken: true}.write(t)
		report.file = file
	})
	if report.file == "" {
		t.Fatal("the report was not written; see the first test")
	}
	return report.file
}

// write lives through the story and writes the report.
func (s story) write(t *testing.T) {
	t.Helper()
	w, err := world.Start(t.Context(), world.Options{Binaries: binaries, Log: io.Discard, Now: time.Now, Clock: clock.Virtual(begin)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	s.configure(t, w)
	for _, f := range w.Due(begin, end) {
		if f.At.Sub(begin)%(3*time.Hour) == 0 || !strings.Contains(f.Schedule.Name, "reconcile") {
			w.At(f.At, func() { w.FireWhenUp(f) })
		}
	}
	w.At(end.Add(-20*time.Hour), func() {
		input := run.Input{Trigger: "manual", Actor: "ana", Reason: s.reason, Clusters: []string{"analytics"}, Nodegroups: []string{"etl"}, Profile: "off"}
		if _, err := w.Engine.StartExecution("ana-1", marshal(t, input)); err != nil {
			t.Error(err)
		}
	})
	if s.broken {
		w.At(end.Add(-25*time.Hour), func() {
			w.EKS.FailUpdate(world.Region, "production", "batch", "AsgInstanceLaunchFailures", "We currently do not have sufficient m5.large capacity.")
		})
		w.At(end.Add(-10*time.Minute), func() { w.EKS.SetSizes(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 5}) })
	} else {
		w.Topics.Subscribe(w.Template.Of("AWS::SNS::Topic")[0].ARN, endpoint.Subscription{Protocol: "email", Endpoint: "oncall@example.com", Confirmed: true})
	}
	w.At(end.Add(-20*time.Minute), func() {
		call(t, w, "override", "set", "production", "--nodegroup", "big", "--desired", "4", "--from", "2026-11-26 09:00", "--for", "8h", "--reason", s.reason, "--by", "ana", "--yes")
		if err := w.DeliverChanges(t.Context()); err != nil {
			t.Error(err)
		}
	})
	if err := w.RunUntil(t.Context(), end); err != nil {
		t.Fatal(err)
	}
	call(t, w, "report", s.file)
}

// configure makes the node groups and applies the document.
func (s story) configure(t *testing.T, w *world.World) {
	t.Helper()
	for _, n := range []struct {
		cluster, name string
		sizes         eks.Sizes
	}{
		{"production", "small", eks.Sizes{Max: 1, Desired: 1}},
		{"production", "big", eks.Sizes{Max: 5}},
		{"production", "batch", eks.Sizes{Max: 20}},
		{"analytics", "etl", eks.Sizes{Max: 10, Desired: 6}},
		{"analytics", s.name, eks.Sizes{Min: 1, Max: 2, Desired: 1}},
	} {
		w.EKS.CreateNodegroup(world.Region, n.cluster, n.name, n.sizes)
	}
	config := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(config, []byte(strings.ReplaceAll(document, "NAME", s.name)), 0o600); err != nil {
		t.Fatal(err)
	}
	call(t, w, "config", "apply", "--yes", "--by", "ana", "--reason", "the first", config)
	if err := w.DeliverChanges(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// call runs the tool.
func call(t *testing.T, w *world.World, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(binaries, "eks-scaling"), args...)
	cmd.Env = w.Env()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("eks-scaling %q: %v\n%s", args, err, out)
	}
}
