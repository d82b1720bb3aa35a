package eksmodel_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	gocmp "github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/eksmodel"
)

func TestTheEndOfAnUpdateLeavesWhatWasChangedByHandMeanwhile(t *testing.T) {
	t.Parallel()
	for rule, change := range map[string]func(*eksmodel.Behavior){
		"sizes that show at once":    func(*eksmodel.Behavior) {},
		"sizes that show at the end": func(b *eksmodel.Behavior) { b.Visible = eksmodel.AtEnd },
		"a failed update":            func(b *eksmodel.Behavior) { b.Ends.Failure.Code = "NodeCreationFailure" },
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, change)
			w.scale(big, 4)
			w.pass(time.Second)
			if err := w.SetSizes(big, eksmodel.Sizes{Max: 5}, "ana"); err != nil {
				t.Fatal(err)
			}
			w.expect("at once", big, updating, 0, 0)
			w.pass(time.Minute)
			w.expect("after the update", big, active, 0, 0)
		})
	}
}

func TestADeletedNodegroupHasNoNodesAndIsNotFoundInTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.scale(big, 3)
	remove := func() error {
		_, err := w.DeleteNodegroup(t.Context(), &eks.DeleteNodegroupInput{ClusterName: &big.Cluster, NodegroupName: &big.Nodegroup})
		return err
	}
	if err := remove(); code(err) != "ResourceInUseException" {
		t.Errorf("while it is updated: %v", err)
	}
	if err := w.Delete(big); err != nil {
		t.Fatal(err)
	}
	if err := remove(); code(err) != "ResourceInUseException" {
		t.Errorf("while it is deleted: %v", err)
	}
	w.expect("at once", big, types.NodegroupStatusDeleting, 3, 0)
	w.pass(time.Minute)
	if _, err := w.describeUpdate(big, id); code(err) != "ResourceNotFoundException" {
		t.Errorf("%v; want it not to be found", err)
	}
	last := w.Changes()[len(w.Changes())-1]
	if last.Cause != eksmodel.CauseGone || !last.At.Equal(w.now) || last.NodesAfter != 0 {
		t.Errorf("the last change is %v", last)
	}
	w.expect("the other one", small, active, 0, 0)
	w.Add(eksmodel.Nodegroup{Ref: big, Sizes: eksmodel.Sizes{Max: 1}})
	if _, err := w.describeUpdate(big, id); code(err) != "ResourceNotFoundException" {
		t.Errorf("%v; want a new node group not to have the updates of an earlier one", err)
	}
}

func TestAForeignUpdateKeepsOthersOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.StartUpdate(big, "ana"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.update(big, "a", eksmodel.Asked{Desired: n(1)}); code(err) != "ResourceInUseException" {
		t.Errorf("%v; want it to be in use", err)
	}
	w.expect("meanwhile", big, updating, 2, 2)
	if w.Running(big) != w.Updates()[0].ID || !w.End(big, eksmodel.Ending{}) || w.End(big, eksmodel.Ending{}) {
		t.Error("the update does not end by hand, once")
	}
	w.expect("after it", big, active, 2, 2)
}

func TestListUpdatesHasEveryUpdateOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(b *eksmodel.Behavior) { b.Duration = 0 })
	var want []string
	for i := range int32(25) {
		want = append(want, w.scale(big, i%4))
		w.scale(small, i%3)
		w.pass(time.Second)
	}
	var found []string
	pages := eks.NewListUpdatesPaginator(w, &eks.ListUpdatesInput{Name: &big.Cluster, NodegroupName: &big.Nodegroup, MaxResults: aws.Int32(10)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, page.UpdateIds...)
	}
	if slices.Equal(found, want) {
		t.Error("the IDs are in the order of time, which EKS does not promise")
	}
	if out, err := w.ListUpdates(t.Context(), &eks.ListUpdatesInput{Name: &big.Cluster}); err != nil || len(out.UpdateIds) > 0 {
		t.Errorf("the cluster itself has the updates %+v (%v)", out, err)
	}
	slices.Sort(want)
	if diff := gocmp.Diff(want, found); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestChangesOfAllNodegroupsAreInTheOrderOfTime looks only once, long after two updates have ended.
func TestChangesOfAllNodegroupsAreInTheOrderOfTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.scale(small, 1)
	w.pass(30 * time.Second)
	if err := w.SetBehavior(big, eksmodel.Behavior{Duration: time.Second, Lowers: eksmodel.AtEnd}); err != nil {
		t.Fatal(err)
	}
	w.scale(big, 0)
	w.pass(time.Hour)
	capacity, gone := map[eksmodel.Ref]int32{}, time.Duration(0)
	since := time.Time{}
	for _, c := range w.Changes() {
		if !since.IsZero() {
			gone += c.At.Sub(since)
			since = time.Time{}
		}
		capacity[c.Ref] = c.NodesAfter
		if capacity[small]+capacity[big] == 0 && len(capacity) == 2 {
			since = c.At
		}
	}
	if gone != 29*time.Second {
		t.Errorf("no node for %s; want the time between the ends of big's and small's updates", gone)
	}
}

func TestAnUnknownPartOfARequestIsNotIgnored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.UpdateNodegroupConfig(t.Context(), &eks.UpdateNodegroupConfigInput{
		ClusterName: &big.Cluster, NodegroupName: &big.Nodegroup, Labels: &types.UpdateLabelsPayload{},
		ScalingConfig: &types.NodegroupScalingConfig{DesiredSize: n(1)},
	})
	if err == nil {
		t.Error("labels are ignored")
	}
}
