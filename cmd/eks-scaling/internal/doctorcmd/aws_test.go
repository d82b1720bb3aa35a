package doctorcmd

import (
	"context"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	quotatypes "github.com/aws/aws-sdk-go-v2/service/servicequotas/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/collect/collecttest"
	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/deployment"
)

// TestDoctorIsNotStoppedByWhatItMayNotSee denies every operation in turn: what it is for is unknown and names the permission,
// everything else is found out as ever, and nothing is failed by it.
func TestDoctorIsNotStoppedByWhatItMayNotSee(t *testing.T) {
	t.Parallel()
	fine := outcomes(healthy(t).examined(t))
	for operation, want := range map[string]struct {
		service, permission string
		unknown             int
	}{
		"GetCallerIdentity":         {"STS", "sts:GetCallerIdentity", 3},
		"ListStackResources":        {"CloudFormation", "cloudformation:ListStackResources", 2 + 11},
		"DescribeTable":             {"DynamoDB", "dynamodb:DescribeTable", 3},
		"DescribeTimeToLive":        {"DynamoDB", "dynamodb:DescribeTimeToLive", 2},
		"DescribeStateMachine":      {"SFN", "states:DescribeStateMachine", 2},
		"ListSubscriptionsByTopic":  {"SNS", "sns:ListSubscriptionsByTopic", 1},
		"GetQueueAttributes":        {"SQS", "sqs:GetQueueAttributes", 1},
		"DescribeAlarms":            {"CloudWatch", "cloudwatch:DescribeAlarms", 1},
		"ListSchedules":             {"Scheduler", "scheduler:ListSchedules", 2*2 + 1},
		"GetSchedule":               {"Scheduler", "scheduler:GetSchedule", 2*2 + 1},
		"DescribeCluster":           {"EKS", "eks:DescribeCluster", 3},
		"ListNodegroups":            {"EKS", "eks:ListNodegroups", 3 + 3},
		"DescribeNodegroup":         {"EKS", "eks:DescribeNodegroup", 2 * 4},
		"SimulatePrincipalPolicy":   {"IAM", "iam:SimulatePrincipalPolicy", 11},
		"GetServiceQuota":           {"Service Quotas", "servicequotas:GetServiceQuota", 2*3 + 1},
		"GetAWSDefaultServiceQuota": {"Service Quotas", "servicequotas:GetAWSDefaultServiceQuota", 2*3 + 1},
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			p := healthy(t)
			p.Failing[operation] = collecttest.Refusal(want.service, operation, "AccessDenied", "not you")
			d := p.examined(t)
			if d.Counts.Unknown != want.unknown || d.Counts.Failed > 0 {
				t.Errorf("found %+v; want %d unknown and none failed:\n%s", d.Counts, want.unknown, d.inWords(t))
			}
			named := false
			for _, c := range d.Checks {
				if c.Outcome != checks.Unknown && c.Outcome != fine[c.Group+"/"+c.Name] {
					t.Errorf("%+v has changed", c)
				}
				named = named || strings.Contains(c.Found, "access denied (not you)") && strings.Contains(c.Remedy, "ask for the permission ") && strings.Contains(c.Remedy, want.permission)
			}
			if !named {
				t.Errorf("nothing says that %s is missing:\n%s", want.permission, d.inWords(t))
			}
		})
	}
}

func outcomes(d diagnosis) map[string]checks.Outcome {
	all := map[string]checks.Outcome{}
	for _, c := range d.Checks {
		all[c.Group+"/"+c.Name] = c.Outcome
	}
	return all
}

