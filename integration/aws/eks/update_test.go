package eks_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awseks "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"eks-scaling-automation/integration/aws/eks"
)

func TestSizesAreCheckedAgainstTheStoredRest(t *testing.T) {
	for name, test := range map[string]struct {
		config types.NodegroupScalingConfig
		want   string // the message of InvalidParameterException; empty when accepted
	}{
		"all_three":                     {sizes(2, 6, 4), ""},
		"off_keeps_max":                 {sizes(0, 5, 0), ""},
		"the_sizes_it_has":              {sizes(1, 5, 2), ""},
		"desired_alone_within":          {types.NodegroupScalingConfig{DesiredSize: aws.Int32(5)}, ""},
		"max_must_be_at_least_1":        {sizes(0, 0, 0), "Maximum capacity 0 can't be less than 1"},
		"min_alone_above_desired":       {types.NodegroupScalingConfig{MinSize: aws.Int32(3)}, "Minimum capacity 3 can't be greater than desired size 2"},
		"max_alone_below_desired":       {types.NodegroupScalingConfig{MaxSize: aws.Int32(1)}, "Desired capacity 2 can't be greater than max size 1"},
		"desired_alone_above_max":       {types.NodegroupScalingConfig{DesiredSize: aws.Int32(6)}, "Desired capacity 6 can't be greater than max size 5"},
		"negative_min":                  {sizes(-1, 5, 2), "Minimum capacity -1 can't be less than 0"},
		"negative_desired":              {sizes(0, 5, -1), "Desired capacity -1 can't be less than 0"},
		"nothing_to_change_is_an_error": {types.NodegroupScalingConfig{}, "No changes needed for the nodegroup update"},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			_, err := w.update("t", test.config)
			var message string
			if invalid, ok := errors.AsType[*types.InvalidParameterException](err); ok {
				message = invalid.ErrorMessage()
				if aws.ToString(invalid.ClusterName) != cluster || aws.ToString(invalid.NodegroupName) != workers {
					t.Errorf("the error is about %v", invalid)
				}
				w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 1, Max: 5, Desired: 2}, Status: "ACTIVE"})
			} else if err != nil {
				t.Fatal(err)
			}
			if message != test.want {
				t.Errorf("message %q, want %q", message, test.want)
			}
		})
	}
}

func TestAnUpdateEndsAfterSoManyLooks(t *testing.T) {
	for _, looks := range []int{0, 1, 2, 5} {
		t.Run(fmt.Sprint(looks), func(t *testing.T) {
			w := start(t)
			w.SetLooks(region, cluster, workers, looks)
			id := w.mustUpdate("t", sizes(2, 6, 4))
			for i := range looks {
				if i%2 == 0 {
					if g := w.describe(); g.Status != types.NodegroupStatusUpdating || *g.ScalingConfig.DesiredSize != 4 {
						t.Errorf("look %d: %s at %d", i, g.Status, *g.ScalingConfig.DesiredSize)
					}
				} else if u := w.describeUpdate(id); u.Status != types.UpdateStatusInProgress {
					t.Errorf("look %d: %s", i, u.Status)
				}
			}
			u := w.describeUpdate(id)
			want := []types.UpdateParam{
				{Type: types.UpdateParamTypeMinSize, Value: aws.String("2")},
				{Type: types.UpdateParamTypeMaxSize, Value: aws.String("6")},
				{Type: types.UpdateParamTypeDesiredSize, Value: aws.String("4")},
			}
			if diff := cmp.Diff(want, u.Params, cmpopts.IgnoreUnexported(types.UpdateParam{})); diff != "" {
				t.Error(diff)
			}
			if u.Status != types.UpdateStatusSuccessful || u.Type != types.UpdateTypeConfigUpdate || u.CreatedAt.Year() != 2026 {
				t.Errorf("at the end: %+v", u)
			}
			w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 2, Max: 6, Desired: 4}, Status: "ACTIVE", Updates: 1})
		})
	}
}

func TestARunningUpdateRefusesAnother(t *testing.T) {
	w := start(t)
	w.mustUpdate("one", sizes(2, 6, 4))
	if _, err := w.update("two", sizes(2, 6, 5)); code(err) != "ResourceInUseException" {
		t.Error(err)
	}
	w.describe()
	w.describe()
	w.mustUpdate("two", sizes(2, 6, 5))
	w.describe()
	w.describe()
	w.ForeignUpdate(region, cluster, workers, 1)
	if _, err := w.update("three", sizes(2, 6, 6)); code(err) != "ResourceInUseException" {
		t.Error(err)
	}
	w.describe()
	w.mustUpdate("three", sizes(2, 6, 6))
}

