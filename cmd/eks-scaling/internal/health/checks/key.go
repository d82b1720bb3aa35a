package checks

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/datakey"
	"eks-scaling-automation/shared/deployment"
)

// DataKey holds the facts about a customer's key that encrypts the stack's data.
type DataKey struct {
	State health.Fact[KeyState]
	// Policy is the key's policy in JSON.
	Policy health.Fact[string]
}

// KeyState is what KMS says of a key.
type KeyState struct {
	State string // such as Enabled
	Spec  string // such as SYMMETRIC_DEFAULT
}

// Checks checks that the key can be used, and that its policy lets the services of AWS and the roles use it. Without a key there is nothing
// to check.
func (k DataKey) Checks(s deployment.Stack) []Check {
	if s.DataKeyARN == "" {
		return nil
	}
	key, policy := subject{"encryption", "key"}, subject{"encryption", "key policy"}
	gone := key.failed("there is no key "+s.DataKeyARN+": nothing can be read or written", "restore it, or deploy again with another key")
	return []Check{
		check(k.State, key, gone, func(found KeyState) Check { return found.check(key, s) }),
		check(k.Policy, policy, policy.unknown(health.BecauseOf("there is no such key")), func(text string) Check { return checkPolicy(policy, s, text) }),
	}
}

func (k KeyState) check(c subject, s deployment.Stack) Check {
	command := func(verb string) string {
		return fmt.Sprintf("aws kms %s --key-id %s --region %s", verb, s.DataKeyARN, s.Region)
	}
	switch {
	case k.State == "PendingDeletion":
		return c.failed("PendingDeletion: tables that it encrypts are lost with it", command("cancel-key-deletion")+"; then: "+command("enable-key"))
	case k.State == "Disabled":
		return c.failed("Disabled: nothing can be read or written. After 7 days DynamoDB archives the tables", command("enable-key"))
	case k.State != "Enabled":
		return c.failed(k.State+", not Enabled", "see why: "+command("describe-key"))
	case k.Spec != "SYMMETRIC_DEFAULT":
		return c.failed("it is of the kind "+k.Spec+", which encrypts no tables", "deploy again with a key of the kind SYMMETRIC_DEFAULT")
	}
	return c.ok("Enabled")
}

// keyStatement is a statement of a key's policy.
type keyStatement struct {
	Effect    string
	Principal principals
	Action    list
	Condition map[string]map[string]list
}

// principals are those of a statement. The text "*" means everyone.
type principals struct {
	AWS, Service list
}

// UnmarshalJSON reads both forms.
func (p *principals) UnmarshalJSON(data []byte) error {
	var everyone string
	if json.Unmarshal(data, &everyone) == nil {
		p.AWS, p.Service = list{everyone}, list{everyone}
		return nil
	}
	var both struct{ AWS, Service list }
	err := json.Unmarshal(data, &both)
	p.AWS, p.Service = both.AWS, both.Service
	return err
}

// checkPolicy looks for the statements that the services and the account need.
func checkPolicy(c subject, s deployment.Stack, text string) Check {
	var policy struct{ Statement []keyStatement }
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		return c.failed("it cannot be read: "+err.Error(), "see docs/private.md")
	}
	var missing, add []string
	for _, wanted := range datakey.Statements(s.Partition, s.Region, s.Account) {
		if !slices.ContainsFunc(policy.Statement, func(has keyStatement) bool { return has.grants(wanted, s) }) {
			missing, add = append(missing, wanted.Principal.Service), append(add, wanted.JSON())
		}
	}
	if len(missing) > 0 {
		return c.failed("it does not let "+strings.Join(missing, ", ")+" use the key", "add to the policy: "+strings.Join(add, ", "))
	}
	account := strings.Join([]string{"arn", s.Partition, "iam", "", s.Account, "root"}, ":")
	if !slices.ContainsFunc(policy.Statement, func(has keyStatement) bool { return has.delegates(account, s.Account) }) {
		return c.warning("it does not leave permissions to IAM, so it must name each role of the stack itself",
			`add to the policy: {"Sid":"AccountOfEksScaling","Effect":"Allow","Principal":{"AWS":"`+account+`"},"Action":"kms:*","Resource":"*"}`)
	}
	for _, has := range policy.Statement {
		if has.Effect == "Deny" && len(has.Condition) == 0 && (has.permits("kms:Decrypt") || has.permits("kms:GenerateDataKey")) {
			return c.warning("a statement denies the use of the key", "check that it is not about the roles of the stack")
		}
	}
	return c.ok("the services of AWS, and the roles by IAM, may use the key")
}

// permits reports whether a statement is about an action.
func (k keyStatement) permits(action string) bool {
	return slices.ContainsFunc(k.Action, func(pattern string) bool { return matches(pattern, action) })
}

// delegates reports whether IAM policies of an account may allow the use of the key.
func (k keyStatement) delegates(root, account string) bool {
	return k.Effect == "Allow" && len(k.Condition) == 0 && k.permits("kms:Decrypt") && k.permits("kms:GenerateDataKey") &&
		(slices.Contains(k.Principal.AWS, root) || slices.Contains(k.Principal.AWS, account))
}

// grants reports whether a statement allows what is wanted. Other conditions than the known ones may refuse it.
func (k keyStatement) grants(wanted datakey.Statement, s deployment.Stack) bool {
	if k.Effect != "Allow" || !slices.Contains(k.Principal.Service, wanted.Principal.Service) {
		return false
	}
	for _, action := range wanted.Action {
		if !k.permits(strings.TrimSuffix(action, "*")) {
			return false
		}
	}
	for _, conditions := range k.Condition {
		for key, values := range conditions {
			if !holds(key, values, s) {
				return false
			}
		}
	}
	return true
}

// holds reports whether a condition holds when a service uses the key for the stack.
func holds(key string, values list, s deployment.Stack) bool {
	var used []string
	switch strings.ToLower(key) {
	case "kms:encryptioncontext:aws:logs:arn":
		used = datakey.LogGroups(s.Partition, s.Region, s.Account)
	case "aws:sourceaccount", "kms:calleraccount":
		used = []string{s.Account}
	case "aws:sourcearn":
		return true // of an alarm, a rule or a log group: which one is not known here
	}
	return len(used) > 0 && !slices.ContainsFunc(used, func(value string) bool {
		return !slices.ContainsFunc(values, func(pattern string) bool { return matches(pattern, value) })
	})
}
