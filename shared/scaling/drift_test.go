package scaling_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/scaling"
)

// TestWhatIsDrift compares the sizes with the ones that were applied for the present activation.
func TestWhatIsDrift(t *testing.T) {
	t.Parallel()
	three, four := goal(0, 5, 3), goal(0, 5, 4)
	held := mark(since, three)
	held.Held = &scaling.Held{Goal: four, Profile: "peak", Run: "manual"}
	manual := scaling.Wanted{Profile: "peak", Period: "tuesday-peak", Source: scaling.FromPerson, Reason: "a test", Since: since}
	for _, row := range []struct {
		rule string
		n    scaling.Nodegroup
		w    scaling.Wanted
		want *scaling.Goal
	}{
		{"none while the sizes are as applied", scaling.Nodegroup{Applied: mark(since, three), Observed: active(sizes(0, 5, 3))}, wanted, nil},
		{"other sizes", scaling.Nodegroup{Applied: mark(since, three), Observed: active(sizes(0, 5, 5))}, wanted, &three},
		{"none before the sizes were applied", scaling.Nodegroup{Applied: mark(since.AddDate(0, 0, -1), three), Observed: active(sizes(0, 5, 5))}, wanted, nil},
		{"none while the sizes of a manual run hold", scaling.Nodegroup{Applied: held, Observed: active(sizes(0, 5, 4))}, wanted, nil},
		{"other sizes than a manual run set", scaling.Nodegroup{Applied: held, Observed: active(sizes(0, 5, 3))}, wanted, &four},
		{"none after a failed raise", scaling.Nodegroup{Applied: mark(since, three), Observed: active(sizes(0, 5, 1)), Raised: true}, wanted, nil},
		{"none in a manual run", scaling.Nodegroup{Applied: mark(since, three), Observed: active(sizes(0, 5, 1))}, manual, nil},
		{"none while another update is in progress", scaling.Nodegroup{Applied: mark(since, three), Observed: scaling.Observed{
			Condition: scaling.Updating, Sizes: new(sizes(0, 5, 1)),
		}}, wanted, nil},
	} {
		row.n.Name, row.n.Limits, row.n.Target = "big", limits, scaling.Desired(3)
		got := scaling.Decide(row.w, rules, []scaling.Nodegroup{row.n}).Decisions[0].Drifted
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}
