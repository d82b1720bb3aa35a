package stackaws_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/deployment"
)

// outputs are those of a stack of this version.
var outputs = map[string]string{
	"ConfigTableName": "config", "LogsTableName": "logs", "AlertTopicArn": "topic", "ReconcileScheduleGroupName": "static",
	"StateMachineArn": "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling", "ScheduleGroupName": "boundaries",
	"ReconcileExpression": "rate(1 hour)", "SchedulerRoleArn": "role", "DeadLetterQueueUrl": "https://queue", "DeadLetterQueueArn": "queue",
	"SomethingElse": "x",
}

// answering is CloudFormation with one answer.
type answering struct {
	stacks []types.Stack
	err    error
}

func (a answering) DescribeStacks(context.Context, *cloudformation.DescribeStacksInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error) {
	return &cloudformation.DescribeStacksOutput{Stacks: a.stacks}, a.err
}

func deployed(without string) answering {
	s := types.Stack{StackName: new(deployment.DefaultName), StackStatus: types.StackStatusUpdateComplete, StackId: new("arn:stack")}
	for key, value := range outputs {
		if key != without {
			s.Outputs = append(s.Outputs, types.Output{OutputKey: &key, OutputValue: &value})
		}
	}
	return answering{stacks: []types.Stack{s}}
}

func TestFindReadsTheOutputs(t *testing.T) {
	t.Parallel()
	got, _, err := stackaws.FindStack(t.Context(), deployed(""), deployment.DefaultName)
	if err != nil {
		t.Fatal(err)
	}
	want := deployment.Stack{
		Name: "EksScaling", Status: "UPDATE_COMPLETE", Partition: "aws", Region: "sa-east-1", Account: "123456789012",
		ConfigTable: "config", LogsTable: "logs", StateMachineARN: outputs["StateMachineArn"], AlertTopicARN: "topic",
		ReconcileGroup: "static", BoundariesGroup: "boundaries", Reconcile: "rate(1 hour)", SchedulerRoleARN: "role",
		DeadLetterURL: "https://queue", DeadLetterARN: "queue",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// lacking is a stack without outputs, as it is before its first deployment has ended.
func lacking(status types.StackStatus) answering {
	return answering{stacks: []types.Stack{{
		StackName: new(deployment.DefaultName), StackStatus: status, StackId: new("arn:aws:cloudformation:sa-east-1:123456789012:stack/EksScaling/1"),
	}}}
}

func TestFindSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	missing := &smithy.GenericAPIError{Code: "ValidationError", Message: "Stack with id EksScaling does not exist"}
	denied := &smithy.GenericAPIError{Code: "AccessDenied", Message: "no"}
	for name, row := range map[string]struct {
		api  answering
		is   error
		want string
	}{
		"no stack":                {answering{err: missing}, stackaws.ErrNoStack, "looking for stack EksScaling: there is no such stack"},
		"an empty answer":         {answering{}, stackaws.ErrNoStack, "there is no such stack"},
		"another error":           {answering{err: denied}, denied, "looking for stack EksScaling: "},
		"a stack of another tool": {answering{stacks: []types.Stack{{StackName: new("Other")}}}, nil, "stack Other () has no output ConfigTableName, LogsTableName"},
		"one of an older version": {deployed("SchedulerRoleArn"), nil, "stack EksScaling (UPDATE_COMPLETE) has no output SchedulerRoleArn, so it is not one of this tool's version"},
		"an output without a value": {
			answering{stacks: []types.Stack{{StackName: new(deployment.DefaultName), Outputs: []types.Output{{OutputKey: new("ConfigTableName")}, {}}}}},
			nil, "has no output ConfigTableName, LogsTableName",
		},
		"an update of an older version that was taken back": {lacking("UPDATE_ROLLBACK_COMPLETE"), nil, "(UPDATE_ROLLBACK_COMPLETE) has no output ConfigTableName"},
		"the first deployment goes on":                      {lacking("CREATE_IN_PROGRESS"), nil, "stack EksScaling is CREATE_IN_PROGRESS: a deployment is under way; wait until it has ended"},
		"the first deployment failed": {
			lacking("ROLLBACK_COMPLETE"), nil,
			"stack EksScaling is ROLLBACK_COMPLETE: its first deployment failed; see why: aws cloudformation describe-stack-events --stack-name EksScaling --region sa-east-1",
		},
		"it goes":                  {lacking("DELETE_IN_PROGRESS"), nil, "is DELETE_IN_PROGRESS: it is being removed; deploy it again when it is gone"},
		"it could not go":          {lacking("DELETE_FAILED"), nil, "it could not be removed, or not all of it; see why: aws cloudformation"},
		"another validation error": {answering{err: &smithy.GenericAPIError{Code: "ValidationError", Message: "bad name"}}, nil, "bad name"},
	} {
		_, _, err := stackaws.FindStack(t.Context(), row.api, deployment.DefaultName)
		if err == nil || !strings.Contains(err.Error(), row.want) || row.is != nil && !errors.Is(err, row.is) {
			t.Errorf("%s: found %v; want %q", name, err, row.want)
		}
	}
}
