package main

import (
	"context"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cloudformationtypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	quotatypes "github.com/aws/aws-sdk-go-v2/service/servicequotas/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/doctor"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/triggers"
)

// examined is what doctor finds out about a patient.
func (p *patient) examined(t *testing.T, clusters ...string) diagnosis {
	t.Helper()
	d, err := examine(t.Context(), p.session(), p.services(t), clusters)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range d.Checks {
		if c.Found == "" || (c.Outcome == doctor.OK) != (c.Remedy == "") {
			t.Errorf("found %+v; want what was found, and what mends it unless it is ok", c)
		}
	}
	return d
}

// inWords is what a person reads.
func (d diagnosis) inWords(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	if err := printDiagnosis(&out, false, d); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestDoctorFindsEverythingWrong(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.ahead = -time.Hour
	p.resources = slices.DeleteFunc(p.resources, func(r cloudformationtypes.StackResourceSummary) bool {
		return strings.HasPrefix(*r.LogicalResourceId, "Scale")
	})
	p.resources[0].ResourceStatus = "UPDATE_FAILED"
	p.tables[tables.ConfigTableName].StreamSpecification, p.tables[tables.LogsTableName], p.expiry = nil, nil, ""
	p.machine.Definition = aws.String(strings.ReplaceAll(deployedDefinition(), `"MaxAttempts": 8`, `"MaxAttempts": 2`))
	p.topic[0].SubscriptionArn = aws.String(unconfirmed)
	p.letters = map[string]string{"ApproximateNumberOfMessages": "2", "ApproximateNumberOfMessagesNotVisible": "1"}
	p.alarms = p.alarms[1:]
	p.schedules["eks-scaling/reconcile"].State = "DISABLED"
	delete(p.schedules, "eks-scaling-boundaries/boundary-America-Sao_Paulo-0630")
	p.groups["production/big"].Status, p.groups["production/gpu"] = "DEGRADED", p.groups["production/big"]
	p.groups["production/big"].ScalingConfig.MaxSize = aws.Int32(9)
	delete(p.groups, "production/small")
	delete(p.clusters, "berlin")
	p.refused["eks:DescribeNodegroup"], p.refused["sns:Publish"] = "implicitDeny", "explicitDeny"
	p.quotas["L-BD136A63"], p.quotas["L-EE5D6FF0"] = 4, 10
	p.set(t, "settings/global", "enabled", false)
	p.set(t, "cluster/paused", "region", 7)
	s := p.session()
	s.stack.Status = "UPDATE_ROLLBACK_COMPLETE"
	d, err := examine(t.Context(), s, p.services(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if d.Outcome != doctor.Failed {
		t.Errorf("found %s; want %s", d.Outcome, doctor.Failed)
	}
	golden(t, "doctor-wrong", d.inWords(t))
}

// set changes a field of an item as somebody might who edits the table.
func (p *patient) set(t *testing.T, key, field string, value any) {
	t.Helper()
	e, spec := p.table.items[key], map[string]any{}
	if err := json.Unmarshal(e.Spec, &spec); err != nil {
		t.Fatal(err)
	}
	spec[field] = value
	text, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	e.Spec, e.UpdatedBy, e.UpdatedAt, e.Reason = text, "rui", monday.Add(-time.Hour), "maintenance"
	p.table.items[key] = e
}

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
		"ListStackResources":        {"CloudFormation", "cloudformation:ListStackResources", 2 + 9},
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
		"SimulatePrincipalPolicy":   {"IAM", "iam:SimulatePrincipalPolicy", 9},
		"GetServiceQuota":           {"Service Quotas", "servicequotas:GetServiceQuota", 2*3 + 1},
		"GetAWSDefaultServiceQuota": {"Service Quotas", "servicequotas:GetAWSDefaultServiceQuota", 2*3 + 1},
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			p := healthy(t)
			p.failing[operation] = refusal(want.service, operation, "AccessDenied", "not you")
			d := p.examined(t)
			if d.Counts.Unknown != want.unknown || d.Counts.Failed > 0 {
				t.Errorf("found %+v; want %d unknown and none failed:\n%s", d.Counts, want.unknown, d.inWords(t))
			}
			named := false
			for _, c := range d.Checks {
				if c.Outcome != doctor.Unknown && c.Outcome != fine[c.Group+"/"+c.Name] {
					t.Errorf("%+v has changed", c)
				}
				named = named || strings.Contains(c.Found, "AWS does not allow it (not you)") && strings.Contains(c.Remedy, "ask for the permission ") && strings.Contains(c.Remedy, want.permission)
			}
			if !named {
				t.Errorf("nothing says that %s is missing:\n%s", want.permission, d.inWords(t))
			}
		})
	}
}

