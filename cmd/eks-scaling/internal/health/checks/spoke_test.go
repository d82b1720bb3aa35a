package checks

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/spoke"
)

// TestDoctorAsksForWhatTheTemplateAllows compares with the template of the spoke.
func TestDoctorAsksForWhatTheTemplateAllows(t *testing.T) {
	t.Parallel()
	text, err := spoke.Template{TagKey: "k", TagValue: "v"}.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Properties struct {
				Policies []struct {
					PolicyDocument struct{ Statement []struct{ Action []string } }
				}
			}
		}
	}
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	statements := template.Resources["Role"].Properties.Policies[0].PolicyDocument.Statement
	if diff := cmp.Diff([][]string{statements[0].Action, statements[1].Action}, [][]string{SpokeActions(true), SpokeActions(false)}); diff != "" {
		t.Errorf("(-template +doctor):\n%s", diff)
	}
}

func TestWhomATrustPolicyLetsIn(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::1:role/path/scale"
	allow := func(principal, condition string) string {
		return `{"Effect": "Allow", "Principal": {"AWS": ` + principal + `}, "Action": ["sts:AssumeRole"], "Condition": {` + condition + `}}`
	}
	for _, row := range []struct {
		rule, statement string
		letsIn          bool
		accounts        []string
		everyone        bool
	}{
		{"a role as principal", allow(`"`+role+`"`, ""), true, []string{"1"}, false},
		{"one of several", allow(`["arn:aws:iam::1:role/x", "`+role+`"]`, ""), true, []string{"1", "1"}, false},
		{"another role", allow(`"arn:aws:iam::1:role/x"`, ""), false, []string{"1"}, false},
		{"the account", allow(`"arn:aws:iam::1:root"`, ""), true, []string{"1"}, true},
		{"the account by its id", allow(`"123456789012"`, ""), true, []string{"123456789012"}, true},
		{"the account, for named roles", allow(`"arn:aws:iam::1:root"`, `"ArnEquals": {"aws:principalarn": "`+role+`"}`), true, []string{"1"}, false},
		{"for a pattern of roles", allow(`"arn:aws:iam::1:root"`, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::1:role/*"}`), true, []string{"1"}, false},
		{"for others", allow(`"arn:aws:iam::1:root"`, `"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::1:user/*"}`), false, []string{"1"}, false},
		{"a condition that excludes is no name", allow(`"arn:aws:iam::1:root"`, `"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::1:role/x"}`), true, []string{"1"}, true},
		{"a statement that denies", strings.Replace(allow(`"arn:aws:iam::1:root"`, ""), "Allow", "Deny", 1), false, nil, false},
		{"another action", strings.Replace(allow(`"arn:aws:iam::1:root"`, ""), "AssumeRole", "TagSession", 1), false, nil, false},
	} {
		got, err := readTrust(`{"Statement": [` + row.statement + `]}`)
		if err != nil || got.letsIn(role) != row.letsIn || got.everyone != row.everyone || !slices.Equal(got.accounts, row.accounts) {
			t.Errorf("%s: found %+v (%v); want %+v", row.rule, got, err, row)
		}
	}
}

func TestFindingsOfAccountsAreMergedIfTheyAreEqual(t *testing.T) {
	t.Parallel()
	of := func(id, name string, outcome Outcome) Check {
		return Check{Group: AccountPrefix + id, Name: name, Outcome: outcome, Found: "found in " + id, Remedy: "fix " + id}
	}
	other := Check{Group: "tables", Name: "t", Outcome: OK}
	one := []Check{other, of("1", "trust", OK), of("1", "role", Failed)}
	if diff := cmp.Diff(one, GroupAccounts(one), cmp.AllowUnexported(Check{})); diff != "" {
		t.Errorf("one account stays as it is:\n%s", diff)
	}
	got := GroupAccounts([]Check{
		other, of("1", "role", OK), of("2", "role", Failed), of("2", "trust", OK), of("3", "role", Failed), of("4", "role", Warning), other,
	})
	want := []Check{
		other,
		{Group: "accounts", Name: "1 account", Outcome: OK, Found: "all checks ok"},
		{Group: "accounts", Name: "role", Outcome: Failed, Found: "2 accounts (2, 3): found in ACCOUNT", Remedy: "fix ACCOUNT"},
		{Group: "accounts", Name: "role", Outcome: Warning, Found: "1 account (4): found in 4", Remedy: "fix 4"},
		other,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Check{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
