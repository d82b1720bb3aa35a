package stackaws_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	ekslocal "eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/scaling"
)

// outputs returns the outputs of a stack of this version.
var outputs = map[string]string{
	"ConfigTableName": "config", "LogsTableName": "logs", "AlertTopicArn": "topic", "ReconcileScheduleGroupName": "static",
	"StateMachineArn": "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling", "ScheduleGroupName": "transitions",
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

func TestTheScopeOfAStack(t *testing.T) {
	t.Parallel()
	for scope, want := range map[string]string{"": "", "own": "sa-east-1", "continent": "(error)"} {
		api := deployed("")
		if scope != "" {
			api.stacks[0].Outputs = append(api.stacks[0].Outputs, types.Output{OutputKey: aws.String("RegionScope"), OutputValue: &scope})
		}
		got, _, err := stackaws.FindStack(t.Context(), api, deployment.DefaultName)
		if found := got.OnlyRegion; err == nil && found != want || (err != nil) != (want == "(error)") {
			t.Errorf("%q: found %q, %v; want %q", scope, found, err, want)
		}
	}
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
		ReconcileGroup: "static", TriggersGroup: "transitions", Reconcile: "rate(1 hour)", SchedulerRoleARN: "role",
		DeadLetterURL: "https://queue", DeadLetterARN: "queue",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestFindReadsTheHostsOfSignals which a deployment without signals does not have.
func TestFindReadsTheHostsOfSignals(t *testing.T) {
	t.Parallel()
	api := deployed("")
	api.stacks[0].Outputs = append(api.stacks[0].Outputs, types.Output{OutputKey: new("SignalHosts"), OutputValue: new("a.example.com,b.example.com")})
	got, _, err := stackaws.FindStack(t.Context(), api, deployment.DefaultName)
	if diff := cmp.Diff([]string{"a.example.com", "b.example.com"}, got.SignalHosts); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
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
		"the first deployment is still running":             {lacking("CREATE_IN_PROGRESS"), nil, "stack EksScaling is CREATE_IN_PROGRESS: a deployment is in progress; wait until it has ended"},
		"the first deployment failed": {
			lacking("ROLLBACK_COMPLETE"), nil,
			"stack EksScaling is ROLLBACK_COMPLETE: its first deployment failed; see why: aws cloudformation describe-stack-events --stack-name EksScaling --region sa-east-1",
		},
		"it goes":                  {lacking("DELETE_IN_PROGRESS"), nil, "is DELETE_IN_PROGRESS: it is being removed; deploy it again when it is gone"},
		"it could not go":          {lacking("DELETE_FAILED"), nil, "its removal failed; see why: aws cloudformation"},
		"another validation error": {answering{err: &smithy.GenericAPIError{Code: "ValidationError", Message: "bad name"}}, nil, "bad name"},
	} {
		_, _, err := stackaws.FindStack(t.Context(), row.api, deployment.DefaultName)
		if err == nil || !strings.Contains(err.Error(), row.want) || row.is != nil && !errors.Is(err, row.is) {
			t.Errorf("%s: found %v; want %q", name, err, row.want)
		}
	}
}

const region = "sa-east-1"

// start is an EKS with the cluster shop, and a client of it that never retries.
func start(t *testing.T) (*ekslocal.Server, *eks.Client) {
	t.Helper()
	s, err := ekslocal.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.CreateNodegroup(region, "shop", "small", ekslocal.Sizes{Max: 1})
	s.CreateNodegroup(region, "shop", "big", ekslocal.Sizes{Min: 1, Max: 5, Desired: 3})
	return s, eks.New(eks.Options{
		Region: region, BaseEndpoint: aws.String(s.URL()), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("tester", "secret", ""),
	})
}

var shop = []stackaws.Nodegroup{
	{Name: "big", Sizes: scaling.Sizes{MinSize: 1, MaxSize: 5, DesiredSize: 3}, AutoScalingGroups: []string{"eks-shop-big"}},
	{Name: "small", Sizes: scaling.Sizes{MaxSize: 1}, AutoScalingGroups: []string{"eks-shop-small"}},
}

func TestNodegroupsComeWithTheirSizesAndAutoScalingGroups(t *testing.T) {
	t.Parallel()
	_, client := start(t)
	got, err := stackaws.Nodegroups(t.Context(), client, "shop")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(shop, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if text := got[0].String(); text != "big 3 (1..5)" {
		t.Errorf("found %q; want the name and the sizes", text)
	}
}

// TestEveryPageIsRead has more clusters, and in one of them more node groups, than a page holds.
func TestEveryPageIsRead(t *testing.T) {
	t.Parallel()
	s, client := start(t)
	for i := range 110 {
		s.CreateNodegroup(region, fmt.Sprintf("c%03d", i), "ng", ekslocal.Sizes{Max: 1})
		s.CreateNodegroup(region, "c000", fmt.Sprintf("ng%03d", i), ekslocal.Sizes{Max: 1})
	}
	s.CreateNodegroup("eu-central-1", "elsewhere", "ng", ekslocal.Sizes{Max: 1})
	clusters, err := stackaws.Discover(t.Context(), client)
	if err != nil || len(clusters) != 111 {
		t.Fatalf("found %d clusters (%v); want the 111 of %s", len(clusters), err, region)
	}
	if n := len(clusters[0].Nodegroups); clusters[0].Name != "c000" || n != 111 {
		t.Errorf("found %d node groups in %s; want 111 in c000", n, clusters[0].Name)
	}
	if last := clusters[110]; last.Name != "shop" || len(last.Nodegroups) != 2 {
		t.Errorf("found %+v; want shop at the end, with its own node groups", last)
	}
}

func TestAClusterThatMayNotBeReadIsAmongTheOthers(t *testing.T) {
	t.Parallel()
	s, client := start(t)
	s.CreateNodegroup(region, "secret", "ng", ekslocal.Sizes{Max: 1})
	s.SetAuthorize(func(c ekslocal.Call) error {
		if c.Cluster == "secret" {
			return errors.New("not for you")
		}
		return nil
	})
	clusters, err := stackaws.Discover(t.Context(), client)
	if err != nil || len(clusters) != 2 {
		t.Fatalf("found %+v (%v); want both clusters", clusters, err)
	}
	if secret := clusters[0]; secret.Err == nil || !strings.Contains(secret.Err.Error(), "listing the node groups of cluster secret: ") {
		t.Errorf("found %+v; want it to say why", secret)
	}
	if clusters[1].Err != nil || len(clusters[1].Nodegroups) != 2 {
		t.Errorf("found %+v; want shop to be read", clusters[1])
	}
}

func TestANodegroupThatGoesAwayMeanwhileIsLeftOut(t *testing.T) {
	t.Parallel()
	s, client := start(t)
	s.Fail("DescribeNodegroup", "shop", "big", 1, ekslocal.Failure{Status: 404, Type: "ResourceNotFoundException", Message: "gone"})
	got, err := stackaws.Nodegroups(t.Context(), client, "shop")
	if diff := cmp.Diff(shop[1:], got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	s, client := start(t)
	broken := ekslocal.Failure{Status: 500, Type: "ServerException", Message: "no luck"}
	s.Fail("ListClusters", "", "", 1, broken)
	if _, err := stackaws.Discover(t.Context(), client); err == nil || !strings.HasPrefix(err.Error(), "listing the EKS clusters: ") {
		t.Errorf("found %v; want it to say what was being done", err)
	}
	s.Fail("DescribeNodegroup", "shop", "small", 1, broken)
	_, err := stackaws.Nodegroups(t.Context(), client, "shop")
	if err == nil || !strings.HasPrefix(err.Error(), "reading node group shop/small: ") || stackaws.IsMissing(err) {
		t.Errorf("found %v; want it to say what was being read", err)
	}
	if _, err := stackaws.Nodegroups(t.Context(), client, "nowhere"); !stackaws.IsMissing(err) {
		t.Errorf("found %v; want to be told that there is no such cluster", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := stackaws.Discover(ctx, client); !errors.Is(err, context.Canceled) {
		t.Errorf("found %v; want the end of the context", err)
	}
}
