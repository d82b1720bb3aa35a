package installcmd

import (
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
)

const small = `{"Parameters": {
	"CodeBucket": {"Type": "String"}, "CodePrefix": {"Type": "String"}, "Old": {"Type": "String", "Default": "a"},
	"New": {"Type": "String", "Default": "b"}, "Given": {"Type": "String", "Default": "c"}},
	"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}`

func TestAnUpgradeKeepsWhatIsSetAndDropsWhatIsGone(t *testing.T) {
	t.Parallel()
	template, err := parseTemplate([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]string{"CodeBucket": "b", "CodePrefix": "p", "Given": "x"}
	parameters, err := merge(template, given, []string{"CodeBucket", "CodePrefix", "Old", "Given", "Gone"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, p := range parameters {
		got[*p.ParameterKey] = aws.ToString(p.ParameterValue)
		if aws.ToBool(p.UsePreviousValue) {
			got[*p.ParameterKey] = "as before"
		}
	}
	want := map[string]string{"CodeBucket": "b", "CodePrefix": "p", "Given": "x", "Old": "as before"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	if _, err := merge(template, nil, nil); err == nil || err.Error() != "parameter CodeBucket is required: add --parameter CodeBucket=VALUE" {
		t.Errorf("a required parameter: found %v", err)
	}
}

func TestFlagsOfPermissions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]map[string]string{
		"":            {},
		"all":         {"Permissions": "all"},
		"tag:a=b":     {"Permissions": "tag", "PermissionsTagKey": "a", "PermissionsTagValue": "b"},
		"tag:a:b=c=d": {"Permissions": "tag", "PermissionsTagKey": "a:b", "PermissionsTagValue": "c=d"},
		"tag":         nil,
		"tag:a":       nil,
		"tag:=b":      nil,
		"All":         nil,
		"configured":  nil, // it needs a file
	} {
		got := map[string]string{}
		err := settings{permissions: text}.addPermissions(got)
		if (err != nil) != (want == nil) {
			t.Errorf("%s: found %v", text, err)
		}
		if diff := cmp.Diff(want, got); want != nil && diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestEveryParameterIsDocumented(t *testing.T) {
	t.Parallel()
	const root = "../../../../"
	text, err := os.ReadFile(root + "cdk/testdata/release.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile(root + "docs/deployment.md")
	if err != nil {
		t.Fatal(err)
	}
	template, err := parseTemplate(text)
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(guide), "| parameter | context key |")
	table, _, _ = strings.Cut(table, "\n\n")
	for name := range template.Parameters {
		if !strings.Contains(table, "`"+name+"`") {
			t.Errorf("docs/deployment.md has no parameter %s in the table of the released template", name)
		}
	}
	for _, name := range []string{parameterEventBus, parameterSubnets, parameterVPC} {
		if _, found := template.Parameters[name]; !found {
			t.Errorf("the template has no parameter %s", name)
		}
	}
	for output, name := range toldParameters() {
		if _, found := template.Parameters[name]; !found {
			t.Errorf("the template has no parameter %s, for the output %s", name, output)
		}
	}
}

func TestAStackThatIsTakenOverKeepsWhatItsOutputsTell(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../../cdk/testdata/release.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	template, err := parseTemplate(text)
	if err != nil {
		t.Fatal(err)
	}
	for rule, row := range map[string]struct{ outputs, want map[string]string }{
		"nothing is told":      {nil, map[string]string{}},
		"defaults go unsaid":   {map[string]string{"EventBusArn": "arn:aws:events:sa-east-1:123456789012:event-bus/default", "Permissions": "all"}, map[string]string{}},
		"a bus is its name":    {map[string]string{"EventBusArn": "arn:aws:events:sa-east-1:123456789012:event-bus/ops"}, map[string]string{"EventBus": "ops"}},
		"a tag is its parts":   {map[string]string{"Permissions": "tag:a:b=c"}, map[string]string{"Permissions": "tag", "PermissionsTagKey": "a:b", "PermissionsTagValue": "c"}},
		"the region stays":     {map[string]string{"RegionScope": "own"}, map[string]string{"RegionScope": "own"}},
		"the key stays":        {map[string]string{"KeyArn": "arn:k"}, map[string]string{"KeyArn": "arn:k"}},
		"the network stays":    {map[string]string{"FunctionSubnetIds": "subnet-1", "FunctionSecurityGroupIds": "sg-1"}, map[string]string{"SubnetIds": "subnet-1", "SecurityGroupIds": "sg-1"}},
		"a group of the stack": {map[string]string{"FunctionSecurityGroupId": "sg-1"}, map[string]string{}},
	} {
		if diff := cmp.Diff(row.want, current{outputs: row.outputs}.told(template)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
}
