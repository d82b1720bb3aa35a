package integration_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// breakCluster puts a cluster into the table as a person might who edits it in the console.
func breakCluster(name string) func(*world.World) error {
	return func(w *world.World) error {
		text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
		_, err := w.DynamoDB().PutItem(context.Background(), &dynamodb.PutItemInput{
			TableName: aws.String(deployment.ConfigTable),
			Item: map[string]types.AttributeValue{
				"kind": text(inventory.KindCluster), "name": text(name),
				"spec": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
					"name": text(name), "region": &types.AttributeValueMemberN{Value: "7"},
				}},
			},
		})
		return err
	}
}

// configured is a world with the reference configuration, changed.
func configured(t *testing.T, changes ...string) *world.World {
	t.Helper()
	w := begin(t)
	apply(t, w, changes...)
	return w
}

func TestTransitionIsAppliedOnceAndThenLeftAlone(t *testing.T) {
	t.Parallel()
	w := configured(t)
	step := func(name string, input run.Input, wantBig int32) {
		t.Helper()
		result := runWorld(t, w, name, input)
		if got := desired(w)["big"]; result.Status != engine.Succeeded || got != wantBig {
			t.Fatalf("%s: %s with big at %d; want SUCCEEDED with %d", name, result.Status, got, wantBig)
		}
	}
	step("applied", run.Input{At: tuesday("06:30:00")}, 3)
	w.EKS.SetSizes(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 5})
	step("left-alone", run.Input{At: tuesday("07:30:00")}, 5)
	step("forced", run.Input{At: tuesday("08:30:00"), Force: true}, 3)
	step("by-hand", run.Input{At: tuesday("09:00:00"), Profile: "normal", Actor: "ana", Reason: "quiet"}, 1)
	step("held-until-the-transition", run.Input{At: tuesday("10:00:00")}, 1)
	apply(t, w, "big: 3}", "big: 4}")
	step("new-sizes-in-the-config", run.Input{At: tuesday("11:00:00")}, 4)
	step("next-transition", run.Input{At: tuesday("11:30:00")}, 1)
	w.EKS.SetSizes(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 2})
	step("already-right-was-remembered", run.Input{At: tuesday("12:30:00")}, 2)
	step("same-period-a-week-later", run.Input{At: tuesday("06:30:00").AddDate(0, 0, 7)}, 4)
}

func TestEnforceAlwaysPutsTheSizesBack(t *testing.T) {
	t.Parallel()
	w := configured(t, "region: sa-east-1", "region: sa-east-1\n    enforce: always")
	runWorld(t, w, "first", run.Input{At: tuesday("06:30:00")})
	w.EKS.SetSizes(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 5})
	runWorld(t, w, "second", run.Input{At: tuesday("07:30:00")})
	if got := desired(w)["big"]; got != 3 {
		t.Errorf("big is at %d; want it back at 3", got)
	}
}

func TestFailedScaleUpIsTriedAgainAndDegradedCapacityIsNotReliedOn(t *testing.T) {
	t.Parallel()
	w := configured(t)
	w.EKS.DegradeAfterUpdate(world.Region, "production", "small", "InstanceLimitExceeded", "quota")
	for i, at := range []string{"01:00:00", "02:00:00"} {
		if result := runWorld(t, w, at[:2]+"-run", run.Input{At: tuesday(at)}); result.Error != "NodegroupDegradedError" {
			t.Errorf("run %d: error %q; want NodegroupDegradedError", i, result.Error)
		}
		if got := desired(w)["big"]; got != 1 {
			t.Errorf("run %d: big is at %d; it must stay at 1 while small is DEGRADED", i, got)
		}
	}
}

func TestRunThatIsStartedTwiceMakesOneUpdate(t *testing.T) {
	t.Parallel()
	w := configured(t)
	input, err := json.Marshal(run.Input{At: tuesday("07:00:00")})
	if err != nil {
		t.Fatal(err)
	}
	first, err := w.Engine.StartExecution("twice", input)
	if err != nil {
		t.Fatal(err)
	}
	same, err := w.Engine.StartExecution("twice", input)
	if err != nil || same != first {
		t.Fatalf("the second start is another execution, or an error: %v", err)
	}
	duplicate, err := w.Engine.StartDuplicate("twice", input) // as if the name did not protect
	if err != nil {
		t.Fatal(err)
	}
	succeeds(t, first)
	succeeds(t, duplicate)
	if diff := cmp.Diff([]string{"big 3"}, accepted(w)); diff != "" {
		t.Errorf("accepted updates (-want +got):\n%s", diff)
	}
	if _, err := w.Engine.StartExecution("twice", input); err == nil || !strings.Contains(err.Error(), "ExecutionAlreadyExists") {
		t.Errorf("a third start after the end: %v; want ExecutionAlreadyExists", err)
	}
}