func outcomes(d diagnosis) map[string]doctor.Outcome {
	all := map[string]doctor.Outcome{}
	for _, c := range d.Checks {
		all[c.Group+"/"+c.Name] = c.Outcome
	}
	return all
}

func TestDoctorSaysInOneSentenceWhatAWSAnswered(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		err            error
		want, toMendIt string
	}{
		"a service that is not there": {refusal("SQS", "GetQueueAttributes", "NotImplemented", "there is no sqs"), "counting what lies in the dead-letter queue: AWS says NotImplemented: there is no sqs", "try again"},
		"no answer":                   {failedCall("SQS", context.DeadlineExceeded), "counting what lies in the dead-letter queue: AWS did not answer in time", "check the network"},
		"too many calls":              {refusal("SQS", "GetQueueAttributes", "Throttling", "slow down"), "AWS is asked too often (slow down)", "wait a minute"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := healthy(t)
			p.failing["GetQueueAttributes"] = row.err
			d := p.examined(t)
			i := slices.IndexFunc(d.Checks, func(c doctor.Check) bool { return c.Name == "dead-letter queue" })
			if c := d.Checks[i]; c.Outcome != doctor.Unknown || !strings.HasSuffix(c.Found, row.want) || !strings.HasPrefix(c.Remedy, row.toMendIt) {
				t.Errorf("found %+v; want %q, %q", c, row.want, row.toMendIt)
			}
		})
	}
}

