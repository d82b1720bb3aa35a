package eksmodel_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/integration/simulation/eksmodel"
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
	for _, c := range []struct {
		rule  string
		first func(*world)
		ref   eksmodel.Ref
		token string
		asked eksmodel.Asked
		code  string
	}{
		{"minSize above the stored desiredSize", nil, big, "a", eksmodel.Asked{Min: n(3)}, "InvalidParameterException"},
		{"desiredSize above the stored maxSize", nil, big, "a", eksmodel.Asked{Desired: n(6)}, "InvalidParameterException"},
		{"maxSize of 0", nil, small, "a", eksmodel.Asked{Max: n(0)}, "InvalidParameterException"},
		{"maxSize below maxUnavailable", nil, big, "a", eksmodel.Asked{Max: n(1), Desired: n(1)}, "InvalidParameterException"},
		{"a negative size", nil, big, "a", eksmodel.Asked{Min: n(-1)}, "InvalidParameterException"},
		{"no size at all", nil, big, "a", eksmodel.Asked{}, "InvalidParameterException"},
		{"a node group that does not exist", nil, eksmodel.Ref{Cluster: "production", Nodegroup: "gone"}, "a", eksmodel.Asked{Min: n(0)}, "ResourceNotFoundException"},
		{"a cluster that does not exist", nil, eksmodel.Ref{Cluster: "gone", Nodegroup: "big"}, "a", eksmodel.Asked{Min: n(0)}, "ResourceNotFoundException"},
		{"another update while one runs", func(w *world) { w.scale(big, 3) }, big, "a", eksmodel.Asked{Desired: n(4)}, "ResourceInUseException"},
		{"a token with other sizes", func(w *world) { _, _ = w.update(big, "a", eksmodel.Asked{Desired: n(3)}) }, big, "a", eksmodel.Asked{Desired: n(4)}, "InvalidParameterException"},
		{"a token of another node group", func(w *world) { _, _ = w.update(big, "a", eksmodel.Asked{Desired: n(3)}) }, small, "a", eksmodel.Asked{Desired: n(3)}, "InvalidParameterException"},
		{"CREATING", by(types.NodegroupStatusCreating), big, "a", eksmodel.Asked{Desired: n(4)}, "ResourceInUseException"},
		{"UPDATING by somebody else", by(updating), big, "a", eksmodel.Asked{Desired: n(4)}, "ResourceInUseException"},
		{"DELETING", by(types.NodegroupStatusDeleting), big, "a", eksmodel.Asked{Desired: n(4)}, "ResourceInUseException"},
		{"CREATE_FAILED", by(types.NodegroupStatusCreateFailed), big, "a", eksmodel.Asked{Desired: n(4)}, "InvalidRequestException"},
		{"DELETE_FAILED", by(types.NodegroupStatusDeleteFailed), big, "a", eksmodel.Asked{Desired: n(4)}, "InvalidRequestException"},
		{"DEGRADED is accepted", by(degraded), big, "a", eksmodel.Asked{Desired: n(4)}, ""},
		{"minSize with desiredSize is accepted", nil, big, "a", eksmodel.Asked{Min: n(3), Desired: n(3)}, ""},
		{"the same token again, while the update runs, is accepted", func(w *world) {
			_, _ = w.update(big, "a", eksmodel.Asked{Desired: n(4)})
		}, big, "a", eksmodel.Asked{Desired: n(4)}, ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if c.first != nil {
				c.first(w)
			}
			before := len(w.Updates())
			if _, err := w.update(c.ref, c.token, c.asked); code(err) != c.code {
				t.Errorf("%v; want %q", err, c.code)
			}
			if after := len(w.Updates()); c.code != "" && after != before {
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
	calls := w.Calls()
	if !calls[0].Accepted || calls[1].Accepted || calls[1].Token != "a" || calls[1].Update != first {
		t.Errorf("the log of calls is %+v", calls)
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
