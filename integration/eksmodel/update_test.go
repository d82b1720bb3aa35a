package eksmodel_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/integration/eksmodel"
)

const (
	active   = types.NodegroupStatusActive
	updating = types.NodegroupStatusUpdating
	degraded = types.NodegroupStatusDegraded
)

func TestWhatAnUpdateShowsAndDoesWhileItRunsAndAfter(t *testing.T) {
	t.Parallel()
	refused := eksmodel.Issue{Code: "NodeCreationFailure", Message: "Instances failed to join"}
	type state struct {
		status         types.NodegroupStatus
		desired, nodes int32
	}
	for _, c := range []struct {
		rule    string
		change  func(*eksmodel.Behavior)
		desired int32 // of big, which has 2
		during  state
		after   state
		ends    types.UpdateStatus
	}{
		{"new sizes show at once, new nodes come at the end", func(*eksmodel.Behavior) {}, 4, state{updating, 4, 2}, state{active, 4, 4}, "Successful"},
		{"new sizes show at the end", func(b *eksmodel.Behavior) { b.Visible = eksmodel.AtEnd }, 4, state{updating, 2, 2}, state{active, 4, 4}, "Successful"},
		{"nodes go at once", func(*eksmodel.Behavior) {}, 0, state{updating, 0, 0}, state{active, 0, 0}, "Successful"},
		{"nodes go at the end", func(b *eksmodel.Behavior) { b.Lowers = eksmodel.AtEnd }, 0, state{updating, 0, 2}, state{active, 0, 0}, "Successful"},
		{"a failed raise leaves old sizes", func(b *eksmodel.Behavior) { b.Ends.Failure = refused }, 4, state{updating, 4, 2}, state{active, 2, 2}, "Failed"},
		{"a failed raise leaves new sizes, but no nodes", func(b *eksmodel.Behavior) {
			b.Ends.Failure, b.Ends.KeepsNewSizes = refused, true
		}, 4, state{updating, 4, 2}, state{active, 4, 2}, "Failed"},
		{"a failed lowering brings the nodes back", func(b *eksmodel.Behavior) { b.Ends.Failure = refused }, 0, state{updating, 0, 0}, state{active, 2, 2}, "Failed"},
		{"a failed lowering leaves new sizes", func(b *eksmodel.Behavior) {
			b.Ends.Failure, b.Ends.KeepsNewSizes = refused, true
		}, 0, state{updating, 0, 0}, state{active, 0, 0}, "Failed"},
		{"an update that degrades brings no nodes", func(b *eksmodel.Behavior) { b.Ends.Health = []eksmodel.Issue{refused} }, 4, state{updating, 4, 2}, state{degraded, 4, 2}, "Successful"},
		{"an update may never end", func(b *eksmodel.Behavior) { b.Duration = eksmodel.Forever }, 4, state{updating, 4, 2}, state{updating, 4, 2}, "InProgress"},
		{"an update may end at once", func(b *eksmodel.Behavior) { b.Duration = 0 }, 4, state{active, 4, 4}, state{active, 4, 4}, "Successful"},
		{"a describe call may still say ACTIVE", func(b *eksmodel.Behavior) { b.StatusLag = 20 * time.Second }, 4, state{active, 4, 2}, state{active, 4, 4}, "Successful"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.change)
			id := w.scale(big, c.desired)
			w.pass(10 * time.Second)
			w.expect("during", big, c.during.status, c.during.desired, c.during.nodes)
			w.pass(50 * time.Second)
			w.expect("after", big, c.after.status, c.after.desired, c.after.nodes)
			u, err := w.describeUpdate(big, id)
			if err != nil || u.Status != c.ends || (c.ends == "Failed") != (len(u.Errors) == 1) {
				t.Errorf("the update is %+v (%v); want %s", u, err, c.ends)
			}
		})
	}
}

