package eksmodel_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	gocmp "github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/eksmodel"
)

// limited is a world with 10 reads and 2 updates a second.
func limited(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, func(b *eksmodel.Behavior) { b.Duration = 0 })
	w.Limit(eksmodel.Rates{Reads: 10, Updates: 2})
	return w
}

// read describes big.
func (w *world) read() error {
	_, err := w.DescribeNodegroup(w.t.Context(), &eks.DescribeNodegroupInput{ClusterName: &big.Cluster, NodegroupName: &big.Nodegroup})
	return err
}

func TestABudgetIsASecondsWorthOfCalls(t *testing.T) {
	t.Parallel()
	w := limited(t)
	for i := range 12 {
		if err := w.read(); (err == nil) != (i < 10) || err != nil && code(err) != "TooManyRequestsException" {
			t.Errorf("read %d: %v", i+1, err)
		}
	}
	w.pass(100 * time.Millisecond)
	if first, second := w.read(), w.read(); first != nil || second == nil {
		t.Errorf("after a tenth of a second: %v and %v; want room for one read", first, second)
	}
	w.pass(time.Hour)
	for i := range 11 {
		if err := w.read(); (err == nil) != (i < 10) {
			t.Errorf("an hour later, read %d: %v", i+1, err)
		}
	}
	want := eksmodel.Usage{Reads: eksmodel.Count{Answered: 21, Throttled: 4, Peak: 11}}
	if diff := gocmp.Diff(want, w.Usage()); diff != "" {
		t.Errorf("used (-want +got):\n%s", diff)
	}
}

func TestAThrottledUpdateDoesNothing(t *testing.T) {
	t.Parallel()
	w := limited(t)
	w.scale(big, 3)
	w.scale(small, 1)
	before := len(w.Changes())
	_, err := w.update(big, "third", eksmodel.Asked{Desired: n(5)})
	if code(err) != "InvalidRequestException" || len(w.Changes()) != before {
		t.Errorf("%v, and %d changes; want InvalidRequestException, and none", err, len(w.Changes())-before)
	}
	if err := w.read(); err != nil {
		t.Errorf("reads have a budget of their own: %v", err)
	}
	w.pass(500 * time.Millisecond)
	if _, err := w.update(big, "third", eksmodel.Asked{Desired: n(5)}); err != nil {
		t.Errorf("half a second later, with the same token: %v", err)
	}
}

func TestWithoutALimitNothingIsThrottledOrCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 1000 {
		if err := w.read(); err != nil {
			t.Fatal(err)
		}
	}
	if used := w.Usage(); used != (eksmodel.Usage{}) {
		t.Errorf("found %v; want nothing counted", used)
	}
	w.Limit(eksmodel.Rates{})
	for range 1000 {
		if err := w.read(); err != nil {
			t.Fatal(err)
		}
	}
	if used := w.Usage().Reads; used != (eksmodel.Count{Answered: 1000, Peak: 1000}) {
		t.Errorf("without rates: found %+v; want 1,000 calls counted", used)
	}
}

func TestACloneHasABudgetOfItsOwn(t *testing.T) {
	t.Parallel()
	w := limited(t)
	if err := w.read(); err != nil {
		t.Fatal(err)
	}
	c := &world{Model: w.Clone(), t: t, now: w.now}
	if !bytes.Equal(w.AppendState(nil), c.AppendState(nil)) {
		t.Error("the clone has another state")
	}
	for range 9 {
		if err := c.read(); err != nil {
			t.Fatal(err)
		}
	}
	if c.read() == nil || w.read() != nil {
		t.Error("the original pays for the clone's calls")
	}
	if bytes.Equal(w.AppendState(nil), c.AppendState(nil)) {
		t.Error("the state does not tell how much is left")
	}
	before := newWorld(t).AppendState(nil)
	other := newWorld(t)
	other.Limit(eksmodel.Rates{Reads: 1})
	if bytes.Equal(before, other.AppendState(nil)) {
		t.Error("the state does not tell that there is a limit")
	}
}
