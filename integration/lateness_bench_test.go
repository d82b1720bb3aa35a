package integration_test

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/deployment"
)

// BenchmarkLateness measures from the instant for which a trigger fires until EKS receives the first UpdateNodegroupConfig of its
// run: the functions, and the local engine between them. What AWS adds is not in it: EventBridge Scheduler fires within the
// minute, and Step Functions takes its time for each transition. Cold, no function has a sandbox when the trigger fires.
func BenchmarkLateness(b *testing.B) {
	for _, cold := range []bool{false, true} {
		b.Run(map[bool]string{false: "warm", true: "cold"}[cold], func(b *testing.B) {
			w, received := lateWorld(b)
			trigger := reconcileTrigger(b, w)
			late(b, w, trigger, received) // the first run of a world waits for connections, too
			var all []time.Duration
			for b.Loop() {
				b.StopTimer()
				w.EKS.SetSizes(world.Region, "production", "big", eks.Sizes{Max: 5}) // somebody lowers it; enforce: always raises it
				if cold {
					for _, name := range deployment.Functions() {
						if err := w.Lambda.Cool("eks-scaling-" + name); err != nil {
							b.Fatal(err)
						}
					}
				}
				b.StartTimer()
				all = append(all, late(b, w, trigger, received))
			}
			slices.Sort(all)
			b.ReportMetric(quantile(all, 50), "p50-ms")
			b.ReportMetric(quantile(all, 95), "p95-ms")
		})
	}
}

// lateWorld is a world whose runs always put one node group back, and the instants at which EKS receives an update.
func lateWorld(b *testing.B) (*world.World, <-chan time.Time) {
	b.Helper()
	w, err := world.Start(b.Context(), world.Options{Binaries: binaries, Log: io.Discard, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = w.Close() })
	w.EKS.CreateNodegroup(world.Region, "production", "big", eks.Sizes{Max: 5})
	file := filepath.Join(b.TempDir(), "config.yaml")
	document := "timezone: America/Sao_Paulo\nclusters:\n  - {name: production, region: sa-east-1, enforce: always, " +
		"nodegroups: {big: {minSize: 0, maxSize: 5}}, profiles: {day: {big: 1}}, schedule: {default: day}}\n"
	if err := os.WriteFile(file, []byte(document), 0o600); err != nil {
		b.Fatal(err)
	}
	if printed, err := w.CLI(b.Context(), "config", "apply", "--yes", file); err != nil {
		b.Fatal(err, printed)
	}
	received := make(chan time.Time, 100)
	w.EKS.SetAuthorize(func(c eks.Call) error {
		if c.Operation == "UpdateNodegroupConfig" {
			received <- time.Now()
		}
		return nil
	})
	return w, received
}

func reconcileTrigger(b *testing.B, w *world.World) scheduler.Firing {
	b.Helper()
	now := time.Now()
	due := w.Due(now.Add(-time.Hour), now.Add(time.Hour))
	i := slices.IndexFunc(due, func(f scheduler.Firing) bool { return f.Schedule.Name == "reconcile" })
	if i < 0 {
		b.Fatal("found no reconcile trigger; want one that fires every hour")
	}
	return due[i]
}

// late fires a trigger at the next full second, for which it is due, and waits for the run.
func late(b *testing.B, w *world.World, trigger scheduler.Firing, received <-chan time.Time) time.Duration {
	b.Helper()
	trigger.At = time.Now().Add(time.Second).Truncate(time.Second)
	time.Sleep(time.Until(trigger.At))
	x, err := w.Fire(trigger)
	if err != nil {
		b.Fatal(err)
	}
	result, err := x.Wait(b.Context())
	if err != nil || result.Status != engine.Succeeded {
		b.Fatalf("found %+v, %v; want a run that succeeds", result, err)
	}
	if len(received) != 1 {
		b.Fatalf("EKS received %d updates; want 1", len(received))
	}
	return (<-received).Sub(trigger.At)
}

// quantile is the value at a percentage of a sorted list, in milliseconds.
func quantile(sorted []time.Duration, percent int) float64 {
	return float64(sorted[(len(sorted)-1)*percent/100].Microseconds()) / 1000
}
