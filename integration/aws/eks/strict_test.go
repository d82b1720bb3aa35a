package eks_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awseks "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
)

func TestWhenSizesAreShownAndWhatAFailureLeavesBehind(t *testing.T) {
	before, after := eks.Sizes{Min: 1, Max: 5, Desired: 2}, eks.Sizes{Min: 2, Max: 6, Desired: 4}
	for name, row := range map[string]struct {
		behaviour                  eks.Behaviour
		fails                      bool
		during, afterwards         eks.Sizes
		byHandDuring, byHandAtLast int32 // desired sizes: one that is set while the update runs, and what becomes of it; 0 is none
	}{
		"at once, and it succeeds":                  {during: after, afterwards: after},
		"at once, and a failure takes them back":    {fails: true, during: after, afterwards: before},
		"at once, and a failure keeps them":         {behaviour: eks.Behaviour{FailureKeepsSizes: true}, fails: true, during: after, afterwards: after},
		"at the end, when it succeeds":              {behaviour: eks.Behaviour{SizesShownAtEnd: true}, during: before, afterwards: after},
		"at the end, and not at all when it fails":  {behaviour: eks.Behaviour{SizesShownAtEnd: true}, fails: true, during: before, afterwards: before},
		"at the end, and a failure keeps them":      {behaviour: eks.Behaviour{SizesShownAtEnd: true, FailureKeepsSizes: true}, fails: true, during: before, afterwards: after},
		"at once, and somebody sets one meanwhile":  {during: after, afterwards: after, byHandDuring: 3, byHandAtLast: 3},
		"at the end, which undoes what was between": {behaviour: eks.Behaviour{SizesShownAtEnd: true}, during: before, afterwards: after, byHandDuring: 3, byHandAtLast: 4},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			w.Behave(row.behaviour)
			if row.fails {
				w.FailUpdate(region, cluster, workers, "NodeCreationFailure", "no node joined")
			}
			w.mustUpdate("t", sizes(2, 6, 4))
			w.is(eks.Nodegroup{Sizes: row.during, Status: "UPDATING", Updates: 1})
			if row.byHandDuring > 0 {
				row.during.Desired, row.afterwards.Desired = row.byHandDuring, row.byHandAtLast
				w.SetSizes(region, cluster, workers, row.during)
			}
			w.describe()
			w.describe()
			w.is(eks.Nodegroup{Sizes: row.afterwards, Status: "ACTIVE", Updates: 1})
		})
	}
}

func TestAnUpdateOfSomeSizesLeavesTheOthersToOthers(t *testing.T) {
	w := start(t)
	w.Behave(eks.Behaviour{SizesShownAtEnd: true})
	id := w.mustUpdate("t", types.NodegroupScalingConfig{MaxSize: aws.Int32(8)})
	w.SetSizes(region, cluster, workers, eks.Sizes{Min: 1, Max: 5, Desired: 5}) // as an autoscaler does
	w.describe()
	w.describe()
	w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 1, Max: 8, Desired: 5}, Status: "ACTIVE", Updates: 1})
	if params := w.describeUpdate(id).Params; len(params) != 1 || params[0].Type != types.UpdateParamTypeMaxSize || *params[0].Value != "8" {
		t.Errorf("params %+v; want MaxSize 8 alone", params)
	}
}

