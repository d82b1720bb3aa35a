package integration_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/ekslocal"
	"eks-scaling-automation/integration/engine"
	"eks-scaling-automation/integration/lambdahost"
	"eks-scaling-automation/integration/schedulerlocal"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/statemachine"
)

// template is the stack, as its golden file has it; a test of package cdk keeps that file current.
type template struct {
	Resources map[string]struct {
		Type       string
		Properties json.RawMessage
	}
}

func stack(t *testing.T) template {
	t.Helper()
	data, err := os.ReadFile("../cdk/testdata/template.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var s template
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// each decodes the properties of every resource of a type.
func each[T any](t *testing.T, s template, kind string, visit func(T)) {
	t.Helper()
	found := 0
	for _, r := range s.Resources {
		if r.Type != kind {
			continue
		}
		found++
		var properties T
		if err := json.Unmarshal(r.Properties, &properties); err != nil {
			t.Fatal(err)
		}
		visit(properties)
	}
	if found == 0 {
		t.Fatalf("the stack has no %s", kind)
	}
}

func TestLocalFunctionsHaveTheStacksEnvironment(t *testing.T) {
	t.Parallel()
	type function struct {
		FunctionName string
		Environment  struct{ Variables map[string]any }
	}
	each(t, stack(t), "AWS::Lambda::Function", func(f function) {
		deployed, local := map[string]bool{}, map[string]bool{}
		for name := range f.Environment.Variables {
			deployed[name] = true
		}
		for name := range world.Environment(strings.TrimPrefix(f.FunctionName, "eks-scaling-")) {
			local[name] = true
		}
		if diff := cmp.Diff(deployed, local); diff != "" {
			t.Errorf("%s: variables (-deployed +local):\n%s", f.FunctionName, diff)
		}
	})
}

func TestFunctionWithoutItsEnvironmentSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for function, variable := range map[string]string{
		"load-config": "CONFIG_TABLE", "decide": "LOGS_TABLE", "audit": "AUDIT_RETENTION_DAYS", "audit-config": "CONFIG_TABLE",
	} {
		cmd := exec.CommandContext(t.Context(), filepath.Join(binaries, function, "bootstrap"))
		cmd.Env = []string{"AWS_REGION=" + world.Region}
		printed, err := cmd.CombinedOutput()
		want := fmt.Sprintf("environment variable %s: found nothing; want a value", variable)
		if err == nil || !strings.Contains(string(printed), want) {
			t.Errorf("%s: %v, and printed %s; want a failure with %q", function, err, printed, want)
		}
	}
}

func TestLocalTablesHaveTheStacksKeys(t *testing.T) {
	t.Parallel()
	type key struct{ AttributeName, KeyType string }
	type table struct {
		TableName              string
		KeySchema              []key
		GlobalSecondaryIndexes []struct {
			IndexName string
			KeySchema []key
		}
	}
	db := begin(t).DynamoDB()
	each(t, stack(t), "AWS::DynamoDB::Table", func(deployed table) {
		out, err := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &deployed.TableName})
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(out.Table)
		if err != nil {
			t.Fatal(err)
		}
		var local table
		if err := json.Unmarshal(data, &local); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(deployed, local); diff != "" {
			t.Errorf("table %s (-deployed +local):\n%s", deployed.TableName, diff)
		}
	})
}

func TestChangesGoWhereTheStackSendsThem(t *testing.T) {
	t.Parallel()
	s := stack(t)
	var deployed []string
	each(t, s, "AWS::Lambda::EventSourceMapping", func(mapping struct{ FunctionName struct{ Ref string } }) {
		var function struct{ FunctionName string }
		if err := json.Unmarshal(s.Resources[mapping.FunctionName.Ref].Properties, &function); err != nil {
			t.Fatal(err)
		}
		deployed = append(deployed, strings.TrimPrefix(function.FunctionName, "eks-scaling-"))
	})
	slices.Sort(deployed)
	if diff := cmp.Diff(deployed, world.Followers()); diff != "" {
		t.Errorf("followers of the configuration (-deployed +local):\n%s", diff)
	}
}

func TestStackHasTheGroupOfSchedules(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	each(t, stack(t), "AWS::Scheduler::ScheduleGroup", func(group struct{ Name string }) { names[group.Name] = true })
	if !names[world.ScheduleGroup] {
		t.Errorf("the stack has the groups %v; want %s among them", names, world.ScheduleGroup)
	}
}

// allowed is a statement of a role: actions on resources, both with wildcards.
type allowed struct{ actions, resources []string }

// principals are what the deployed policies allow each function, by the access key that the local world gives it.
func principals(t *testing.T) map[string][]allowed {
	t.Helper()
	roles := map[string][]allowed{}
	type policy struct {
		PolicyDocument struct {
			Statement []struct{ Action, Resource any }
		}
		Roles []struct{ Ref string }
	}
	each(t, stack(t), "AWS::IAM::Policy", func(p policy) {
		for _, s := range p.PolicyDocument.Statement {
			for _, role := range p.Roles {
				roles[role.Ref] = append(roles[role.Ref], allowed{texts(s.Action), texts(s.Resource)})
			}
		}
	})
	principals := map[string][]allowed{}
	type function struct {
		FunctionName string
		Role         struct {
			GetAtt []string `json:"Fn::GetAtt"`
		}
	}
	each(t, stack(t), "AWS::Lambda::Function", func(f function) {
		principals[lambdahost.AccessKeyID(f.FunctionName)] = roles[f.Role.GetAtt[0]]
	})
	return principals
}

