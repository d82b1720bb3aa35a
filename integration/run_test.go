package integration_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
)

// normal and peak are the sizes that the node groups have when a scenario begins, as desired sizes.
var normal = map[string]int32{"small": 0, "big": 1}

// tuesday is an instant of the peak period of the reference schedule: from 06:30 to 11:30.
func tuesday(clock string) time.Time {
	at, err := time.Parse(time.RFC3339, "2026-11-24T"+clock+"-03:00")
	if err != nil {
		panic(err)
	}
	return at
}

// checkMessage looks for a part of the message where people find it: in the output, and for a failed run in the cause
// of the execution and in exactly one alert.
func checkMessage(t *testing.T, w *world.World, result engine.Result, part string) {
	t.Helper()
	if result.Status == engine.Succeeded {
		var summary run.Summary
		if err := json.Unmarshal(result.Output, &summary); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(summary.Message, part) {
			t.Errorf("the run says %q; want it to say %q", summary.Message, part)
		}
		if alerts := w.Alerts(); len(alerts) > 0 {
			t.Errorf("alerts of a run that did not fail: %v", alerts)
		}
		return
	}
	if !strings.Contains(result.Cause, part) {
		t.Errorf("the cause is %q; want it to say %q", result.Cause, part)
	}
	alerts := w.Alerts()
	if len(alerts) != 1 {
		t.Fatalf("%d alerts; want 1", len(alerts))
	}
	for _, part := range []string{part, "test-run"} {
		if !strings.Contains(alerts[0].Message, part) {
			t.Errorf("the alert is %q; want it to say %q", alerts[0].Message, part)
		}
	}
	if len(alerts[0].Subject) > 99 {
		t.Errorf("the subject has %d characters; SNS takes fewer than 100", len(alerts[0].Subject))
	}
}

// begin brings up a world with the reference cluster, at rest.
func begin(t *testing.T) *world.World {
	t.Helper()
	return beginWith(t, world.Options{Binaries: binaries, Log: t.Output(), Now: time.Now, Clock: recordable(t)})
}

func beginWith(t *testing.T, options world.Options) *world.World {
	t.Helper()
	w, err := world.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { // the world compares all events and messages with their schemas when it closes
		if err := w.DeliverEvents(context.Background()); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { recordTrace(t, w) })
	w.EKS.CreateNodegroup(world.Region, "production", "small", eks.Sizes{Max: 1, Desired: normal["small"]})
	w.EKS.CreateNodegroup(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: normal["big"]})
	return w
}

// apply writes the reference configuration, changed, through the real command line tool.
func apply(t *testing.T, w *world.World, changes ...string) {
	t.Helper()
	data, err := os.ReadFile("../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("the example has no %q", changes[i])
		}
		text = strings.ReplaceAll(text, changes[i], changes[i+1])
	}
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if printed, err := w.CLI(t.Context(), "config", "apply", "--yes", file); err != nil {
		t.Fatalf("config apply: %v\n%s", err, printed)
	}
}

// runWorld starts an execution and waits for its end.
func runWorld(t *testing.T, w *world.World, name string, input any) engine.Result {
	t.Helper()
	result, err := w.Run(t.Context(), name, input)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// fold makes one loop of repeated ones.
func fold(path []string) []string {
	loops := [][]string{{"WaitBeforeCheck", "WaitForNodegroupActive", "Active?"}, {"WaitBeforeScale", "Scale", "Called?"}}
	var folded []string
next:
	for i := 0; i < len(path); i++ {
		for _, loop := range loops {
			if i+4 < len(path) && slices.Equal(path[i:i+3], loop) && path[i+3] == loop[0] {
				i += 2
				continue next
			}
		}
		folded = append(folded, path[i])
	}
	return folded
}

// accepted lists the updates that EKS took, as the node group and its desired size.
func accepted(w *world.World) []string {
	var updates []string
	for _, c := range w.EKS.Calls() {
		if c.Accepted {
			updates = append(updates, fmt.Sprintf("%s %d", c.Nodegroup, c.Sizes.Desired))
		}
	}
	return updates
}

// desired reads the desired sizes back.
func desired(w *world.World) map[string]int32 {
	sizes := map[string]int32{}
	for _, name := range []string{"small", "big"} {
		ng, _ := w.EKS.Nodegroup(world.Region, "production", name)
		sizes[name] = ng.Sizes.Desired
	}
	return sizes
}

// records lists the subject, outcome and error of all records, by subject.
func records(t *testing.T, w *world.World) []string {
	t.Helper()
	found, err := w.Records(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range found {
		if r["at"] == "unit" || strings.HasPrefix(fmt.Sprint(r["subject"]), "run#") { // the unit's claim and marks, or its part in a run
			continue
		}
		line := fmt.Sprint(r["subject"], " ", r["outcome"])
		switch e := r["error"].(type) {
		case string:
			line += " " + e
		case map[string]any:
			line += fmt.Sprint(" ", e["Error"])
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

// failing makes EKS refuse to scale big the given number of times.
func failing(times, status int, kind, message string) func(*world.World) error {
	return func(w *world.World) error {
		w.EKS.Fail("UpdateNodegroupConfig", "production", "big", times, eks.Failure{Status: status, Type: kind, Message: message})
		return nil
	}
}

func crashing(function string, times int, point lambda.KillPoint) func(*world.World) error {
	return func(w *world.World) error {
		for range times {
			if err := w.Lambda.KillNext("eks-scaling-"+function, point); err != nil {
				return err
			}
		}
		return nil
	}
}