func TestATokenIsOfOneCallAlone(t *testing.T) {
	w := start(t)
	w.CreateNodegroup(region, cluster, "others", eks.Sizes{Min: 1, Max: 5, Desired: 2})
	w.mustUpdate("t", sizes(2, 6, 4))
	same := sizes(2, 6, 4)
	token := "t"
	_, err := w.eks.UpdateNodegroupConfig(t.Context(), &awseks.UpdateNodegroupConfigInput{
		ClusterName: aws.String(cluster), NodegroupName: aws.String("others"), ScalingConfig: &same, ClientRequestToken: &token,
	})
	if code(err) != "InvalidParameterException" {
		t.Errorf("the same token for another node group: %v", err)
	}
	for name, config := range map[string]types.NodegroupScalingConfig{
		"other sizes": sizes(2, 6, 5), "fewer sizes": {MinSize: aws.Int32(2), MaxSize: aws.Int32(6)},
	} {
		if _, err := w.update("t", config); code(err) != "InvalidParameterException" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMaxUnavailableIsNeverAboveTheMaximumSize(t *testing.T) {
	for name, row := range map[string]struct {
		stored, sent int32 // 0 is not sent
		sizes        types.NodegroupScalingConfig
		refused      bool
	}{
		"sent above the maximum":                   {stored: 1, sent: 6, refused: true},
		"sent as 0":                                {stored: 1, sent: -1, refused: true},
		"sent as the maximum":                      {stored: 1, sent: 5},
		"stored above a lower maximum":             {stored: 3, sizes: sizes(0, 2, 2), refused: true},
		"stored as high as a lower maximum":        {stored: 2, sizes: sizes(0, 2, 2)},
		"stored above it, but lowered in the call": {stored: 3, sent: 2, sizes: sizes(0, 2, 2)},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			w.SetMaxUnavailable(region, cluster, workers, row.stored)
			in := &awseks.UpdateNodegroupConfigInput{ClusterName: aws.String(cluster), NodegroupName: aws.String(workers), ScalingConfig: &row.sizes}
			if row.sent != 0 {
				in.UpdateConfig = &types.NodegroupUpdateConfig{MaxUnavailable: aws.Int32(max(row.sent, 0))}
			}
			_, err := w.eks.UpdateNodegroupConfig(t.Context(), in)
			if refused := code(err) == "InvalidParameterException"; refused != row.refused || err != nil && !refused {
				t.Errorf("%v; want it refused: %t", err, row.refused)
			}
		})
	}
}

func TestEveryStatusIsShownAndOnlySomeTakeUpdates(t *testing.T) {
	issue := eks.HealthIssue{Code: "AccessDenied", Message: "no"}
	for status, want := range map[string]string{
		"ACTIVE": "", "DEGRADED": "", "CREATING": "ResourceInUseException", "UPDATING": "ResourceInUseException",
		"DELETING": "ResourceInUseException", "CREATE_FAILED": "InvalidRequestException", "DELETE_FAILED": "InvalidRequestException",
	} {
		w := start(t)
		var issues []eks.HealthIssue
		if status != "ACTIVE" {
			issues = append(issues, issue)
		}
		w.SetStatus(region, cluster, workers, status, issues...)
		g := w.describe()
		if string(g.Status) != status || len(g.Health.Issues) != len(issues) {
			t.Errorf("%s: EKS shows %s with %d issues", status, g.Status, len(g.Health.Issues))
		}
		if _, err := w.update("t", sizes(2, 6, 4)); (err != nil || want != "") && code(err) != want {
			t.Errorf("%s: an update: %v; want %q", status, err, want)
		}
	}
}

func TestAStatusThatWasSetIsTakenBack(t *testing.T) {
	w := start(t)
	w.SetStatus(region, cluster, workers, "CREATING")
	w.SetStatus(region, cluster, workers, "ACTIVE")
	w.SetLooks(region, cluster, workers, 0)
	w.SetStatus(region, cluster, workers, "DEGRADED")
	w.mustUpdate("down", sizes(1, 5, 1))
	w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 1, Max: 5, Desired: 1}, Status: "DEGRADED", Updates: 1})
	w.mustUpdate("up", sizes(1, 5, 2))
	w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 1, Max: 5, Desired: 2}, Status: "ACTIVE", Updates: 2})
}

