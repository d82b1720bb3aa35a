package checks_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/datakey"
	"eks-scaling-automation/shared/deployment"
)

const forAccount = `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"}`

// keyPolicy has statements of a key's policy.
func keyPolicy(statements ...string) string {
	return `{"Version": "2012-10-17", "Statement": [` + strings.Join(statements, ",") + `]}`
}

// documented returns the statements for services, as the documentation has them.
func documented() (all []string) {
	for _, s := range datakey.Statements("aws", "sa-east-1", "123456789012") {
		all = append(all, s.JSON())
	}
	return all
}

func TestKeyPolicies(t *testing.T) {
	t.Parallel()
	services := documented()
	for _, row := range []struct {
		name, policy string
		outcome      checks.Outcome
		found        string
	}{
		{"as documented", keyPolicy(append(services, forAccount)...), checks.OK, "may use the key"},
		{"only for the account", keyPolicy(forAccount), checks.Failed, "it does not let logs.sa-east-1.amazonaws.com, cloudwatch.amazonaws.com, events.amazonaws.com use the key"},
		{"without events", keyPolicy(services[0], services[1], services[2], forAccount), checks.Failed, "it does not let events.amazonaws.com use the key"},
		{"logs of one group", keyPolicy(strings.Replace(services[0], "/aws/*/eks-scaling*", "/aws/lambda/eks-scaling-decide", 1), services[1], services[2], services[3], forAccount), checks.Failed, "it does not let logs."},
		{"logs of another region", keyPolicy(strings.Replace(services[0], "logs.sa-east-1.", "logs.eu-west-1.", 1), services[1], services[2], services[3], forAccount), checks.Failed, "it does not let logs."},
		{"logs without encryption", keyPolicy(strings.Replace(services[0], `"kms:Encrypt",`, "", 1), services[1], services[2], services[3], forAccount), checks.Failed, "it does not let logs."},
		{"another account's alarms", keyPolicy(services[0], strings.Replace(services[1], "123456789012", "210987654321", 1), services[2], services[3], forAccount), checks.Failed, "it does not let cloudwatch."},
		{"a condition that is not known", keyPolicy(services[0], strings.Replace(services[1], "aws:SourceAccount", "aws:PrincipalTag/team", 1), services[2], services[3], forAccount), checks.Failed, "it does not let cloudwatch."},
		{"one statement for both, with all actions", keyPolicy(services[0], `{"Effect": "Allow", "Principal": {"Service": ["events.amazonaws.com", "cloudwatch.amazonaws.com"]}, "Action": ["kms:*"]}`, forAccount), checks.OK, ""},
		{"events of the account: a condition that they do not support", keyPolicy(services[0], services[1], strings.Replace(strings.Replace(services[2], datakey.TopicContext, "aws:SourceAccount", 1), "arn:aws:sns:sa-east-1:123456789012:eks-scaling-*", "123456789012", 1), services[3], forAccount), checks.Failed, "it does not let events."},
		{"the topics of others", keyPolicy(services[0], services[1], strings.Replace(services[2], "eks-scaling-*", "others", 1), services[3], forAccount), checks.Failed, "it does not let events."},
		{"not for the account", keyPolicy(services...), checks.Warning, "it does not leave permissions to IAM"},
		{"a denial", keyPolicy(append(services, forAccount, `{"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}`)...), checks.Warning, "a statement denies the use of the key"},
		{"no JSON", "{", checks.Failed, "it cannot be read"},
	} {
		s := deployed
		s.DataKeyARN = "arn:aws:kms:sa-east-1:123456789012:key/1"
		k := checks.DataKey{State: health.Known(checks.KeyState{State: "Enabled", Spec: "SYMMETRIC_DEFAULT"}), Policy: health.Known(row.policy)}
		got := checkNamed(t, row.name, k.Checks(s), "key policy")
		if got.Outcome != row.outcome || !strings.Contains(got.Found, row.found) || (got.Remedy == "") != (row.outcome == checks.OK) {
			t.Errorf("%s: found %s: %s -> %s; want %s: %s", row.name, got.Outcome, got.Found, got.Remedy, row.outcome, row.found)
		}
	}
}

func TestStatesOfAKey(t *testing.T) {
	t.Parallel()
	s := deployed
	if found := (checks.DataKey{}).Checks(s); found != nil {
		t.Errorf("without a key found %+v", found)
	}
	s.DataKeyARN = "arn:aws:kms:sa-east-1:123456789012:key/1"
	for state, remedy := range map[checks.KeyState]string{
		{State: "Enabled", Spec: "SYMMETRIC_DEFAULT"}:         "",
		{State: "Enabled", Spec: "RSA_2048"}:                  "SYMMETRIC_DEFAULT",
		{State: "Disabled", Spec: "SYMMETRIC_DEFAULT"}:        "aws kms enable-key --key-id arn:aws:kms:sa-east-1:123456789012:key/1 --region sa-east-1",
		{State: "PendingDeletion", Spec: "SYMMETRIC_DEFAULT"}: "aws kms cancel-key-deletion",
		{State: "Unavailable", Spec: "SYMMETRIC_DEFAULT"}:     "describe-key",
	} {
		got := checkNamed(t, state.State, checks.DataKey{State: health.Known(state)}.Checks(s), "key")
		if (got.Outcome == checks.OK) != (remedy == "") || !strings.Contains(got.Remedy, remedy) {
			t.Errorf("%v: found %+v; want the remedy %q", state, got, remedy)
		}
	}
	gone := checks.DataKey{State: health.Missing[checks.KeyState](), Policy: health.Missing[string]()}.Checks(s)
	if gone[0].Outcome != checks.Failed || gone[1].Outcome != checks.Unknown {
		t.Errorf("without the key found %+v", gone)
	}
}

// TestRequiredUsesOfTheKeyAreWhatTheStackGrants compares with what cdk grants each role.
func TestRequiredUsesOfTheKeyAreWhatTheStackGrants(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../../../cdk/testdata/encrypted.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct{ Roles map[string][]string }
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	granted, required := map[string]bool{}, map[string]bool{}
	form := regexp.MustCompile(`^Allow (kms:.*) on (\S+) if .*"kms:ViaService":"(\w+)\.`)
	for role, lines := range golden.Roles {
		for _, line := range lines {
			found := form.FindStringSubmatch(line)
			if found == nil {
				t.Fatalf("%s: found %s", role, line)
			}
			for action := range strings.FieldsSeq(found[1]) {
				granted[role+": "+action+" by "+found[3]] = true
			}
		}
	}
	s := deployed
	s.DataKeyARN = "arn:aws:kms:eu-west-1:123456789012:key/11112222-3333-4444-5555-666677778888"
	for _, p := range (checks.Deployment{Stack: s, StreamARN: "arn:stream"}).RequiredPermissions() {
		via, _, _ := strings.Cut(p.Context["kms:ViaService"], ".")
		for _, action := range p.Actions {
			if via != "" {
				required[deployment.RoleID(p.Role)+": "+action+" by "+via] = true
			}
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(granted)), slices.Sorted(maps.Keys(required))); diff != "" {
		t.Errorf("(-granted +required):\n%s", diff)
	}
}