// TestALostAnswerLeadsToTheSameCallAgain has EKS do what it was asked for and its answer get lost. The announcement of that call
// stays recorded: before the run plans again it waits until the call can no longer arrive.
func TestALostAnswerLeadsToTheSameCallAgain(t *testing.T) {
	t.Parallel()
	began := tuesday("07:00:00")
	w := beginAt(t, began)
	w.EKS.LoseReply("UpdateNodegroupConfig", "production", "big", 1)
	result := runWorld(t, w, "run", run.Input{Trigger: "schedule"})
	if diff := cmp.Diff([]string{"big 3"}, accepted(w)); diff != "" || result.Status != engine.Succeeded {
		t.Errorf("%s: %s; accepted updates (-want +got):\n%s", result.Status, result.Cause, diff)
	}
	if diff := cmp.Diff([]string{"production/big succeeded", "run succeeded"}, records(t, w)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	if took := w.Now().Sub(began); took > 5*time.Minute {
		t.Errorf("the run took %s by the world's clock", took)
	}
}

func succeeds(t *testing.T, execution *engine.Execution) {
	t.Helper()
	result, err := execution.Wait(t.Context())
	if err != nil || result.Status != engine.Succeeded {
		t.Fatalf("%v %s: %s", err, result.Error, result.Cause)
	}
}

func TestClusterInAnotherAccountIsReachedThroughItsRole(t *testing.T) {
	t.Parallel()
	w := begin(t)
	other := w.EKS.Of("210987654321")
	other.CreateNodegroup(world.Region, "production", "small", eks.Sizes{Max: 1, Desired: 1})
	other.CreateNodegroup(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 1})
	w.OpenRole("arn:aws:iam::210987654321:role/scaler")
	apply(t, w, "region: sa-east-1", "region: sa-east-1\n    roleArn: arn:aws:iam::210987654321:role/scaler")
	if result := runWorld(t, w, "run", run.Input{At: tuesday("07:00:00")}); result.Status != engine.Succeeded {
		t.Fatalf("%s: %s", result.Error, result.Cause)
	}
	scaled, _ := other.Nodegroup(world.Region, "production", "big")
	if scaled.Sizes.Desired != 3 || desired(w)["big"] != 1 {
		t.Errorf("big has %d nodes there and %d in the own account; want 3 and 1", scaled.Sizes.Desired, desired(w)["big"])
	}
	for _, c := range w.EKS.Calls() {
		if strings.HasPrefix(c.Principal, lambda.AccessKeyID("")) {
			t.Errorf("%s was called by the function %s itself", c.Operation, c.Principal)
		}
	}
	if roles := len(w.STS.Calls()); roles != 4 {
		t.Errorf("the role was assumed %d times; want once by config apply, and once by each of the three functions", roles)
	}
}

// TestCallsOfARun counts what a run costs: docs/how-it-works.md has the same numbers.
func TestCallsOfARun(t *testing.T) {
	t.Parallel()
	w := configured(t)
	w.EKS.SetLooks(world.Region, "production", "small", 1)
	w.EKS.SetLooks(world.Region, "production", "big", 1)
	type calls struct {
		Name                                                              string
		Transitions, Invocations, EKSCalls, DynamoDBCalls, SchedulerCalls int
	}
	var recorded struct{ Now struct{ Runs []calls } }
	data, err := os.ReadFile("fleet/one-unit.json") // which docs/fleet.md shows
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &recorded); err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct {
		name    string
		trigger string
		at      time.Time
	}{
		{"nothing to do, and not yet recorded", "", tuesday("12:00:00")},
		{"nothing to do", "", tuesday("13:00:00")},
		{"reconcile, and make the triggers", "reconcile", tuesday("13:00:00")},
		{"reconcile", "reconcile", tuesday("13:00:00")},
		{"two changes", "", tuesday("01:00:00").AddDate(0, 0, 1)},
		{"two changes back", "", tuesday("06:30:00").AddDate(0, 0, 1)},
		{"one change", "", tuesday("06:30:00").AddDate(0, 0, 7)},
	} {
		eks, lambda, dynamoDB, scheduler := len(w.EKS.Calls()), len(w.Lambda.Invocations()), w.Tables.Calls(), len(w.Scheduler.Calls())
		result := runWorld(t, w, strings.NewReplacer(" ", "-", ",", "").Replace(step.name), run.Input{Trigger: step.trigger, At: step.at})
		got := calls{
			step.name, result.Transitions, len(w.Lambda.Invocations()) - lambda, len(w.EKS.Calls()) - eks, w.Tables.Calls() - dynamoDB,
			len(w.Scheduler.Calls()) - scheduler,
		}
		if diff := cmp.Diff(recorded.Now.Runs[i], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}
