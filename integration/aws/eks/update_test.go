package eks_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awseks "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
)

var throttled = eks.Failure{Status: http.StatusTooManyRequests, Type: "ThrottlingException", Message: "Rate exceeded"}

func TestWithoutAClockUpdatesEndByLooks(t *testing.T) {
	w := start(t)
	w.mustUpdate("1", sizes(2, 4))
	w.looks(1)
	w.is("UPDATING", 4)
	w.looks(1)
	w.is("ACTIVE", 4)
	w.ForeignUpdate(region, cluster, workers, 1)
	w.is("UPDATING", 4)
	w.looks(1)
	w.SetLooks(region, cluster, workers, 0)
	w.mustUpdate("2", sizes(2, 5))
	w.is("ACTIVE", 5)
}

func TestUpdatesEndByAClockWithoutLooks(t *testing.T) {
	w, now := start(t), time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)
	w.GoBy(func() time.Time { return now })
	w.mustUpdate("1", sizes(2, 3))
	now = now.Add(time.Hour)
	w.is("UPDATING", 3) // a clock alone leaves updates to looks
	w.looks(2)
	w.UpdatesTake(30 * time.Second)
	w.mustUpdate("2", sizes(2, 4))
	w.looks(50)
	now = now.Add(29 * time.Second)
	w.is("UPDATING", 4)
	now = now.Add(time.Second)
	w.is("ACTIVE", 4)
	w.UpdateTakes(region, cluster, workers, 10*time.Minute)
	w.ForeignUpdate(region, cluster, workers, 1)
	w.looks(1)
	now = now.Add(599 * time.Second)
	w.is("UPDATING", 4)
	now = now.Add(time.Second)
	w.is("ACTIVE", 4)
}

func TestUpdatesEndInTheirTurnAsTheServerWasTold(t *testing.T) {
	w := start(t)
	w.SetLooks(region, cluster, workers, 1)
	w.FailUpdate(region, cluster, workers, "NodeCreationFailure", "no node joined")
	w.FailUpdate(region, cluster, workers, "NodeCreationFailure", "no node joined")
	w.DegradeAfterUpdate(region, cluster, workers, "AsgInstanceLaunchFailures", "no capacity")
	w.HangUpdate(region, cluster, workers)
	for i, row := range []struct {
		behaviour     eks.Behaviour
		during, after int32 // the desired size
		status        string
	}{
		{eks.Behaviour{}, 5, 2, "ACTIVE"},
		{eks.Behaviour{SizesShownAtEnd: true, FailureKeepsSizes: true}, 2, 5, "ACTIVE"},
		{eks.Behaviour{}, 4, 4, "DEGRADED"},
		{eks.Behaviour{}, 5, 5, "UPDATING"},
	} {
		w.Behave(row.behaviour)
		asked := max(row.during, row.after)
		w.mustUpdate(fmt.Sprint(i), sizes(2, asked))
		w.is("UPDATING", row.during)
		w.looks(1)
		w.is(row.status, row.after)
	}
	w.looks(50)
	w.is("UPDATING", 5)
	state, _ := w.Nodegroup(region, cluster, workers)
	if diff := cmp.Diff([]eks.HealthIssue{{Code: "AsgInstanceLaunchFailures", Message: "no capacity"}}, state.Health); diff != "" {
		t.Error(diff)
	}
}

func TestANodegroupIsRemovedAndMadeAgain(t *testing.T) {
	w := start(t)
	w.SetLooks(region, cluster, workers, 0)
	w.mustUpdate("t", sizes(2, 4))
	w.RemoveNodegroup(region, cluster, workers)
	if _, found := w.Nodegroup(region, cluster, workers); found {
		t.Error("it is still there")
	}
	if err := w.update("t", sizes(2, 4)); code(err) != "ResourceNotFoundException" {
		t.Error(err)
	}
	w.CreateNodegroup(region, cluster, workers, eks.Sizes{Max: 1})
	w.SetSizes(region, cluster, workers, eks.Sizes{Max: 1, Desired: 1})
	w.is("ACTIVE", 1)
	out, err := w.eks.ListUpdates(t.Context(), &awseks.ListUpdatesInput{Name: aws.String(cluster), NodegroupName: aws.String(workers)})
	if err != nil || len(out.UpdateIds) > 0 {
		t.Errorf("the new one has the updates %v (%v)", out, err)
	}
}

func TestAFailingCallDoesNothingAndOnlyAsOftenAsAsked(t *testing.T) {
	w := start(t)
	w.Fail("UpdateNodegroupConfig", cluster, "others", 1, throttled)
	w.Fail("UpdateNodegroupConfig", cluster, "", 2, throttled)
	for range 2 {
		if err := w.update("t", sizes(2, 4)); code(err) != "ThrottlingException" {
			t.Error(err)
		}
	}
	w.is("ACTIVE", 2)
	w.mustUpdate("t", sizes(2, 4))
}

func TestALostReplyIsOfACallThatWasDone(t *testing.T) {
	w := start(t)
	w.LoseReply("UpdateNodegroupConfig", cluster, workers, 1)
	if err := w.update("t", sizes(2, 4)); err == nil {
		t.Error("there was a reply")
	}
	w.is("UPDATING", 4)
	w.mustUpdate("t", sizes(2, 4))
	w.LoseReply("DescribeNodegroup", "", "", 1)
	if _, err := w.describe(); err == nil {
		t.Error("there was a reply to the look")
	}
	if calls := w.Calls(); len(calls) != 3 || !calls[0].Accepted || calls[0].Status != 0 || calls[1].Accepted || calls[1].Status != 200 {
		t.Errorf("%+v", calls)
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
	w.mustUpdate("one", sizes(2, 4))
	w.mustUpdate("two", sizes(2, 5))
	want := []string{`"" sleeps 1s at 2`, "done", `"" sleeps 1m0s at 4`, "done"}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOnlyOneOfManyConcurrentUpdatesIsAccepted(t *testing.T) {
	w := start(t)
	w.SetLooks(region, cluster, workers, 1000)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() { _ = w.update(fmt.Sprint(i), sizes(2, 4)); w.Calls() })
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
