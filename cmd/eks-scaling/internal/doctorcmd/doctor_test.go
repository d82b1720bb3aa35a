package doctorcmd

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cloudformationtypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/collect/collecttest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
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
		if c.Found == "" || (c.Outcome == checks.OK) != (c.Remedy == "") {
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
	p.tables[deployment.ConfigTable].StreamSpecification, p.tables[deployment.LogsTable], p.expiry = nil, nil, ""
	p.machine.Definition = aws.String(strings.ReplaceAll(deployedDefinition(), `"MaxAttempts": 8`, `"MaxAttempts": 2`))
	p.topic[0].SubscriptionArn = aws.String(unconfirmed)
	p.Letters = map[string]string{"ApproximateNumberOfMessages": "2", "ApproximateNumberOfMessagesNotVisible": "1"}
	p.Alarms = p.Alarms[1:]
	p.Schedules["eks-scaling/reconcile"].State = "DISABLED"
	delete(p.Schedules, "eks-scaling-boundaries/boundary-America-Sao_Paulo-0630")
	p.Groups["production/big"].Status, p.Groups["production/gpu"] = "DEGRADED", p.Groups["production/big"]
	p.Groups["production/big"].ScalingConfig.MaxSize = aws.Int32(9)
	delete(p.Groups, "production/small")
	delete(p.clusters, "berlin")
	p.refused["eks:DescribeNodegroup"], p.refused["sns:Publish"] = "implicitDeny", "explicitDeny"
	p.quotas["L-BD136A63"], p.quotas["L-EE5D6FF0"] = 4, 10
	p.set(t, "settings/global", "enabled", false)
	p.set(t, "cluster/paused", "region", 7)
	s := p.session()
	s.Stack.Status = "UPDATE_ROLLBACK_COMPLETE"
	d, err := examine(t.Context(), s, p.services(t), nil)
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

// TestDoctorWaitsForWhatFollowsAChange of the configuration, as status does.
func TestDoctorWaitsForWhatFollowsAChange(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	delete(p.Schedules, "eks-scaling-boundaries/boundary-America-Sao_Paulo-0630")
	if d := p.examined(t); d.Outcome != checks.Failed {
		t.Errorf("found %s; want %s, as the configuration is an hour old", d.Outcome, checks.Failed)
	}
	p.written(clitest.Monday.Add(-time.Minute))
	d := p.examined(t)
	clitest.Says(t, d.inWords(t), "warning  boundaries", "the configuration has just changed, and they are being brought in line")
	if d.Outcome != checks.Warning {
		t.Errorf("found %s; want %s", d.Outcome, checks.Warning)
	}
}

// TestDoctorDoesNotMissWhatHasOnlyJustComeIntoReach, as schedules does not: the next reconcile run makes it.
func TestDoctorDoesNotMissWhatHasOnlyJustComeIntoReach(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	snapshot, err := p.Memory.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	clusters := inventory.Check(snapshot, clitest.Monday).Runnable
	now := clitest.Monday
	var fresh []string
	for ; len(fresh) == 0 && now.Before(clitest.Monday.AddDate(1, 0, 0)); now = now.AddDate(0, 0, 1) {
		settled := health.Settled(clusters, now)
		for _, planned := range triggers.Plan(clusters, now) {
			if !settled[planned.Name] {
				fresh = append(fresh, planned.Name)
			}
		}
	}
	now = now.AddDate(0, 0, -1)
	p.Sync(t, now)
	for _, name := range fresh {
		delete(p.Schedules, "eks-scaling-boundaries/"+name)
	}
	s := p.session()
	s.Now = now
	d, err := examine(t.Context(), s, p.services(t), nil)
	if err != nil || len(fresh) == 0 {
		t.Fatalf("%v, and %d come into reach; want some", err, len(fresh))
	}
	clitest.Says(t, d.inWords(t), "ok       boundaries")
}

// TestDoctorSaysWhoTurnedTheSwitchOff and not who wrote the settings last.
func TestDoctorSaysWhoTurnedTheSwitchOff(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	clitest.Does(t, p.Memory, "config", "disable", "--reason", "incident 7", "--by", "rui")
	e := p.Items["settings/global"]
	e.UpdatedBy, e.Reason, e.UpdatedAt = "ana", "another zone", clitest.Monday.Add(time.Hour)
	if _, err := p.Put(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	clitest.Says(t, p.examined(t).inWords(t), "off since 2026-11-23 12:00 UTC by rui (incident 7): no run scales anything")
}

func TestDoctorWithoutConfiguration(t *testing.T) {
	t.Parallel()
	empty := healthy(t)
	empty.Memory = clitest.NewMemory()
	empty.Sync(t, clitest.Monday)
	clitest.Says(t, empty.examined(t).inWords(t), "nothing is configured yet, so every run is skipped", "-> eks-scaling init", "0 schedules, as planned")

	left := healthy(t)
	for key := range left.Items {
		if strings.HasPrefix(key, "settings/") || strings.HasPrefix(key, "cluster/") {
			delete(left.Items, key)
		}
	}
	left.Sync(t, clitest.Monday)
	d := left.examined(t)
	text := d.inWords(t)
	clitest.Says(t, text, "there is no configuration, so every run is skipped: no settings and no clusters, only what is left of one: ",
		"calendar/", "override/", "-> eks-scaling init, or: eks-scaling config apply FILE", "0 schedules, as planned")
	if d.Counts.Failed != 1 || d.Counts.Unknown+d.Counts.Warning != 0 || strings.Contains(text, "cluster (") || strings.Contains(text, "usable") {
		t.Errorf("found\n%s\nwant nothing but that there is no configuration", text)
	}

	unread := healthy(t)
	unread.Before = func(string) error {
		return collecttest.Refusal("DynamoDB", "GetItem", "AccessDeniedException", "not you")
	}
	clitest.Says(t, unread.examined(t).inWords(t), "ask for the permission dynamodb:GetItem and dynamodb:Query",
		"unknown  clusters", "not checked, because the configuration could not be read")

	unset := healthy(t)
	delete(unset.Items, "settings/global")
	d = unset.examined(t)
	clitest.Says(t, d.inWords(t), "failed   settings/global", "not checked, because the settings cannot be used: boundaries, boundary targets\n")
	if d.Outcome != checks.Failed {
		t.Errorf("found %s; want %s", d.Outcome, checks.Failed)
	}
}

// TestDoctorJudgesWhatTheTriggersStart apart from when they fire.
func TestDoctorJudgesWhatTheTriggersStart(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	const name = "boundary-America-Sao_Paulo-0630"
	reconcile, boundary := p.Schedules["eks-scaling/reconcile"].Target, p.Schedules["eks-scaling-boundaries/"+name].Target
	reconcile.RoleArn, boundary.Arn = aws.String("arn:mine"), aws.String("arn:other")
	clitest.Says(t, p.examined(t).inWords(t), "ok       reconcile  ", "failed   reconcile target", "not as deployed: Target.RoleArn: found arn:mine; want "+collecttest.Stack.SchedulerRoleARN,
		"ok       boundaries  ", "as planned but for what they start", "failed   boundary targets",
		"1 of 23 schedules not as planned: "+name+" (Target.Arn: found arn:other; want arn:aws:scheduler:::aws-sdk:sfn:startExecution)\n           -> eks-scaling schedules sync\n")
}

// TestDoctorLeavesAloneWhatANewerVersionHasWritten and says which version to take.
func TestDoctorLeavesAloneWhatANewerVersionHasWritten(t *testing.T) {
	t.Parallel()
	for key, outcome := range map[string]string{"cluster/berlin": "failed ", "settings/global": "failed ", "calendar/freeze": "warning"} {
		p := healthy(t)
		e := p.Items[key]
		if e.Name == "" {
			t.Fatalf("there is no %s", key)
		}
		e.Format = config.Format + 1
		p.Items[key] = e
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

func TestDoctorInTheFormsForMachines(t *testing.T) {
	t.Parallel()
	d := diagnosis{
		Stack: "EksScaling", Region: "sa-east-1", Account: "123456789012", Time: clitest.Monday, Outcome: checks.Failed, Counts: checks.Counts{OK: 1, Failed: 1},
		Checks: []checks.Check{
			{Group: "access", Name: "account", Outcome: checks.OK, Found: "123456789012"},
			{Group: "cluster a", Name: "big", Outcome: checks.Failed, Found: "gone", Remedy: "eks-scaling config edit"},
		},
	}
	var out strings.Builder
	if err := (&frame.Output{Form: frame.JSONOutput}).Print(&out, d, nil); err != nil {
		t.Fatal(err)
	}
	clitest.WantJSON(t, out.String(), `{"stack": "EksScaling", "region": "sa-east-1", "account": "123456789012", "time": "2026-11-23T12:00:00.000000987Z",
		"outcome": "failed", "counts": {"ok": 1, "warning": 0, "failed": 1, "unknown": 0}, "checks": [
		{"group": "access", "name": "account", "outcome": "ok", "found": "123456789012"},
		{"group": "cluster a", "name": "big", "outcome": "failed", "found": "gone", "remedy": "eks-scaling config edit"}]}`)
	var coloured strings.Builder
	if err := printDiagnosis(&coloured, true, d); err != nil {
		t.Fatal(err)
	}
	clitest.Says(t, coloured.String(), "  ok       account  123456789012\n", "  \x1b[31mfailed \x1b[0m  big      gone\n           -> eks-scaling config edit\n")
}