// TestDoctorTakesTheAnswersOfAWSAsTheyCome: empty ones and errors.
func TestDoctorTakesTheAnswersOfAWSAsTheyCome(t *testing.T) {
	t.Parallel()
	quota := func(q *quotatypes.ServiceQuota) func(*patient) {
		return func(p *patient) { p.quota = func(float64) *quotatypes.ServiceQuota { return q } }
	}
	failing := func(code string) func(*patient) {
		return func(p *patient) {
			p.Failing["GetQueueAttributes"] = collecttest.Refusal("SQS", "GetQueueAttributes", code, "not now")
		}
	}
	for name, row := range map[string]struct {
		spoil func(p *patient)
		want  string
	}{
		"no quota": {quota(nil), "not checked: looking at a quota: the answer of AWS is empty"},
		"a quota without a value": {
			quota(&quotatypes.ServiceQuota{}),
			"not checked: looking at a quota: the answer of AWS is empty",
		},
		"a quota that could not be found out": {
			quota(&quotatypes.ServiceQuota{ErrorReason: &quotatypes.ErrorReason{ErrorCode: "DEPENDENCY_ACCESS_DENIED_ERROR", ErrorMessage: aws.String("no")}}),
			"not checked: looking at a quota: AWS says DEPENDENCY_ACCESS_DENIED_ERROR: no",
		},
		"no node group":               {func(p *patient) { p.Groups["production/big"] = &ekstypes.Nodegroup{Status: collecttest.Lacking} }, "not checked: looking at node group production/big: the answer of EKS is empty"},
		"a service that is not there": {failing("NotImplemented"), "counting what lies in the dead-letter queue: AWS says NotImplemented: not now\n           -> try again: eks-scaling doctor\n"},
		"too many calls":              {failing("Throttling"), "AWS throttles the requests (not now)\n           -> try again in a minute"},
		"no cluster":                  {func(p *patient) { p.clusters["berlin"] = collecttest.Lacking }, "not checked: looking at the cluster: the answer of AWS is empty"},
		"no table":                    {func(p *patient) { p.tables[deployment.LogsTable].TableStatus = collecttest.Lacking }, "not checked: looking at table eks-scaling-logs: the answer of AWS is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := healthy(t)
			p.quotas["L-BD136A63"] = 450
			row.spoil(p)
			d := p.examined(t)
			clitest.Says(t, d.inWords(t), row.want)
			if d.Counts.Failed > 0 {
				t.Errorf("found %+v; want none failed by what is not known", d.Counts)
			}
		})
	}
}