func TestADeletedNodegroupIsDeletingAndThenGone(t *testing.T) {
	deleted := func(w world) error {
		_, err := w.eks.DeleteNodegroup(w.t.Context(), &awseks.DeleteNodegroupInput{ClusterName: aws.String(cluster), NodegroupName: aws.String(workers)})
		return err
	}
	gone := func(t *testing.T, w world) {
		t.Helper()
		if _, found := w.Nodegroup(region, cluster, workers); found {
			t.Error("it is still there")
		}
		if _, err := w.update("t", sizes(2, 6, 4)); code(err) != "ResourceNotFoundException" {
			t.Errorf("an update: %v", err)
		}
		out, err := w.eks.ListNodegroups(t.Context(), &awseks.ListNodegroupsInput{ClusterName: aws.String(cluster)})
		if err != nil || len(out.Nodegroups) > 0 {
			t.Errorf("listed %v (%v)", out, err)
		}
	}
	t.Run("by looks", func(t *testing.T) {
		w := start(t)
		if err := deleted(w); err != nil {
			t.Fatal(err)
		}
		if err := deleted(w); code(err) != "ResourceInUseException" {
			t.Errorf("deleted again: %v", err)
		}
		for range 2 {
			if g := w.describe(); g.Status != types.NodegroupStatusDeleting {
				t.Errorf("it is %s", g.Status)
			}
		}
		gone(t, w)
	})
	t.Run("by the clock", func(t *testing.T) {
		w, clock := startByClock(t, 30*time.Second)
		w.DeleteNodegroup(region, cluster, workers)
		clock.at.Add(29)
		if g := w.describe(); g.Status != types.NodegroupStatusDeleting {
			t.Errorf("it is %s", g.Status)
		}
		clock.at.Add(1)
		gone(t, w)
	})
	t.Run("not while it is updated", func(t *testing.T) {
		w := start(t)
		w.mustUpdate("t", sizes(2, 6, 4))
		if err := deleted(w); code(err) != "ResourceInUseException" {
			t.Error(err)
		}
	})
	t.Run("at once", func(t *testing.T) {
		w := start(t)
		w.RemoveNodegroup(region, cluster, workers)
		gone(t, w)
	})
}

func TestArnsOfNodegroupsEndInAnIDOfTheirOwn(t *testing.T) {
	w := start(t)
	first := *w.describe().NodegroupArn
	w.CreateNodegroup(region, cluster, workers, eks.Sizes{Max: 1})
	second := *w.describe().NodegroupArn
	form := regexp.MustCompile(`^arn:aws:eks:sa-east-1:123456789012:nodegroup/shop/workers/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	if !form.MatchString(first) || !form.MatchString(second) || first == second {
		t.Errorf("found %s, and %s for one of the same name that was made later", first, second)
	}
}

func TestOneNodegroupMayTakeLongerThanTheOthers(t *testing.T) {
	w, clock := startByClock(t, 30*time.Second)
	w.UpdateTakes(region, cluster, workers, 10*time.Minute)
	id := w.mustUpdate("t", sizes(2, 6, 4))
	clock.at.Add(599)
	if u := w.describeUpdate(id); u.Status != types.UpdateStatusInProgress {
		t.Errorf("a second too early: %s", u.Status)
	}
	clock.at.Add(1)
	if u := w.describeUpdate(id); u.Status != types.UpdateStatusSuccessful {
		t.Errorf("after 10 minutes: %s", u.Status)
	}
}

func TestACallTakesItsTimeBeforeAndAfterItIsApplied(t *testing.T) {
	w := start(t)
	var order []string
	w.SleepBy(func(token string, d time.Duration) func() {
		g, _ := w.Nodegroup(region, cluster, workers)
		order = append(order, fmt.Sprintf("%q sleeps %v at %d", token, d, g.Sizes.Desired))
		return func() { order = append(order, "done") }
	})
	w.SetLooks(region, cluster, workers, 0)
	w.Delay("UpdateNodegroupConfig", cluster, "", 1, time.Second, time.Minute)
	w.mustUpdate("one", sizes(2, 6, 4))
	w.mustUpdate("two", sizes(2, 6, 5))
	want := []string{`"" sleeps 1s at 2`, "done", `"" sleeps 1m0s at 4`, "done"}
	if diff := cmp.Diff(want, slices.Clone(order)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
