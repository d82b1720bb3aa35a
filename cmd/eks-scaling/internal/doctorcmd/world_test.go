package doctorcmd

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cloudformationtypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	quotatypes "github.com/aws/aws-sdk-go-v2/service/servicequotas/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/aws/nodegroups"
	sharedscheduler "eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/triggers"
	"eks-scaling-automation/statemachine"
)

// examinedStack is the one that doctor's tests examine.
var examinedStack = deployment.Stack{
	Name: "EksScaling", Status: "UPDATE_COMPLETE", Partition: "aws", Region: "sa-east-1", Account: "123456789012",
	ConfigTable: deployment.ConfigTable, LogsTable: deployment.LogsTable,
	StateMachineARN: "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling",
	AlertTopicARN:   "arn:aws:sns:sa-east-1:123456789012:eks-scaling-alerts",
	ReconcileGroup:  "eks-scaling", BoundariesGroup: "eks-scaling-boundaries", Reconcile: "cron(23 * ? * * *)",
	SchedulerRoleARN: "arn:aws:iam::123456789012:role/EksScaling-SchedulerRole59E73443",
	DeadLetterURL:    "https://sqs.sa-east-1.amazonaws.com/123456789012/eks-scaling-undelivered",
	DeadLetterARN:    "arn:aws:sqs:sa-east-1:123456789012:eks-scaling-undelivered",
}

// patient is AWS as doctor's tests have it: everything is as it should be, until a test changes it. All of it lies behind
// the methods of the services that doctor calls.
type patient struct {
	table     *clitest.Memory
	resources []cloudformationtypes.StackResourceSummary
	tables    map[string]*dynamodbtypes.TableDescription
	expiry    string
	machine   sfn.DescribeStateMachineOutput
	topic     []snstypes.Subscription
	letters   map[string]string
	alarms    []cwtypes.MetricAlarm
	schedules map[string]*scheduler.GetScheduleOutput // by group/name
	clusters  map[string]ekstypes.ClusterStatus
	groups    map[string]*ekstypes.Nodegroup         // by cluster/name
	quotas    map[string]float64                     // by code; AWS's default where none is applied
	quota     func(float64) *quotatypes.ServiceQuota // what AWS says of one that is applied
	refused   map[string]iamtypes.PolicyEvaluationDecisionType
	failing   map[string]error // by operation
	ahead     time.Duration    // the clock here

	mu    sync.Mutex
	calls []string // operations, with what they are about
}

// lacking is the status of something that the answers of AWS lack.
const lacking = "(lacking)"

// called remembers a call, and says whether it is to fail.
func (p *patient) called(operation, about string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, operation+" "+about)
	return p.failing[operation]
}

// refusal is an error as AWS answers a call.
func refusal(service, operation, code, message string) error {
	return &smithy.OperationError{ServiceID: service, OperationName: operation, Err: &smithy.GenericAPIError{Code: code, Message: message}}
}

// healthy is a patient with the rich configuration.
func healthy(t *testing.T) *patient {
	t.Helper()
	key := func(hash, sort string) []dynamodbtypes.KeySchemaElement {
		return []dynamodbtypes.KeySchemaElement{
			{AttributeName: &sort, KeyType: dynamodbtypes.KeyTypeRange}, {AttributeName: &hash, KeyType: dynamodbtypes.KeyTypeHash},
		}
	}
	p := &patient{
		table: clitest.Filled(t), resources: stackResources(), expiry: "expiresAt",
		tables: map[string]*dynamodbtypes.TableDescription{
			deployment.ConfigTable: {
				TableStatus: dynamodbtypes.TableStatusActive, KeySchema: key("kind", "name"), LatestStreamArn: aws.String("arn:stream"),
				StreamSpecification: &dynamodbtypes.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: dynamodbtypes.StreamViewTypeNewAndOldImages},
			},
			deployment.LogsTable: {
				TableStatus: dynamodbtypes.TableStatusActive, KeySchema: key("subject", "at"),
				GlobalSecondaryIndexes: []dynamodbtypes.GlobalSecondaryIndexDescription{{IndexName: aws.String("by-day"), KeySchema: key("day", "at")}},
			},
		},
		machine:   sfn.DescribeStateMachineOutput{Status: sfntypes.StateMachineStatusActive, Definition: aws.String(deployedDefinition())},
		topic:     []snstypes.Subscription{{Protocol: aws.String("email"), Endpoint: aws.String("ana@example.com"), SubscriptionArn: aws.String("arn:s")}},
		letters:   map[string]string{"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0"},
		schedules: map[string]*scheduler.GetScheduleOutput{},
		clusters:  map[string]ekstypes.ClusterStatus{"production": "ACTIVE", "berlin": "ACTIVE", "paused": "ACTIVE"},
		groups:    map[string]*ekstypes.Nodegroup{},
		quotas:    map[string]float64{}, refused: map[string]iamtypes.PolicyEvaluationDecisionType{}, failing: map[string]error{},
	}
	for _, name := range deployment.AlarmNames() {
		p.alarms = append(p.alarms, cwtypes.MetricAlarm{AlarmName: &name, ActionsEnabled: aws.Bool(true)})
	}
	p.size("production/small", 0, 1, 0)
	p.size("production/big", 0, 5, 1)
	p.size("berlin/web", 4, 10, 4)
	p.size("paused/only", 0, 3, 2)
	p.quota = func(value float64) *quotatypes.ServiceQuota { return &quotatypes.ServiceQuota{Value: &value} }
	p.written(clitest.Monday.Add(-time.Hour))
	p.schedule(t)
	return p
}