func TestARepeatedTokenIsTheSameCall(t *testing.T) {
	w := start(t)
	first := w.mustUpdate("t", sizes(2, 6, 4))
	if again := w.mustUpdate("t", sizes(2, 6, 4)); again != first {
		t.Errorf("while it runs: update %s, not %s", again, first)
	}
	w.describe()
	w.describe()
	w.SetSizes(region, cluster, workers, eks.Sizes{Max: 5})
	if again := w.mustUpdate("t", sizes(2, 6, 4)); again != first {
		t.Errorf("after it: update %s, not %s", again, first)
	}
	if _, err := w.update("t", sizes(2, 6, 5)); code(err) != "InvalidParameterException" {
		t.Error(err)
	}
	w.is(eks.Nodegroup{Sizes: eks.Sizes{Max: 5}, Status: "ACTIVE", Updates: 1})
}

func TestTheUpdatesOfANodegroupAreListed(t *testing.T) {
	w := start(t)
	w.CreateNodegroup(region, cluster, "others", eks.Sizes{Max: 1})
	w.SetLooks(region, cluster, workers, 0)
	want := []string{w.mustUpdate("one", sizes(2, 6, 4)), w.mustUpdate("two", sizes(2, 6, 5))}
	for nodegroup, want := range map[*string][]string{aws.String(workers): want, aws.String("others"): {}, nil: {}} {
		out, err := w.eks.ListUpdates(t.Context(), &awseks.ListUpdatesInput{Name: aws.String(cluster), NodegroupName: nodegroup})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(want) // the order in which they began is not promised
		if diff := cmp.Diff(want, out.UpdateIds); diff != "" {
			t.Errorf("of %s (-want +found):\n%s", aws.ToString(nodegroup), diff)
		}
	}
}

func TestFatesOfUpdates(t *testing.T) {
	w := start(t)
	w.FailUpdate(region, cluster, workers, "NodeCreationFailure", "no node joined")
	id := w.mustUpdate("1", sizes(2, 6, 4))
	w.describe()
	w.describe()
	u := w.describeUpdate(id)
	if u.Status != types.UpdateStatusFailed || len(u.Errors) != 1 || u.Errors[0].ErrorCode != types.ErrorCodeNodeCreationFailure {
		t.Errorf("%+v", u)
	}
	w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 1, Max: 5, Desired: 2}, Status: "ACTIVE", Updates: 1})

	w.SetLooks(region, cluster, workers, 0)
	w.DegradeAfterUpdate(region, cluster, workers, "AsgInstanceLaunchFailures", "no capacity")
	id = w.mustUpdate("2", sizes(2, 6, 4))
	if u := w.describeUpdate(id); u.Status != types.UpdateStatusSuccessful {
		t.Errorf("%+v", u)
	}
	g := w.describe()
	if g.Status != types.NodegroupStatusDegraded || g.Health.Issues[0].Code != types.NodegroupIssueCodeAsgInstanceLaunchFailures {
		t.Errorf("%+v", g)
	}
	issues := []eks.HealthIssue{{Code: "AsgInstanceLaunchFailures", Message: "no capacity"}}
	w.mustUpdate("3", sizes(0, 6, 0))
	w.is(eks.Nodegroup{Sizes: eks.Sizes{Max: 6}, Status: "DEGRADED", Health: issues, Updates: 3})
	w.FailUpdate(region, cluster, workers, "NodeCreationFailure", "no node joined")
	w.mustUpdate("4", sizes(2, 6, 4))
	w.is(eks.Nodegroup{Sizes: eks.Sizes{Max: 6}, Status: "DEGRADED", Health: issues, Updates: 4})
	w.mustUpdate("5", sizes(2, 6, 4))
	w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 2, Max: 6, Desired: 4}, Status: "ACTIVE", Updates: 5})

	w.HangUpdate(region, cluster, workers)
	id = w.mustUpdate("6", sizes(2, 6, 5))
	for range 50 {
		if u := w.describeUpdate(id); u.Status != types.UpdateStatusInProgress {
			t.Fatalf("%+v", u)
		}
	}
}

func TestOnlyOneOfManyConcurrentUpdatesIsAccepted(t *testing.T) {
	w := start(t)
	w.SetLooks(region, cluster, workers, 1000)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() { _, _ = w.update(fmt.Sprint(i), sizes(2, 6, 4)); w.Calls() })
	}
	all.Wait()
	accepted := 0
	for _, c := range w.Calls() {
		if c.Accepted {
			accepted++
		}
	}
	if len(w.Calls()) != 20 || accepted != 1 {
		t.Errorf("%d calls, %d accepted", len(w.Calls()), accepted)
	}
}