func TestWhatUpdateNodegroupConfigRefuses(t *testing.T) {
	t.Parallel()
	const (
		invalid   = "InvalidParameterException: "
		notFound  = "ResourceNotFoundException: "
		notActive = "Exception: Nodegroup cannot be updated as it is currently not in Active State: "
		busy      = "ResourceInUse" + notActive
		broken    = "InvalidRequest" + notActive
		tooMany   = invalid + "max-unavailable must be within the range 1 and max size"
		used      = invalid + "The clientRequestToken was used before, with other parameters"
	)
	three, four := eksmodel.Asked{Desired: n(3)}, eksmodel.Asked{Desired: n(4)}
	threeNodes := func(w *world) { _, _ = w.update(big, "a", three) }
	for _, c := range []struct {
		rule  string
		first func(*world)
		ref   eksmodel.Ref
		asked eksmodel.Asked
		want  string // the error; nil if it is accepted
	}{
		{"minSize above desiredSize", nil, big, eksmodel.Asked{Min: n(3)}, invalid + "Minimum capacity 3 can't be greater than desired size 2"},
		{"desiredSize above maxSize", nil, big, eksmodel.Asked{Desired: n(6)}, invalid + "Desired capacity 6 can't be greater than max size 5"},
		{"maxSize below desiredSize", nil, big, eksmodel.Asked{Max: n(1)}, invalid + "Desired capacity 2 can't be greater than max size 1"},
		{"maxSize of 0", nil, small, eksmodel.Asked{Max: n(0)}, invalid + "Maximum capacity 0 can't be less than 1"},
		{"maxSize below maxUnavailable", nil, big, eksmodel.Asked{Max: n(1), Desired: n(1)}, tooMany},
		{"maxSize of maxUnavailable", nil, big, eksmodel.Asked{Max: n(2)}, "nil"},
		{"negative minSize", nil, big, eksmodel.Asked{Min: n(-1)}, invalid + "Minimum capacity -1 can't be less than 0"},
		{"negative desiredSize", nil, big, eksmodel.Asked{Desired: n(-1)}, invalid + "Desired capacity -1 can't be less than 0"},
		{"no size at all", nil, big, eksmodel.Asked{}, invalid + "No changes needed for the nodegroup update"},
		{"the sizes it has", nil, big, eksmodel.Asked{Min: n(0), Max: n(5), Desired: n(2)}, "nil"},
		{"minSize with desiredSize", nil, big, eksmodel.Asked{Min: n(3), Desired: n(3)}, "nil"},
		{"no such node group", nil, eksmodel.Ref{Cluster: "production", Nodegroup: "gone"}, four, notFound + "No node group found for name: gone."},
		{"no such cluster", nil, eksmodel.Ref{Cluster: "gone", Nodegroup: "big"}, four, notFound + "No cluster found for name: gone."},
		{"another update", func(w *world) { w.scale(big, 3) }, big, four, busy + "update 9e3779b1-"},
		{"a token with other sizes", threeNodes, big, four, used},
		{"a token with more sizes", threeNodes, big, eksmodel.Asked{Min: n(0), Desired: n(3)}, used},
		{"a token of another node group", threeNodes, small, three, used},
		{"the same call again", threeNodes, big, three, "nil"},
		{"CREATING", by(types.NodegroupStatusCreating), big, four, busy + "it is CREATING"},
		{"UPDATING by somebody else", by(updating), big, four, busy + "it is UPDATING"},
		{"DELETING", by(types.NodegroupStatusDeleting), big, four, busy + "it is DELETING"},
		{"CREATE_FAILED", by(types.NodegroupStatusCreateFailed), big, four, broken + "it is CREATE_FAILED"},
		{"DELETE_FAILED", by(types.NodegroupStatusDeleteFailed), big, four, broken + "it is DELETE_FAILED"},
		{"DEGRADED", by(degraded), big, four, "nil"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if c.first != nil {
				c.first(w)
			}
			before := len(w.Updates())
			if _, err := w.update(c.ref, "a", c.asked); !strings.Contains(fmt.Sprint(err), c.want) {
				t.Errorf("%v; want %s", err, c.want)
			}
			if after := len(w.Updates()); c.want != "nil" && after != before {
				t.Error("a refused call started an update")
			}
		})
	}
}

func by(s types.NodegroupStatus) func(*world) {
	return func(w *world) {
		if err := w.SetStatus(big, s); err != nil {
			w.t.Fatal(err)
		}
		if got, _ := w.seen(big); got != s {
			w.t.Errorf("%s; want %s", got, s)
		}
	}
}

func TestARepeatedTokenIsTheSameUpdateEvenAfterItsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, err := w.update(big, "a", eksmodel.Asked{Desired: n(4)})
	if err != nil {
		t.Fatal(err)
	}
	w.pass(time.Hour)
	if err := w.SetSizes(big, eksmodel.Sizes{Max: 5, Desired: 1}, "ana"); err != nil {
		t.Fatal(err)
	}
	again, err := w.update(big, "a", eksmodel.Asked{Desired: n(4)})
	if err != nil || again != first {
		t.Errorf("update %s (%v); want %s", again, err, first)
	}
	w.expect("after the repeated call", big, active, 1, 1)
	if all := w.Updates(); len(all) != 1 || all[0].By != "a" {
		t.Errorf("the updates are %+v", all)
	}
}

func TestARaiseThatSucceedsHealsANodegroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.SetStatus(big, degraded, eksmodel.Issue{Code: "AccessDenied", Message: "no"}); err != nil {
		t.Fatal(err)
	}
	w.scale(big, 1)
	w.pass(time.Minute)
	w.expect("after a lowering", big, degraded, 1, 1)
	w.scale(big, 2)
	w.pass(time.Minute)
	w.expect("after a raise", big, active, 2, 2)
}

func TestUpdatesAndDeletionsMayEndByLooks(t *testing.T) {
	t.Parallel()
	for _, looks := range []int{1, 2, 5} {
		w := newWorld(t, func(b *eksmodel.Behavior) { b.Looks = looks })
		id := w.scale(big, 4)
		w.pass(time.Hour)
		for range looks - 1 {
			if status, _ := w.seen(big); status != updating {
				t.Errorf("an update of %d looks: %s", looks, status)
			}
		}
		u, err := w.describeUpdate(big, id)
		if err != nil || u.Status != types.UpdateStatusInProgress || len(u.Params) != 1 || *u.Params[0].Value != "4" {
			t.Errorf("an update of %d looks: %+v (%v)", looks, u, err)
		}
		w.expect("after the update", big, active, 4, 4)
		_ = w.Delete(big)
		for range looks {
			w.expect("while it is deleted", big, types.NodegroupStatusDeleting, 4, 0)
		}
		if _, found := w.State(big); found {
			t.Errorf("it is still there after %d looks", looks)
		}
	}
}
