package integration_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
)

// updates lists the updates that EKS was asked for, with the time since an instant.
func updates(w *world.World, since time.Time) (all []string) {
	for _, e := range w.EKS.Events() {
		if e.Operation == "UpdateNodegroupConfig" {
			all = append(all, fmt.Sprintf("%s %s %d", e.At.Sub(since).Truncate(time.Minute), e.Nodegroup, e.Sizes.Desired))
		}
	}
	return all
}

// TestAScaleUpGoesInSteps of five nodes. Each step is waited for, and two steps begin at least two minutes apart.
func TestAScaleUpGoesInSteps(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct {
		took time.Duration
		want []string
	}{
		"EKS is faster than the pause": {30 * time.Second, []string{"0s big 5", "2m0s big 10", "4m0s big 12"}},
		"EKS is slower than the pause": {170 * time.Second, []string{"0s big 5", "3m0s big 10", "6m0s big 12"}},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			began := tuesday("07:00:00")
			w := beginAt(t, began, "maxSize: 5", "maxSize: 12", "big: 3}", "big: 12}", "region: sa-east-1", "region: sa-east-1\n    rampUp: {nodes: 5, every: 2m}")
			w.EKS.SetSizes(world.Region, "production", "big", eks.Sizes{Max: 12})
			w.EKS.SetSizes(world.Region, "production", "small", eks.Sizes{Max: 1, Desired: 1})
			w.EKS.UpdatesTake(row.took)
			w.EKS.Record(w.Now)
			if result := runWorld(t, w, "peak", run.Input{Trigger: "schedule"}); result.Status != engine.Succeeded {
				t.Fatalf("%s: %s", result.Error, result.Cause)
			}
			got := updates(w, began)
			if small := got[len(got)-1]; !strings.HasSuffix(small, " small 0") {
				t.Errorf("%s comes last; want small scaled down after all steps", small)
			}
			if diff := cmp.Diff(row.want, got[:len(got)-1]); diff != "" {
				t.Errorf("updates (-want +got):\n%s", diff)
			}
		})
	}
}

// TestScaleUpsBeginAhead of the transition. Scale-downs begin at the transition.
func TestScaleUpsBeginAhead(t *testing.T) {
	t.Parallel()
	w := beginAt(t, tuesday("06:00:00"), "default: normal", "default: normal\n      ahead: 10m")
	w.EKS.SetSizes(world.Region, "production", "big", eks.Sizes{Max: 5})
	w.EKS.SetSizes(world.Region, "production", "small", eks.Sizes{Max: 1, Desired: 1})
	w.EKS.UpdatesTake(3 * time.Minute)
	if err := w.DeliverChanges(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.EKS.Record(w.Now)
	for _, f := range w.Due(tuesday("06:05:00"), tuesday("06:40:00")) {
		w.At(f.At, func() {
			if _, err := w.Fire(f); err != nil {
				t.Error(err)
			}
		})
	}
	if err := w.RunUntil(t.Context(), tuesday("06:50:00")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"0s big 3", "10m0s small 0"}, updates(w, tuesday("06:20:00"))); diff != "" {
		t.Errorf("updates since 06:20 (-want +got):\n%s", diff)
	}
}