// TestDoctorTellsWhoRefuses a permission, by what the simulator says of an action on each resource.
func TestDoctorTellsWhoRefuses(t *testing.T) {
	t.Parallel()
	statements := func(policies ...string) (all []iamtypes.Statement) {
		for _, id := range policies {
			all = append(all, iamtypes.Statement{SourcePolicyId: &id})
		}
		return all
	}
	one := func(decision iamtypes.PolicyEvaluationDecisionType) iamtypes.EvaluationResult {
		return iamtypes.EvaluationResult{EvalActionName: aws.String("sns:Publish"), EvalResourceName: aws.String("arn:${Partition}:sns"), EvalDecision: decision}
	}
	implicit, denied, several := one("implicitDeny"), one("explicitDeny"), one("explicitDeny")
	denied.MatchedStatements = statements("night-freeze", "", "night-freeze", "other")
	several.MatchedStatements = statements("night-freeze", "admin")
	several.ResourceSpecificResults = []iamtypes.ResourceSpecificResult{
		{EvalResourceName: aws.String("a"), EvalResourceDecision: "allowed", MatchedStatements: statements("admin")},
		{EvalResourceName: aws.String("b"), EvalResourceDecision: "explicitDeny", MatchedStatements: statements("night-freeze")},
		{
			EvalResourceName: aws.String("c"), EvalResourceDecision: "implicitDeny",
			PermissionsBoundaryDecisionDetail: &iamtypes.PermissionsBoundaryDecisionDetail{},
		},
		{EvalResourceName: aws.String("d"), EvalResourceDecision: "implicitDeny", MatchedStatements: statements("what allowed it")},
	}
	byOrganization, byBoundary := one("explicitDeny"), one("explicitDeny")
	byOrganization.OrganizationsDecisionDetail = &iamtypes.OrganizationsDecisionDetail{}
	byBoundary.OrganizationsDecisionDetail = &iamtypes.OrganizationsDecisionDetail{AllowedByOrganizations: true}
	byBoundary.PermissionsBoundaryDecisionDetail = &iamtypes.PermissionsBoundaryDecisionDetail{}
	for name, row := range map[string]struct {
		result iamtypes.EvaluationResult
		asked  []string
		want   []checks.Refusal
	}{
		"allowed":        {one("allowed"), []string{"arn:t"}, nil},
		"nothing allows": {implicit, []string{"arn:t"}, []checks.Refusal{{Resource: "arn:t"}}},
		"a Deny":         {denied, []string{"arn:t"}, []checks.Refusal{{Resource: "arn:t", Denied: true, Policies: []string{"night-freeze", "other"}}}},
		"each of several": {several, []string{"a", "b", "c", "d"}, []checks.Refusal{
			{Resource: "b", Denied: true, Policies: []string{"night-freeze"}}, {Resource: "c", By: checks.Boundary}, {Resource: "d"},
		}},
		"the organization": {byOrganization, []string{"arn:t"}, []checks.Refusal{{Resource: "arn:t", By: checks.Organization, Denied: true}}},
		"the boundary":     {byBoundary, []string{"arn:t"}, []checks.Refusal{{Resource: "arn:t", By: checks.Boundary, Denied: true}}},
	} {
		for i := range row.want {
			row.want[i].Action = "sns:Publish"
		}
		if diff := cmp.Diff(row.want, refusals(row.result, row.asked)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestCallsOfDoctor counts what an examination calls. Beside a fixed number these are 2 calls for a cluster, 1 for a node
// group, and 4 for the quotas of a region, where none was raised.
func TestCallsOfDoctor(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.examined(t)
	counts := map[string]int{}
	for _, call := range p.Calls() {
		operation, _, _ := strings.Cut(call, " ")
		counts[operation]++
	}
	want := map[string]int{
		"GetCallerIdentity": 1, "ListStackResources": 2, "DescribeTable": 2, "DescribeTimeToLive": 2, "DescribeStateMachine": 1,
		"ListSubscriptionsByTopic": 1, "GetQueueAttributes": 1, "DescribeAlarms": 1, "ListSchedules": 2, "GetSchedule": 1 + len(p.Schedules) - 1,
		"DescribeCluster": 3, "ListNodegroups": 3, "DescribeNodegroup": 4, "GetServiceQuota": 5, "GetAWSDefaultServiceQuota": 5,
		"SimulatePrincipalPolicy": 59, "Read": 1,
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestDoctorEndsWhenItIsInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := examine(ctx, healthy(t).session(), healthy(t).services(t), filter.Filter{})
	if frame.ExitCode(err) != frame.ExitFailed || !strings.HasPrefix(err.Error(), "cancelled; nothing changed") {
		t.Errorf("found %v; want that it was interrupted", err)
	}
}

// TestDoctorAgainstAWS goes through the real clients, to an AWS that has the stack and refuses all else.
func TestDoctorAgainstAWS(t *testing.T) {
	server := httptest.NewServer(clitest.BesideStack(func(w http.ResponseWriter, _ *http.Request) {
		const body = `{"__type": "AccessDeniedException", "message": "not you"}`
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 10))
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	clitest.AtServer(t, server.URL)
	a := clitest.Ask(t, "doctor", "-o", "json")
	if !errors.Is(a.Err, frame.ErrFindings) {
		t.Fatalf("found %v; want findings, as nothing is known", a.Err)
	}
	d := clitest.Decode[diagnosis](t, a.Stdout)
	if d.Outcome != checks.Unknown || d.Counts.Unknown < 20 || d.Counts.Failed+d.Counts.Warning > 0 || d.Stack != "EksScaling" || !d.At.Equal(clitest.Monday.Truncate(time.Second)) {
		t.Errorf("found\n%s\nwant that hardly anything is known", a.Stdout)
	}
}