// TestDoctorTakesTheAnswersOfAWSAsTheyCome has some that lack what was asked for.
func TestDoctorTakesTheAnswersOfAWSAsTheyCome(t *testing.T) {
	t.Parallel()
	quota := func(q *quotatypes.ServiceQuota) func(*patient) {
		return func(p *patient) { p.quota = func(float64) *quotatypes.ServiceQuota { return q } }
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
		"no node group": {func(p *patient) { p.groups["production/big"] = &ekstypes.Nodegroup{Status: lacking} }, "not checked: looking at node group production/big: the answer of EKS is empty"},
		"no cluster":    {func(p *patient) { p.clusters["berlin"] = lacking }, "not checked: looking at the cluster: the answer of AWS is empty"},
		"no table":      {func(p *patient) { p.tables[tables.LogsTableName].TableStatus = lacking }, "not checked: looking at table eks-scaling-logs: the answer of AWS is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := healthy(t)
			p.quotas["L-BD136A63"] = 450
			row.spoil(p)
			d := p.examined(t)
			says(t, d.inWords(t), row.want)
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
		want   []doctor.Refusal
	}{
		"allowed":        {one("allowed"), []string{"arn:t"}, nil},
		"nothing allows": {implicit, []string{"arn:t"}, []doctor.Refusal{{Resource: "arn:t"}}},
		"a Deny":         {denied, []string{"arn:t"}, []doctor.Refusal{{Resource: "arn:t", Denied: true, Policies: []string{"night-freeze", "other"}}}},
		"each of several": {several, []string{"a", "b", "c", "d"}, []doctor.Refusal{
			{Resource: "b", Denied: true, Policies: []string{"night-freeze"}}, {Resource: "c", By: doctor.Boundary}, {Resource: "d"},
		}},
		"the organization": {byOrganization, []string{"arn:t"}, []doctor.Refusal{{Resource: "arn:t", By: doctor.Organization, Denied: true}}},
		"the boundary":     {byBoundary, []string{"arn:t"}, []doctor.Refusal{{Resource: "arn:t", By: doctor.Boundary, Denied: true}}},
	} {
		for i := range row.want {
			row.want[i].Action = "sns:Publish"
		}
		if diff := cmp.Diff(row.want, refusals(row.result, row.asked)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestDoctorWaitsForWhatFollowsAChange of the configuration, as status does.
func TestDoctorWaitsForWhatFollowsAChange(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	delete(p.schedules, "eks-scaling-boundaries/boundary-America-Sao_Paulo-0630")
	if d := p.examined(t); d.Outcome != doctor.Failed {
		t.Errorf("found %s; want %s, as the configuration is an hour old", d.Outcome, doctor.Failed)
	}
	p.written(monday.Add(-time.Minute))
	d := p.examined(t)
	says(t, d.inWords(t), "warning  boundaries", "the configuration has just changed, and they are being brought in line")
	if d.Outcome != doctor.Warning {
		t.Errorf("found %s; want %s", d.Outcome, doctor.Warning)
	}
}

// TestDoctorDoesNotMissWhatHasOnlyJustComeIntoReach, as schedules does not: the next reconcile run makes it.
func TestDoctorDoesNotMissWhatHasOnlyJustComeIntoReach(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	snapshot, err := p.table.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	clusters := inventory.Check(snapshot, monday).Runnable
	now := monday
	var fresh []string
	for ; len(fresh) == 0 && now.Before(monday.AddDate(1, 0, 0)); now = now.AddDate(0, 0, 1) {
		settled := health.Settled(clusters, now)
		for _, planned := range triggers.Plan(clusters, now) {
			if !settled[planned.Name] {
				fresh = append(fresh, planned.Name)
			}
		}
	}
	now = now.AddDate(0, 0, -1)
	p.schedulesAsOf(t, now)
	for _, name := range fresh {
		delete(p.schedules, "eks-scaling-boundaries/"+name)
	}
	s := p.session()
	s.now = now
	d, err := examine(t.Context(), s, p.services(t), nil)
	if err != nil || len(fresh) == 0 {
		t.Fatalf("%v, and %d come into reach; want some", err, len(fresh))
	}
	says(t, d.inWords(t), "ok       boundaries")
}

// TestDoctorSaysWhoTurnedTheSwitchOff and not who wrote the settings last.
func TestDoctorSaysWhoTurnedTheSwitchOff(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	does(t, p.table, "config", "disable", "--reason", "incident 7", "--by", "rui")
	e := p.table.items["settings/global"]
	e.UpdatedBy, e.Reason, e.UpdatedAt = "ana", "another zone", monday.Add(time.Hour)
	if _, err := p.table.Put(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	says(t, p.examined(t).inWords(t), "off since 2026-11-23 12:00 UTC by rui (incident 7): no run scales anything")
}

func TestDoctorWithoutConfiguration(t *testing.T) {
	t.Parallel()
	empty := healthy(t)
	empty.table, empty.schedules = newMemory(), map[string]*scheduler.GetScheduleOutput{}
	empty.schedule(t)
	says(t, empty.examined(t).inWords(t), "nothing is configured yet, so every run is skipped", "-> eks-scaling init", "0 schedules, as planned")

	left := healthy(t)
	for key := range left.table.items {
		if strings.HasPrefix(key, "settings/") || strings.HasPrefix(key, "cluster/") {
			delete(left.table.items, key)
		}
	}
	left.schedules = map[string]*scheduler.GetScheduleOutput{}
	left.schedule(t)
	d := left.examined(t)
	text := d.inWords(t)
	says(t, text, "there is no configuration, so every run is skipped: no settings and no clusters, only what is left of one: ",
		"calendar/", "override/", "-> eks-scaling init, or: eks-scaling config apply FILE", "0 schedules, as planned")
	if d.Counts.Failed != 1 || d.Counts.Unknown+d.Counts.Warning != 0 || strings.Contains(text, "cluster (") || strings.Contains(text, "usable") {
		t.Errorf("found\n%s\nwant nothing but that there is no configuration", text)
	}

	unread := healthy(t)
	unread.table.before = func(string) error { return refusal("DynamoDB", "GetItem", "AccessDeniedException", "not you") }
	says(t, unread.examined(t).inWords(t), "ask for the permission dynamodb:GetItem and dynamodb:Query",
		"unknown  clusters", "not checked, because the configuration could not be read")

	unset := healthy(t)
	delete(unset.table.items, "settings/global")
	d = unset.examined(t)
	says(t, d.inWords(t), "failed   settings/global", "not checked, because the settings cannot be used: boundaries, boundary targets\n")
	if d.Outcome != doctor.Failed {
		t.Errorf("found %s; want %s", d.Outcome, doctor.Failed)
	}
}

// TestDoctorJudgesATimeZone that makes a cluster unusable: its own, or that of the settings.
func TestDoctorJudgesATimeZone(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.set(t, "cluster/berlin", "timezone", "Europe/Berlim")
	says(t, p.examined(t, "berlin").inWords(t), "failed   cluster/berlin", "cluster berlin\n  failed   time zone",
		`"Europe/Berlim" is not in the zone data; want an IANA time zone`, "-> write the right one: eks-scaling config edit",
		"unknown  cluster                    not checked, because its configuration cannot be used\ntriggers")
	p.set(t, "cluster/berlin", "timezone", 7)
	says(t, p.examined(t, "berlin").inWords(t), "not checked, because its configuration cannot be used: time zone, cluster\n")

	p = healthy(t)
	p.set(t, "settings/global", "timezone", "Local")
	says(t, p.examined(t, "production").inWords(t), "failed   settings/global", `"Local" is not in the zone data`)
}

// TestDoctorJudgesWhatTheTriggersStart apart from when they fire.
func TestDoctorJudgesWhatTheTriggersStart(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	const name = "boundary-America-Sao_Paulo-0630"
	reconcile, boundary := p.schedules["eks-scaling/reconcile"].Target, p.schedules["eks-scaling-boundaries/"+name].Target
	reconcile.RoleArn, boundary.Arn = aws.String("arn:mine"), aws.String("arn:other")
	says(t, p.examined(t).inWords(t), "ok       reconcile  ", "failed   reconcile target", "not as deployed: Target.RoleArn: found arn:mine; want "+examinedStack.SchedulerRoleARN,
		"ok       boundaries  ", "as planned but for what they start", "failed   boundary targets",
		"1 of 23 schedules not as planned: "+name+" (Target.Arn: found arn:other; want arn:aws:scheduler:::aws-sdk:sfn:startExecution)\n           -> eks-scaling schedules sync\n")
}

// TestDoctorLeavesAloneWhatANewerVersionHasWritten and says which version to take.
func TestDoctorLeavesAloneWhatANewerVersionHasWritten(t *testing.T) {
	t.Parallel()
	for key, outcome := range map[string]string{"cluster/berlin": "failed ", "settings/global": "failed ", "calendar/freeze": "warning"} {
		p := healthy(t)
		e := p.table.items[key]
		if e.Name == "" {
			t.Fatalf("there is no %s", key)
		}
		e.Format = config.Format + 1
		p.table.items[key] = e
		text := p.examined(t).inWords(t)
		found := false
		for line := range strings.SplitSeq(text, "  "+outcome) {
			found = found || strings.HasPrefix(line, "  "+key) && strings.Contains(line, "written by a newer version of eks-scaling (format 2;") &&
				strings.Contains(line, "-> install the newer version of eks-scaling, and deploy the stack with that: make deploy")
		}
		if !found {
			t.Errorf("found\n%s\nwant that %s is of a newer version", text, key)
		}
	}
}

// TestDoctorExaminesTheClustersThatAreAskedFor and no others.
func TestDoctorExaminesTheClustersThatAreAskedFor(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	text := p.examined(t, "berlin").inWords(t)
	says(t, text, "cluster berlin")
	for _, call := range p.calls {
		if strings.Contains(call, "production") {
			t.Errorf("called %s", call)
		}
	}
	if strings.Contains(text, "production") || strings.Contains(text, "paused") {
		t.Errorf("found\n%s\nwant nothing of the other clusters", text)
	}
	_, err := examine(t.Context(), p.session(), p.services(t), []string{"berlin", "paris"})
	if exitCode(err) != exitNotFound || !strings.Contains(err.Error(), `unknown cluster "paris"`) {
		t.Errorf("found %v; want that there is no paris", err)
	}
}

func TestDoctorTriesTheRoleOfACluster(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::999999999999:role/scaler"
	p := healthy(t)
	p.set(t, "cluster/berlin", "roleArn", role)
	says(t, p.examined(t, "berlin").inWords(t), role+" was assumed, with your credentials", "ok       web")
	if !slices.Contains(p.calls, "AssumeRole "+role+" eu-central-1") {
		t.Errorf("found the calls %v; want that the role was assumed", p.calls)
	}
	for _, call := range p.calls {
		if strings.Contains(call, "SimulatePrincipalPolicy") && strings.Contains(call, "eks:") {
			t.Errorf("called %s; what may be done there is for the role's account to say", call)
		}
	}

	p.failing["AssumeRole"] = refusal("STS", "AssumeRole", "AccessDenied", "not you")
	p.calls = nil
	d := p.examined(t, "berlin")
	says(t, d.inWords(t), "warning  role", "AWS does not allow it (not you)",
		"sts:AssumeRole to arn:aws:iam::123456789012:role/EksScaling-DecideFunctionRole, arn:aws:iam::123456789012:role/EksScaling-ScaleFunctionRole",
		"not checked, because the cluster's role could not be assumed")
	if slices.ContainsFunc(p.calls, func(call string) bool { return strings.HasPrefix(call, "DescribeCluster") }) || d.Counts.Failed > 0 {
		t.Errorf("found the calls %v and %+v; want that the cluster is left alone, and nothing failed", p.calls, d.Counts)
	}
}

// TestCallsOfDoctor counts what an examination calls. Beside a fixed number these are 2 calls for a cluster, 1 for a node
// group, and 4 for the quotas of a region, where none was raised.
func TestCallsOfDoctor(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.examined(t)
	counts := map[string]int{}
	for _, call := range p.calls {
		operation, _, _ := strings.Cut(call, " ")
		counts[operation]++
	}
	want := map[string]int{
		"GetCallerIdentity": 1, "ListStackResources": 2, "DescribeTable": 2, "DescribeTimeToLive": 2, "DescribeStateMachine": 1,
		"ListSubscriptionsByTopic": 1, "GetQueueAttributes": 1, "DescribeAlarms": 1, "ListSchedules": 2, "GetSchedule": 1 + len(p.schedules) - 1,
		"DescribeCluster": 3, "ListNodegroups": 3, "DescribeNodegroup": 4, "GetServiceQuota": 5, "GetAWSDefaultServiceQuota": 5,
		"SimulatePrincipalPolicy": 52,
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestDoctorEndsWhenItIsInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := examine(ctx, healthy(t).session(), healthy(t).services(t), nil)
	if exitCode(err) != exitFailed || !strings.HasPrefix(err.Error(), "interrupted while examining the stack; nothing was changed") {
		t.Errorf("found %v; want that it was interrupted", err)
	}
}

// TestDoctorAgainstAWS goes through the real clients, to an AWS that has the stack and refuses all else.
func TestDoctorAgainstAWS(t *testing.T) {
	server := httptest.NewServer(besideStack(func(w http.ResponseWriter, _ *http.Request) {
		const body = `{"__type": "AccessDeniedException", "message": "not you"}`
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 10))
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	atServer(t, server.URL)
	a := ask(t, "doctor", "-o", "json")
	if !errors.Is(a.err, errFindings) {
		t.Fatalf("found %v; want findings, as nothing is known", a.err)
	}
	d := decode[diagnosis](t, a.stdout)
	if d.Outcome != doctor.Unknown || d.Counts.Unknown < 20 || d.Counts.Failed+d.Counts.Warning > 0 || d.Stack != "EksScaling" || !d.Time.Equal(monday.Truncate(time.Second)) {
		t.Errorf("found\n%s\nwant that hardly anything is known", a.stdout)
	}
	for _, args := range [][]string{{"doctor", "now"}, {"doctor", "-o", "text"}} {
		if a := ask(t, args...); a.exit != exitUsage {
			t.Errorf("%v ended with %d; want %d", args, a.exit, exitUsage)
		}
	}
}

func TestDoctorInTheFormsForMachines(t *testing.T) {
	t.Parallel()
	d := diagnosis{
		Stack: "EksScaling", Region: "sa-east-1", Account: "123456789012", Time: monday, Outcome: doctor.Failed, Counts: doctor.Counts{OK: 1, Failed: 1},
		Checks: []doctor.Check{
			{Group: "access", Name: "account", Outcome: doctor.OK, Found: "123456789012"},
			{Group: "cluster a", Name: "big", Outcome: doctor.Failed, Found: "gone", Remedy: "eks-scaling config edit"},
		},
	}
	var out strings.Builder
	if err := (&presentation{output: jsonOutput}).print(&out, d, nil); err != nil {
		t.Fatal(err)
	}
	wantJSON(t, out.String(), `{"stack": "EksScaling", "region": "sa-east-1", "account": "123456789012", "time": "2026-11-23T12:00:00.000000987Z",
		"outcome": "failed", "counts": {"ok": 1, "warning": 0, "failed": 1, "unknown": 0}, "checks": [
		{"group": "access", "name": "account", "outcome": "ok", "found": "123456789012"},
		{"group": "cluster a", "name": "big", "outcome": "failed", "found": "gone", "remedy": "eks-scaling config edit"}]}`)
	var coloured strings.Builder
	if err := printDiagnosis(&coloured, true, d); err != nil {
		t.Fatal(err)
	}
	says(t, coloured.String(), "  ok       account  123456789012\n", "  \x1b[31mfailed \x1b[0m  big      gone\n           -> eks-scaling config edit\n")
}

func failedCall(service string, cause error) error {
	return &smithy.OperationError{ServiceID: service, OperationName: "GetQueueAttributes", Err: cause}
}