// TestRolesOfTheStackAreEnough makes EKS ask the deployed policies before it answers, and then scales up and down.
func TestRolesOfTheStackAreEnough(t *testing.T) {
	t.Parallel()
	principals := principals(t)
	w := configured(t)
	w.EKS.SetAuthorize(func(c ekslocal.Call) error { return permitted(principals[c.Principal], c) })
	for name, at := range map[string]string{"night": "02:00:00", "peak": "07:00:00"} {
		if result := run(t, w, name, statemachine.Input{At: tuesday(at)}); result.Status != engine.Succeeded {
			t.Errorf("%s: %s: %s", name, result.Error, result.Cause)
		}
	}
	if err := permitted(principals[lambdahost.AccessKeyID("eks-scaling-decide")], ekslocal.Call{
		Operation: "UpdateNodegroupConfig", Region: world.Region, Cluster: "production", Nodegroup: "big",
	}); err == nil {
		t.Error("decide may scale; it must only read")
	}
}

// TestRoleOfSyncSchedulesIsEnough makes EventBridge Scheduler ask the deployed policies before it answers, and has triggers
// made, changed and removed.
func TestRoleOfSyncSchedulesIsEnough(t *testing.T) {
	t.Parallel()
	principals := principals(t)
	w := configured(t)
	w.Scheduler.SetAuthorize(func(c schedulerlocal.Call) error { return permittedToSchedule(principals[c.Principal], c) })
	for _, row := range []struct {
		name, from string
		want       statemachine.SyncSchedulesResult
	}{
		{"made", "01:00", statemachine.SyncSchedulesResult{Planned: 4, Created: 4}},
		{"replaced", "02:00", statemachine.SyncSchedulesResult{Planned: 4, Created: 1, Deleted: 1}},
	} {
		apply(t, w, `"01:00"`, `"`+row.from+`"`)
		result := run(t, w, row.name, statemachine.Input{Trigger: "reconcile", At: tuesday("12:00:00")})
		var summary statemachine.RunSummary
		if err := json.Unmarshal(result.Output, &summary); err != nil || summary.Schedules == nil {
			t.Fatalf("%s: %s: %s", row.name, result.Error, result.Cause)
		}
		if diff := cmp.Diff(row.want, *summary.Schedules); diff != "" {
			t.Errorf("%s: schedules (-want +got):\n%s", row.name, diff)
		}
	}
	for _, group := range []string{"eks-scaling", "default"} {
		if err := permittedToSchedule(principals[lambdahost.AccessKeyID("eks-scaling-sync-schedules")], schedulerlocal.Call{
			Operation: "DeleteSchedule", Group: group, Name: "reconcile",
		}); err == nil {
			t.Errorf("sync-schedules may delete schedules of group %s; it must stay in its own", group)
		}
	}
}

// permitted says whether a call is allowed on the node group's ARN or on the cluster's.
func permitted(statements []allowed, c ekslocal.Call) error {
	owner := ":" + world.Account + ":"
	arns := []string{
		"arn:aws:eks:" + c.Region + owner + "cluster/" + c.Cluster,
		"arn:aws:eks:" + c.Region + owner + "nodegroup/" + c.Cluster + "/" + c.Nodegroup + "/id",
	}
	for _, s := range statements {
		for _, arn := range arns {
			if matches(s.actions, "eks:"+c.Operation) && matches(s.resources, arn) {
				return nil
			}
		}
	}
	return fmt.Errorf("%s is not authorized to perform: eks:%s on %s", c.Principal, c.Operation, arns[1])
}

// permittedToSchedule says whether a call is allowed on the schedule's ARN. AWS asks for every schedule when they are listed.
func permittedToSchedule(statements []allowed, c schedulerlocal.Call) error {
	arn := "arn:aws:scheduler:" + world.Region + ":" + world.Account + ":schedule/" + c.Group + "/" + c.Name
	if c.Operation == "ListSchedules" {
		arn = "arn:aws:scheduler:" + world.Region + ":" + world.Account + ":schedule/*/*"
	}
	for _, s := range statements {
		if matches(s.actions, "scheduler:"+c.Operation) && matches(s.resources, arn) {
			return nil
		}
	}
	return fmt.Errorf("%s is not authorized to perform: scheduler:%s on %s", c.Principal, c.Operation, arn)
}

func matches(patterns []string, text string) bool {
	for _, pattern := range patterns {
		if ok, err := path.Match(pattern, text); ok && err == nil {
			return true
		}
	}
	return false
}

// texts flattens a property that is one value or a list, with the pseudo parameters filled in.
func texts(property any) []string {
	switch p := property.(type) {
	case string:
		return []string{p}
	case []any:
		var all []string
		for _, element := range p {
			all = append(all, texts(element)...)
		}
		return all
	case map[string]any:
		if join, ok := p["Fn::Join"].([]any); ok {
			return []string{strings.Join(texts(join[1]), "")}
		}
		switch p["Ref"] {
		case "AWS::Partition":
			return []string{"aws"}
		case "AWS::AccountId":
			return []string{world.Account}
		case "AWS::Region":
			return []string{world.Region}
		}
		return []string{fmt.Sprint(p)}
	default:
		return nil
	}
}
