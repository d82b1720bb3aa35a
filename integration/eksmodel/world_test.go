package eksmodel_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/smithy-go"

	"eks-scaling-automation/integration/eksmodel"
)

var (
	small = eksmodel.Ref{Cluster: "production", Nodegroup: "small"}
	big   = eksmodel.Ref{Cluster: "production", Nodegroup: "big"}
)

// world is a model with a clock that the test moves.
type world struct {
	*eksmodel.Model
	t     testing.TB
	now   time.Time
	calls int // of scale
}

// newWorld has small at 0 and big at 1 node, with updates that take a minute.
func newWorld(t testing.TB, change ...func(*eksmodel.Behavior)) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)}
	b := eksmodel.Behavior{Duration: time.Minute, Deletion: time.Minute}
	for _, c := range change {
		c(&b)
	}
	w.Model = eksmodel.New(func() time.Time { return w.now },
		eksmodel.Nodegroup{Ref: small, Sizes: eksmodel.Sizes{Max: 3}, Behavior: b},
		eksmodel.Nodegroup{Ref: big, Sizes: eksmodel.Sizes{Max: 5, Desired: 2}, MaxUnavailable: 2, Behavior: b})
	return w
}

func (w *world) pass(d time.Duration) { w.now = w.now.Add(d) }

func (w *world) update(r eksmodel.Ref, token string, asked eksmodel.Asked) (string, error) {
	out, err := w.UpdateNodegroupConfig(w.t.Context(), &eks.UpdateNodegroupConfigInput{
		ClusterName: &r.Cluster, NodegroupName: &r.Nodegroup, ClientRequestToken: &token,
		ScalingConfig: &types.NodegroupScalingConfig{MinSize: asked.Min, MaxSize: asked.Max, DesiredSize: asked.Desired},
	})
	if err != nil {
		return "", err
	}
	return *out.Update.Id, nil
}

// scale asks for a desiredSize that must be accepted.
func (w *world) scale(r eksmodel.Ref, desired int32) string {
	w.t.Helper()
	w.calls++
	id, err := w.update(r, fmt.Sprint("call ", w.calls), eksmodel.Asked{Desired: &desired})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// seen is what a describe call shows.
func (w *world) seen(r eksmodel.Ref) (types.NodegroupStatus, eksmodel.Sizes) {
	w.t.Helper()
	out, err := w.DescribeNodegroup(w.t.Context(), &eks.DescribeNodegroupInput{ClusterName: &r.Cluster, NodegroupName: &r.Nodegroup})
	if err != nil {
		w.t.Fatal(err)
	}
	z := out.Nodegroup.ScalingConfig
	return out.Nodegroup.Status, eksmodel.Sizes{Min: *z.MinSize, Max: *z.MaxSize, Desired: *z.DesiredSize}
}

// expect compares status, desiredSize and nodes.
func (w *world) expect(when string, r eksmodel.Ref, status types.NodegroupStatus, desired, nodes int32) {
	w.t.Helper()
	s, z := w.seen(r)
	if n := w.Nodes(r); s != status || z.Desired != desired || n != nodes {
		w.t.Errorf("%s: %s is %s at %v with %d nodes; want %s at %d with %d", when, r, s, z, n, status, desired, nodes)
	}
}

func (w *world) describeUpdate(r eksmodel.Ref, id string) (*types.Update, error) {
	out, err := w.DescribeUpdate(w.t.Context(), &eks.DescribeUpdateInput{Name: &r.Cluster, NodegroupName: &r.Nodegroup, UpdateId: &id})
	if err != nil {
		return nil, err
	}
	return out.Update, nil
}

func code(err error) string {
	if refusal, ok := errors.AsType[smithy.APIError](err); ok {
		return refusal.ErrorCode()
	}
	return ""
}

func n(v int32) *int32 { return aws.Int32(v) }
