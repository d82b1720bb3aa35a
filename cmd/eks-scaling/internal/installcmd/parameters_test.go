package installcmd

import (
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
