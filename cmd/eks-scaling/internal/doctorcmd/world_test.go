package doctorcmd

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cloudformationtypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	quotatypes "github.com/aws/aws-sdk-go-v2/service/servicequotas/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/collect/collecttest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/statemachine"
)

// patient is AWS as doctor's tests have it: everything is as it should be, until a test changes it.
type patient struct {
	*collecttest.World
	resources []cloudformationtypes.StackResourceSummary
	tables    map[string]*dynamodbtypes.TableDescription
	expiry    string
	machine   sfn.DescribeStateMachineOutput
	topic     []snstypes.Subscription
	clusters  map[string]ekstypes.ClusterStatus
	quotas    map[string]float64                     // by code; AWS's default where none is applied
	quota     func(float64) *quotatypes.ServiceQuota // what AWS says of one that is applied
	refused   map[string]iamtypes.PolicyEvaluationDecisionType
	ahead     time.Duration     // the clock here
	trust     map[string]string // policies of the roles of spokes, by ARN
	tags      map[string]string // of all node groups and clusters
	selected  string            // the tag of what spokes' roles may scale, as KEY=VALUE; empty: all
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
		World: collecttest.New(t, clitest.Monday), resources: stackResources(), expiry: "expiresAt",
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
		machine:  sfn.DescribeStateMachineOutput{Status: sfntypes.StateMachineStatusActive, Definition: aws.String(deployedDefinition())},
		topic:    []snstypes.Subscription{{Protocol: aws.String("email"), Endpoint: aws.String("ana@example.com"), SubscriptionArn: aws.String("arn:s")}},
		clusters: map[string]ekstypes.ClusterStatus{"production": "ACTIVE", "berlin": "ACTIVE", "paused": "ACTIVE"},
		quotas:   map[string]float64{}, refused: map[string]iamtypes.PolicyEvaluationDecisionType{},
	}
	p.quota = func(value float64) *quotatypes.ServiceQuota { return &quotatypes.ServiceQuota{Value: &value} }
	p.written(clitest.Monday.Add(-time.Hour))
	return p
}

// written has the configuration be of an instant.
func (p *patient) written(at time.Time) {
	for key, e := range p.Items {
		e.UpdatedAt = at
		p.Items[key] = e
	}
}

// deployedDefinition is this version's definition with its placeholders filled in.
func deployedDefinition() string {
	text := strings.ReplaceAll(statemachine.Definition, "${"+statemachine.AlertTopicARN+"}", collecttest.Stack.AlertTopicARN)
	for name, placeholder := range statemachine.Functions() {
		text = strings.ReplaceAll(text, "${"+placeholder+"}", checks.FunctionARN(collecttest.Stack, name)+":1")
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

func (p *patient) session() frame.Session {
	return frame.Session{Stack: p.Stack, Config: p.Memory, Logs: p.Memory, Now: clitest.Monday, Notes: io.Discard}
}

func (p *patient) services(t *testing.T) doctorAPIs {
	t.Helper()
	from := doctorAPIs{
		Collector: p.Collector(), here: func() time.Time { return clitest.Monday.Add(p.ahead) }, caller: p.caller(t), formation: p, tables: p,
		workflow: p, topic: p, simulator: p,
		in: func(at nodegroups.Place) accountAPIs {
			a := accountAPIs{eks: p, quotas: p, iam: p}
			if at.Role.ARN != "" {
				a.assume = func(context.Context) error { return p.Call("AssumeRole", at.Role.ARN, at.Region) }
			}
			return a
		},
	}
	from.EachSchedule = true
	return from
}

// caller is STS behind HTTP, as the time of AWS comes with its answer.
func (p *patient) caller(t *testing.T) callerAPI {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", clitest.Monday.Format(http.TimeFormat))
		if err := p.Call("GetCallerIdentity"); err != nil {
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
