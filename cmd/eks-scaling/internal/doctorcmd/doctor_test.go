package doctorcmd

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cloudformationtypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/collect/collecttest"
	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

func (p *patient) examined(t *testing.T, clusters ...string) diagnosis {
	t.Helper()
	d, err := examine(t.Context(), p.session(), p.services(t), filter.Filter{Clusters: clusters})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range d.Checks {
		if c.Found == "" || (c.Outcome == checks.OK) != (c.Remedy == "") {
			t.Errorf("found %+v; want a finding, and a remedy unless it is ok", c)
		}
	}
	return d
}

func (d diagnosis) inWords(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	if err := printDiagnosis(&out, 0, false, d, view{}); err != nil {
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
	p.tables[deployment.ConfigTable].StreamSpecification, p.tables[deployment.LogsTable], p.expiry = nil, nil, ""
	p.machine.Definition = aws.String(strings.ReplaceAll(deployedDefinition(), `"MaxAttempts": 10`, `"MaxAttempts": 2`))
	p.topic[0].SubscriptionArn = aws.String("PendingConfirmation")
	p.Letters = map[string]string{"ApproximateNumberOfMessages": "2", "ApproximateNumberOfMessagesNotVisible": "1"}
	p.Alarms = p.Alarms[1:]
	p.Schedules["eks-scaling/reconcile"].State = "DISABLED"
	delete(p.Schedules, "eks-scaling-triggers/weekly-America-Sao_Paulo-0630")
	p.Groups["production/big"].Status, p.Groups["production/gpu"] = "DEGRADED", p.Groups["production/big"]
	p.Groups["production/big"].ScalingConfig.MaxSize = aws.Int32(9)
	delete(p.Groups, "production/small")
	delete(p.clusters, "berlin")
	p.refused["eks:DescribeNodegroup"], p.refused["sns:Publish"] = "implicitDeny", "explicitDeny"
	p.quotas["L-BD136A63"], p.quotas["L-EE5D6FF0"] = 4, 10
	p.set(t, "settings/global", "paused", true)
	p.set(t, "cluster/paused", "region", 7)
	s := p.session()
	s.Stack.Status = "UPDATE_ROLLBACK_COMPLETE"
	d, err := examine(t.Context(), s, p.services(t), filter.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Outcome != checks.Failed {
		t.Errorf("found %s; want %s", d.Outcome, checks.Failed)
	}
	clitest.Golden(t, "doctor-wrong", d.inWords(t))
}

// set changes a field of an item as somebody might who edits the table.
func (p *patient) set(t *testing.T, key, field string, value any) {
	t.Helper()
	e, spec := p.Items[key], map[string]any{}
	if err := json.Unmarshal(e.Spec, &spec); err != nil {
		t.Fatal(err)
	}
	spec[field] = value
	text, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	e.Spec, e.UpdatedBy, e.UpdatedAt, e.Reason = text, "rui", clitest.Monday.Add(-time.Hour), "maintenance"
	p.Items[key] = e
}

// TestDoctorDoesNotMissWhatHasOnlyJustComeIntoReach: the next reconcile run creates the triggers of the override.
func TestDoctorDoesNotMissWhatHasOnlyJustComeIntoReach(t *testing.T) {
	t.Parallel()
	for ahead, want := range map[time.Duration]string{-time.Hour: "ok       transitions", -25 * time.Hour: "failed   transitions"} {
		p := healthy(t)
		from := clitest.Monday.AddDate(0, 0, 366).Add(ahead)
		spec := fmt.Sprintf(`{"name": "far", "cluster": "berlin", "profile": "low", "reason": "r", "createdBy": "ana", "from": %q, "until": %q}`,
			from.Format(time.RFC3339), from.AddDate(1, 0, 0).Format(time.RFC3339))
		p.Items["override/far"] = inventory.Item{Kind: inventory.KindOverride, Name: "far", Spec: json.RawMessage(spec), Version: 1, UpdatedAt: clitest.Monday.Add(-time.Hour)}
		clitest.Says(t, p.examined(t).inWords(t), want)
	}
}

// TestDoctorSaysWhoTurnedTheSwitchOff and not who wrote the settings last.
func TestDoctorSaysWhoTurnedTheSwitchOff(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	clitest.Does(t, p.Memory, "pause", "--reason", "incident 7", "--by", "rui")
	e := p.Items["settings/global"]
	e.UpdatedBy, e.Reason, e.UpdatedAt = "ana", "another zone", clitest.Monday.Add(time.Hour)
	if _, err := p.Put(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	clitest.Says(t, p.examined(t).inWords(t), "paused since 2026-11-23 12:00 UTC by rui (incident 7): nothing is scaled")
}

func TestDoctorWithoutUsableConfiguration(t *testing.T) {
	t.Parallel()
	unread := healthy(t)
	unread.Before = func(string) error {
		return collecttest.Refusal("DynamoDB", "GetItem", "AccessDeniedException", "not you")
	}
	clitest.Says(t, unread.examined(t).inWords(t), "ask for the permission dynamodb:GetItem and dynamodb:Query",
		"unknown  clusters", "not checked, because the configuration could not be read")

	unset := healthy(t)
	delete(unset.Items, "settings/global")
	clitest.Says(t, unset.examined(t).inWords(t), "failed   settings/global", "not checked, because the settings are invalid: transitions, transition targets\n")
}

// TestDoctorJudgesWhatTheTriggersStart apart from when they fire.
func TestDoctorJudgesWhatTheTriggersStart(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	const name = "weekly-America-Sao_Paulo-0630"
	reconcile, transition := p.Schedules["eks-scaling/reconcile"].Target, p.Schedules["eks-scaling-triggers/"+name].Target
	reconcile.RoleArn, transition.Arn = aws.String("arn:mine"), aws.String("arn:other")
	clitest.Says(t, p.examined(t).inWords(t), "ok       reconcile  ", "failed   reconcile target", "not as deployed: Target.RoleArn: current arn:mine, desired "+collecttest.Stack.SchedulerRoleARN,
		"ok       transitions  ", "in sync except for their targets", "failed   transition targets",
		"1 of 24 triggers not as planned: "+name+" (Target.Arn: current arn:other, desired arn:aws:scheduler:::aws-sdk:sfn:startExecution)\n           -> eks-scaling triggers sync\n")
}

func TestDoctorColorsOutcomes(t *testing.T) {
	t.Parallel()
	d := diagnosis{Checks: []checks.Check{
		{Group: "access", Name: "account", Outcome: checks.OK, Found: "123456789012"},
		{Group: "cluster a", Name: "big", Outcome: checks.Failed, Found: "gone", Remedy: "eks-scaling config edit"},
	}}
	var colored strings.Builder
	if err := printDiagnosis(&colored, 0, true, d, view{}); err != nil {
		t.Fatal(err)
	}
	clitest.Says(t, colored.String(), "  \x1b[32mok     \x1b[0m  account  123456789012\n", "  \x1b[31mfailed \x1b[0m  big      gone\n           -> eks-scaling config edit\n")
}

func TestDoctorWrapsAtWordsButNotWhatIsCopied(t *testing.T) {
	t.Parallel()
	d := diagnosis{Checks: []checks.Check{{
		Group: "cluster a", Name: "big", Outcome: checks.Warning, Found: "DEGRADED: not enough free addresses in the subnets of the node group",
		Remedy: "see why: aws eks describe-nodegroup --cluster-name a --nodegroup-name big",
	}}}
	var out strings.Builder
	if err := printDiagnosis(&out, 50, false, d, view{}); err != nil {
		t.Fatal(err)
	}
	clitest.Says(t, out.String(), "  warning  big  DEGRADED: not enough free\n                addresses in the subnets of the\n                node group\n",
		"           -> see why: aws eks describe-nodegroup --cluster-name a --nodegroup-name big\n")
}

func TestDoctorExitCodes(t *testing.T) {
	t.Parallel()
	for want, found := range map[int]counts{0: {OK: 1, Warning: 1}, frame.ExitFailed: {Failed: 1, Unknown: 1}, frame.ExitNoAccess: {OK: 1, Unknown: 1}} {
		if got := frame.ExitCode(diagnosis{Counts: found}.err()); got != want {
			t.Errorf("%+v: found exit code %d; want %d", found, got, want)
		}
	}
}