// written has the configuration be of an instant.
func (p *patient) written(at time.Time) {
	for key, e := range p.table.Items {
		e.UpdatedAt = at
		p.table.Items[key] = e
	}
}

func (p *patient) size(group string, low, high, desired int32) {
	p.groups[group] = &ekstypes.Nodegroup{
		Status: "ACTIVE", ScalingConfig: &ekstypes.NodegroupScalingConfig{MinSize: &low, MaxSize: &high, DesiredSize: &desired},
	}
}

// schedule makes the schedules that the configuration and the stack want.
func (p *patient) schedule(t *testing.T) {
	t.Helper()
	p.schedulesAsOf(t, clitest.Monday)
}

func (p *patient) schedulesAsOf(t *testing.T, now time.Time) {
	t.Helper()
	clear(p.schedules)
	snapshot, err := p.table.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	clusters := inventory.Check(snapshot, now).Runnable
	s := examinedStack
	for name, plan := range map[string][]triggers.Trigger{
		s.BoundariesGroup: triggers.Plan(clusters, now), s.ReconcileGroup: {triggers.Reconcile(s.Reconcile)},
	} {
		group := sharedscheduler.NewGroup(schedulesOf{p: p}, name, sharedscheduler.Target{
			Partition: s.Partition, StateMachineARN: s.StateMachineARN, RoleARN: s.SchedulerRoleARN, DeadLetterARN: s.DeadLetterARN,
		})
		if _, err := group.Sync(t.Context(), plan, now); err != nil {
			t.Fatal(err)
		}
	}
	p.calls = nil
}

// deployedDefinition is that of this version with its placeholders filled in.
func deployedDefinition() string {
	text := strings.ReplaceAll(statemachine.Definition, "${"+statemachine.AlertTopicARN+"}", examinedStack.AlertTopicARN)
	for name, placeholder := range statemachine.Functions() {
		text = strings.ReplaceAll(text, "${"+placeholder+"}", checks.FunctionARN(examinedStack, name)+":1")
	}
	return text
}

// stackResources are the functions, the roles and the key of the stack.
func stackResources() []cloudformationtypes.StackResourceSummary {
	var all []cloudformationtypes.StackResourceSummary
	add := func(kind, id, physical string) {
		all = append(all, cloudformationtypes.StackResourceSummary{
			ResourceType: &kind, LogicalResourceId: aws.String(id + "0123ABCD"), PhysicalResourceId: &physical, ResourceStatus: "UPDATE_COMPLETE",
		})
	}
	add("AWS::KMS::Key", "AlertKey", "11112222")
	add("AWS::IAM::Role", "SchedulerRole", "EksScaling-SchedulerRole59E73443")
	add("AWS::IAM::Role", "StateMachineRole", "EksScaling-StateMachineRole")
	for _, name := range deployment.Functions() {
		id := ""
		for part := range strings.SplitSeq(name, "-") {
			id += strings.ToUpper(part[:1]) + part[1:]
		}
		add("AWS::Lambda::Function", id+"Function", "eks-scaling-"+name)
		add("AWS::IAM::Role", id+"FunctionRole", "EksScaling-"+id+"FunctionRole")
	}
	return all
}

// session is the one in which the patient is examined.
func (p *patient) session() frame.Session {
	return frame.Session{Stack: examinedStack, Config: p.table, Logs: p.table, Now: clitest.Monday, Notes: io.Discard}
}

// services are the patient's.
func (p *patient) services(t *testing.T) doctorAPIs {
	t.Helper()
	return doctorAPIs{
		here: func() time.Time { return clitest.Monday.Add(p.ahead) }, caller: p.caller(t), formation: p, tables: p, workflow: p, topic: p,
		queue: p, watch: p, schedules: schedulesOf{p: p}, simulator: p,
		in: func(at nodegroups.Place) accountAPIs {
			a := accountAPIs{eks: p, quotas: p}
			if at.RoleARN != "" {
				a.assume = func(context.Context) error { return p.called("AssumeRole", at.RoleARN+" "+at.Region) }
			}
			return a
		},
	}
}

// caller is STS behind HTTP, as the time of AWS comes with its answer.
func (p *patient) caller(t *testing.T) callerAPI {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", clitest.Monday.Format(http.TimeFormat))
		if err := p.called("GetCallerIdentity", ""); err != nil {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>")
			return
		}
		_, _ = io.WriteString(w, "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ana</Arn>"+
			"<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>")
	}))
	t.Cleanup(server.Close)
	return sts.New(sts.Options{
		Region: "sa-east-1", BaseEndpoint: &server.URL, Retryer: aws.NopRetryer{}, Credentials: credentials.NewStaticCredentialsProvider("x", "y", ""),
	})
}
