package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"eks-scaling-automation/integration/aws/policy"
)

func TestTrust(t *testing.T) {
	t.Parallel()
	decide := policy.Caller{
		ARN: "arn:aws:sts::111111111111:assumed-role/decide/run", Principal: "arn:aws:iam::111111111111:role/decide", Account: "111111111111",
	}
	for _, row := range []struct {
		name, principal string
		allowed, named  bool
	}{
		{"everyone", `"*"`, true, true},
		{"everyone of AWS", `{"AWS": "*"}`, true, true},
		{"the role", `{"AWS": ["arn:aws:iam::1:role/a", "arn:aws:iam::111111111111:role/decide"]}`, true, true},
		{"the session", `{"AWS": "arn:aws:sts::111111111111:assumed-role/decide/run"}`, true, true},
		{"the account by its ARN", `{"AWS": "arn:aws:iam::111111111111:root"}`, true, false},
		{"the account by its ID", `{"AWS": "111111111111"}`, true, false},
		{"another account", `{"AWS": "arn:aws:iam::222222222222:root"}`, false, false},
		{"another role", `{"AWS": "arn:aws:iam::111111111111:role/decide-not"}`, false, false},
		{"a service", `{"Service": "lambda.amazonaws.com"}`, false, false},
	} {
		trust, err := policy.ParseTrust("r", fmt.Appendf(nil, `{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": %s}]}`, row.principal))
		if err != nil {
			t.Fatal(err)
		}
		allowed, named := trust.Decide(decide, policy.Request{Action: "sts:AssumeRole"})
		if allowed != row.allowed || named != row.named {
			t.Errorf("%s: found %t, by name %t; want %t, %t", row.name, allowed, named, row.allowed, row.named)
		}
		if allowed, _ := trust.Decide(decide, policy.Request{Action: "sts:TagSession"}); allowed {
			t.Errorf("%s: another action is allowed", row.name)
		}
	}
}

func TestADenialOfTrustWins(t *testing.T) {
	t.Parallel()
	trust, err := policy.ParseTrust("r", []byte(`{"Statement": [
		{"Effect": "Allow", "Action": "sts:*", "Principal": "*"},
		{"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": {"AWS": "111111111111"}, "Condition": {"Bool": {"aws:Night": "true"}}}
	]}`))
	if err != nil {
		t.Fatal(err)
	}
	for night, want := range map[string]bool{"true": false, "false": true} {
		request := policy.Request{Action: "sts:AssumeRole", Context: map[string][]string{"aws:Night": {night}}}
		if allowed, _ := trust.Decide(policy.Caller{Account: "111111111111"}, request); allowed != want {
			t.Errorf("night %s: found %t", night, allowed)
		}
	}
}

func TestATrustPolicyThatIsNotUnderstoodIsAnError(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]string{
		`{"Effect": "Allow", "Action": "sts:AssumeRole"}`:                                        "found the principal",
		`{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Moon": "x"}}`:            "found the principal Moon",
		`{"Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": "*"}`:                   "only Principal, Action and Condition",
		`{"Effect": "Allow", "Principal": "*"}`:                                                  "Action are required",
		`{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*", "Resource": "*"}`:     "only Principal, Action and Condition",
		`{"Effect": "Allow", "Action": "a:b", "Principal": "*", "Condition": {"X": {"k": "v"}}}`: "condition X is not understood",
	} {
		_, err := policy.ParseTrust("r", []byte(`{"Statement": [`+statement+`]}`))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "trust policy of r: statement 0: ") {
			t.Errorf("%s: found %v; want %q in it", statement, err, want)
		}
	}
}
