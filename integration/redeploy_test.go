package integration_test

import (
	"encoding/json"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
)

// upgraded are other binaries: the looks of these fail at once.
func upgraded(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range deployment.Functions() {
		if err := lambda.Link(lambda.Bootstrap(binaries, name), lambda.Bootstrap(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	look := lambda.Bootstrap(dir, "wait-for-nodegroup-active")
	if err := os.Remove(look); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(look, []byte("#!/bin/sh\nexit 3\n"), 0o700); err != nil { //nolint:gosec // it is to be executed
		t.Fatal(err)
	}
	return dir
}

// onlyVersion checks which version the invocations were of.
func onlyVersion(t *testing.T, name, want string, invocations []lambda.Invocation) {
	t.Helper()
	if len(invocations) == 0 {
		t.Errorf("%s called no function", name)
	}
	for _, i := range invocations {
		if i.Version != want {
			t.Errorf("%s called version %s of %s; want version %s", name, i.Version, i.Function, want)
		}
	}
}

// held is an EKS whose updates do not end until it is released. It says when somebody looks at one.
type held struct{ looked, released chan struct{} }

func hold(w *world.World) held {
	h := held{make(chan struct{}), make(chan struct{})}
	var passed atomic.Int64
	w.EKS.GoBy(func() time.Time {
		select {
		case <-h.released:
			passed.Add(int64(time.Hour))
		default:
		}
		return tuesday("07:00:00").Add(time.Duration(passed.Load()))
	})
	w.EKS.UpdatesTake(time.Minute)
	w.EKS.SetAuthorize(func(c eks.Call) error {
		if c.Operation == "DescribeUpdate" {
			select {
			case h.looked <- struct{}{}:
			case <-h.released:
			}
		}
		return nil
	})
	return h
}

// TestAnUpgradeDoesNotChangeTheCodeOfARunUnderWay deploys other code while a run waits for a node group.
func TestAnUpgradeDoesNotChangeTheCodeOfARunUnderWay(t *testing.T) {
	t.Parallel()
	code := upgraded(t) // before the world, which delivers the last events when it closes
	w := configured(t)
	held := hold(w)
	input, err := json.Marshal(run.Input{At: tuesday("07:00:00")})
	if err != nil {
		t.Fatal(err)
	}
	old, err := w.Engine.StartExecution("old", input)
	if err != nil {
		t.Fatal(err)
	}
	<-held.looked
	if err := w.Redeploy(code); err != nil {
		t.Fatal(err)
	}
	<-held.looked // once more, by the code that the new one has replaced
	close(held.released)
	result, err := old.Wait(t.Context())
	if err != nil || result.Status != engine.Succeeded {
		t.Fatalf("the run under way: found %s: %s: %s, %v", result.Status, result.Error, result.Cause, err)
	}
	before := w.Lambda.Invocations()
	onlyVersion(t, "the run under way", "1", before)
	if result := runWorld(t, w, "new", run.Input{At: tuesday("02:00:00")}); result.Status != engine.Failed {
		t.Errorf("a run after the upgrade: found %s; want it to run the new code, which fails", result.Status)
	}
	onlyVersion(t, "a run after the upgrade", "2", w.Lambda.Invocations()[len(before):])
}
