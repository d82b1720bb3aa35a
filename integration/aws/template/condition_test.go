package template_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/template"
)

// conditional has a topic whose name is resolved, and parts of every kind.
const conditional = `{
	"Parameters": {
		"Stage": {"Type": "String", "AllowedPattern": "[a-z]+", "MinLength": 2, "MaxLength": 4},
		"Names": {"Type": "CommaDelimitedList", "Default": "a, b"}
	},
	"Conditions": {
		"Live": {"Fn::Equals": [{"Ref": "Stage"}, "live"]},
		"Test": {"Fn::Not": [{"Condition": "Live"}]},
		"Both": {"Fn::And": [{"Condition": "Live"}, {"Condition": "Test"}]},
		"Either": {"Fn::Or": [{"Condition": "Live"}, {"Condition": "Test"}]}
	},
	"Rules": {"Moon": {"RuleCondition": {"Fn::Equals": [{"Ref": "Stage"}, "moon"]}, "Assertions": [
		{"Assert": {"Fn::Not": [{"Fn::Equals": [{"Fn::Join": ["", {"Ref": "Names"}]}, "ab"]}]}, "AssertDescription": "the moon needs other names"}
	]}},
	"Mappings": {"Sizes": {"live": {"Nodes": ["x", "y"]}}},
	"Resources": {
		"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t", "V": VALUE}},
		"Queue": {"Type": "AWS::SQS::Queue", "Condition": "Live"}
	}
}`

func TestParametersConditionsAndMappings(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, value, stage string
		want               any
	}{
		{"a parameter", `{"Ref": "Stage"}`, "live", "live"},
		{"a list", `{"Ref": "Names"}`, "live", []any{"a", "b"}},
		{"a parameter in a text", `{"Fn::Sub": "${Stage}-x"}`, "live", "live-x"},
		{"if so", `{"Fn::If": ["Live", "yes", "no"]}`, "live", "yes"},
		{"if not", `{"Fn::If": ["Live", "yes", "no"]}`, "test", "no"},
		{"not", `{"Fn::If": ["Test", "yes", "no"]}`, "test", "yes"},
		{"and", `{"Fn::If": ["Both", "yes", "no"]}`, "live", "no"},
		{"or", `{"Fn::If": ["Either", "yes", "no"]}`, "test", "yes"},
		{"no value in an object", `{"A": {"Fn::If": ["Live", {"Ref": "AWS::NoValue"}, "x"]}, "B": "y"}`, "live", map[string]any{"B": "y"}},
		{"no value in a list", `[{"Ref": "AWS::NoValue"}, "y"]`, "live", []any{"y"}},
		{"a text in parts", `{"Fn::Split": [",", {"Fn::Join": ["", [{"Ref": "Stage"}, ",b"]]}]}`, "live", []any{"live", "b"}},
		{"parts as a text", `{"Fn::Join": ["-", {"Fn::Split": [",", "a,b"]}]}`, "live", "a-b"},
		{"one of a list", `{"Fn::Select": [1, {"Ref": "Names"}]}`, "live", "b"},
		{"a mapping", `{"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Nodes"]}`, "live", []any{"x", "y"}},
	} {
		at := place
		at.Parameters = map[string]string{"Stage": row.stage}
		deployed, err := template.Read([]byte(strings.Replace(conditional, "VALUE", row.value, 1)), at)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		if diff := cmp.Diff(row.want, deployed.Of("AWS::SNS::Topic")[0].Properties["V"]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.name, diff)
		}
		if exists := len(deployed.Of("AWS::SQS::Queue")) == 1; exists != (row.stage == "live") {
			t.Errorf("%s: the queue exists: %t", row.name, exists)
		}
	}
}

func TestParametersThatCloudFormationRefuses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, want string
		parameters map[string]string
		value      string
	}{
		{"none", "parameter Stage: has no default", nil, `"x"`},
		{"another name", "parameter Other: the template has none", map[string]string{"Stage": "live", "Other": "x"}, `"x"`},
		{"another form", `parameter Stage: found "LIVE"; want what matches [a-z]+`, map[string]string{"Stage": "LIVE"}, `"x"`},
		{"values that do not fit together", "rule Moon: the moon needs other names", map[string]string{"Stage": "moon"}, `"x"`},
		{"too short", `parameter Stage: found "a"; want 2 to 4`, map[string]string{"Stage": "a"}, `"x"`},
		{"too long", `parameter Stage: found "abcde"; want 2 to 4`, map[string]string{"Stage": "abcde"}, `"x"`},
		{"a key that a mapping lacks", "in Fn::FindInMap: the template has no mapping Sizes.test.Nodes", map[string]string{"Stage": "test"}, `{"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Nodes"]}`},
		{"an element that a list lacks", "in Fn::Select: found", map[string]string{"Stage": "test"}, `{"Fn::Select": [2, {"Ref": "Names"}]}`},
		{"an unknown condition", "in Fn::If: Moon is no condition", map[string]string{"Stage": "test"}, `{"Fn::If": ["Moon", "a", "b"]}`},
	} {
		at := place
		at.Parameters = row.parameters
		_, err := template.Read([]byte(strings.Replace(conditional, "VALUE", row.value, 1)), at)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: found %v; want %q in it", row.name, err, row.want)
		}
	}
}

func TestARNsAreOfThePartitionOfTheRegion(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../../cdk/testdata/spoke.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	at := template.Place{Stack: "EksScalingSpoke", Region: "cn-north-1", Account: "210987654321", Parameters: map[string]string{
		"HubAccount": "123456789012", "FunctionRoles": "arn:aws-cn:iam::123456789012:role/decide",
	}}
	deployed, err := template.Read(data, at)
	if err != nil {
		t.Fatal(err)
	}
	if arn := deployed.Roles[0].ARN; arn != "arn:aws-cn:iam::210987654321:role/eks-scaling-spoke" || strings.Contains(deployed.Roles[0].Trust, "arn:aws:") {
		t.Errorf("found %s with the trust %s", arn, deployed.Roles[0].Trust)
	}
}
