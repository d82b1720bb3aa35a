package integration_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/ekslocal"
	"eks-scaling-automation/integration/engine"
	"eks-scaling-automation/integration/lambdahost"
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
		"load-config": "CONFIG_TABLE", "decide": "LOGS_TABLE", "audit": "AUDIT_RETENTION_DAYS",
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

// allowed is a statement of a role: actions on resources, both with wildcards.
type allowed struct{ actions, resources []string }

// TestRolesOfTheStackAreEnough makes EKS ask the deployed policies before it answers, and then scales up and down.
func TestRolesOfTheStackAreEnough(t *testing.T) {
	t.Parallel()
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
	w := configured(t)
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
		}
		return []string{fmt.Sprint(p)}
	default:
		return nil
	}
}
