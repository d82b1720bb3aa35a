package scaling_test

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"

	"eks-scaling-automation/shared/scaling"
)

// The tests live on a Tuesday morning in São Paulo, half an hour into the peak.
var (
	saoPaulo = location("America/Sao_Paulo")
	now      = time.Date(2026, 11, 24, 7, 0, 0, 0, saoPaulo)
	since    = time.Date(2026, 11, 24, 6, 30, 0, 0, saoPaulo)
	until    = time.Date(2026, 11, 24, 11, 30, 0, 0, saoPaulo)
	wanted   = scaling.Wanted{Profile: "peak", Period: "tuesday-peak", Source: scaling.FromPeriod, Reason: "it is time", Since: since, Until: until}
	rules    = scaling.Rules{At: now, Began: now, Enforce: scaling.OnTransition}
	limits   = scaling.Limits{MinSize: 0, MaxSize: 5}
)

func location(zone string) *time.Location {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	return loc
}

func sizes(low, high, desired int32) scaling.Sizes {
	return scaling.Sizes{MinSize: low, MaxSize: high, DesiredSize: desired}
}

func goal(low, high, desired int32) scaling.Goal {
	return scaling.Goal{MinSize: low, MaxSize: high, DesiredSize: new(desired)}
}

func TestTarget(t *testing.T) {
	tests := []struct {
		rule    string
		target  scaling.Target
		limits  scaling.Limits
		current int32
		want    scaling.Sizes
		text    string
	}{
		{"number_is_desired_with_the_limits_as_bounds", scaling.Desired(3), scaling.Limits{MinSize: 1, MaxSize: 5}, 2, sizes(1, 5, 3), `3`},
		{"number_may_be_zero", scaling.Desired(0), limits, 2, sizes(0, 5, 0), `0`},
		{"all_three", scaling.Target{MinSize: new(int32(1)), MaxSize: new(int32(4)), DesiredSize: new(int32(2))}, limits, 5, sizes(1, 4, 2), `{"minSize":1,"maxSize":4,"desiredSize":2}`},
		{"bounds_only_keep_the_current_size", scaling.Target{MinSize: new(int32(1)), MaxSize: new(int32(4))}, limits, 3, sizes(1, 4, 3), `{"minSize":1,"maxSize":4}`},
		{"bounds_only_raise_to_min", scaling.Target{MinSize: new(int32(2))}, limits, 0, sizes(2, 5, 2), `{"minSize":2}`},
		{"bounds_only_lower_to_max", scaling.Target{MaxSize: new(int32(2))}, limits, 4, sizes(0, 2, 2), `{"maxSize":2}`},
		{"empty_target_clamps_to_the_limits", scaling.Target{}, scaling.Limits{MinSize: 1, MaxSize: 2}, 9, sizes(1, 2, 2), `{}`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			g := test.target.Goal(test.limits)
			if got := g.Sizes(test.current); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if !g.Equal(test.target.Goal(test.limits)) {
				t.Error("the goal does not equal itself")
			}
			if text, err := json.Marshal(test.target); err != nil || string(text) != test.text {
				t.Errorf("printed as %s (%v), want %s", text, err, test.text)
			}
		})
	}
}

func TestGoalEqual(t *testing.T) {
	a := goal(0, 5, 3)
	for _, other := range []scaling.Goal{goal(1, 5, 3), goal(0, 4, 3), goal(0, 5, 2), {MinSize: 0, MaxSize: 5}} {
		if a.Equal(other) || other.Equal(a) {
			t.Errorf("%+v equals %+v", a, other)
		}
	}
}

func TestLimitsCheck(t *testing.T) {
	tests := []struct {
		rule  string
		sizes scaling.Sizes
		want  string
	}{
		{"at_the_limits", sizes(1, 5, 5), ""},
		{"inside_the_limits", sizes(2, 3, 2), ""},
		{"min_below_limit", sizes(0, 5, 3), "minSize 0 is outside the node group's limits, 1 to 5"},
		{"max_above_limit", sizes(1, 6, 3), "maxSize 6 is outside the node group's limits, 1 to 5"},
		{"desired_below_min", sizes(2, 5, 1), "minSize 2, desiredSize 1, maxSize 5: use minSize <= desiredSize <= maxSize"},
		{"desired_above_limit", sizes(1, 5, 6), "desiredSize 6 is outside the node group's limits, 1 to 5"},
		{"desired_above_max", sizes(1, 4, 5), "minSize 1, desiredSize 5, maxSize 4: use minSize <= desiredSize <= maxSize"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			got := ""
			if err := (scaling.Limits{MinSize: 1, MaxSize: 5}).Check(test.sizes); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// active is a node group as it is most of the time.
func active(s scaling.Sizes) scaling.Observed {
	return scaling.Observed{Condition: scaling.Active, Sizes: &s, Detail: "ACTIVE"}
}

// seen is a node group in another condition. Sizes are nil where EKS reports none to build on.
func seen(c scaling.Condition, detail string, s *scaling.Sizes) scaling.Observed {
	return scaling.Observed{Condition: c, Sizes: s, Detail: detail}
}

// mark says that profile peak of Tuesday's period was applied with a goal.
func mark(at time.Time, g scaling.Goal) *scaling.Application {
	return &scaling.Application{Profile: "peak", Period: "tuesday-peak", Goal: g, At: at}
}
