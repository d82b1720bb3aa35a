package endpoint

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/integration/aws/wire"
)

// Roles fakes the part of IAM about roles and permissions: GetRole, ListRolePolicies, ListAttachedRolePolicies and
// SimulatePrincipalPolicy. A role has the permissions of its policies. A user has all permissions, whether the user exists or
// not. Deny restricts both. The zero value has no role.
type Roles struct {
	// AccountOf returns the account of a caller, whose roles the calls are about; nil: every role's.
	AccountOf func(accessKeyID string) string

	mu     sync.Mutex
	roles  []template.Role
	denied map[string]policy.Policy // by principal
}

// Put adds a role, or replaces the one of the same ARN.
func (r *Roles) Put(role template.Role) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.roles = slices.DeleteFunc(r.roles, func(each template.Role) bool { return each.ARN == role.ARN })
	r.roles = append(r.roles, role)
}

// Delete removes a role by its ARN, if it exists. Its sessions may do nothing from then on.
func (r *Roles) Delete(arn string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.roles = slices.DeleteFunc(r.roles, func(each template.Role) bool { return each.ARN == arn })
}

// Trust returns the trust policy of a role, by its ARN. A policy that is not understood trusts nobody.
func (r *Roles) Trust(arn string) (trust policy.Trust, found bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, role := range r.roles {
		if role.ARN == arn {
			trust, _ = policy.ParseTrust(role.Name, []byte(role.Trust))
			return trust, true
		}
	}
	return nil, false
}

// Deny denies an action, such as "dynamodb:PutItem" or with the wildcards * and ?, to a role or a user, by its ARN.
func (r *Roles) Deny(principal, action string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.denied == nil {
		r.denied = map[string]policy.Policy{}
	}
	r.denied[principal] = append(r.denied[principal], policy.Statement{
		Source: "denied", Deny: true, Actions: []string{action}, Resources: []string{"*"},
	})
}

// everything is the policy of users.
var everything = policy.Policy{{Source: "AdministratorAccess", Actions: []string{"*"}, Resources: []string{"*"}}}

// Policy returns the policy of a role or a user, by its ARN; a [Failure] if the role does not exist.
func (r *Roles) Policy(principal string) (policy.Policy, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := arnOf(principal)
	kind, name, _ := strings.Cut(a.name, "/")
	switch {
	case a.service == "iam" && kind == "user":
		return slices.Concat(everything, r.denied[principal]), nil
	case a.service == "iam" && kind == "role":
		for _, role := range r.roles {
			if role.ARN == principal {
				return slices.Concat(role.Policy, r.denied[principal]), nil
			}
		}
		return nil, noRole(name)
	default:
		return nil, wire.Refuse("InvalidInput", "Invalid Entity Arn: "+principal+" does not clearly define entity type and name.")
	}
}

func noRole(name string) Failure {
	return wire.NewFailure(http.StatusNotFound, "NoSuchEntity", "The role with name "+name+" cannot be found.")
}

func (r *Roles) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	wire.Operations{
		"GetRole":                  wire.On(r.getRole),
		"ListRolePolicies":         wire.On(r.listRolePolicies),
		"ListAttachedRolePolicies": wire.On(r.listAttachedRolePolicies),
		"SimulatePrincipalPolicy":  wire.On(r.simulate),
	}.ServeHTTP(w, hr)
}

type getRole struct{ RoleName string }

type roleAnswer struct {
	Arn                      string
	RoleName                 string
	RoleID                   string `json:"RoleId"`
	Path                     string
	CreateDate               time.Time
	AssumeRolePolicyDocument string `json:",omitempty"` // in JSON, escaped as in a URL
}

func (r *Roles) getRole(c wire.Caller, in getRole) (any, error) {
	role, err := r.named(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	_, path, _ := strings.Cut(arnOf(role.ARN).name, "/")
	return struct{ Role roleAnswer }{roleAnswer{
		Arn: role.ARN, RoleName: role.Name, RoleID: "AROA" + role.Name, Path: "/" + strings.TrimSuffix(path, role.Name),
		CreateDate: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), AssumeRolePolicyDocument: url.QueryEscape(role.Trust),
	}}, nil
}

// named returns the role of a name in the caller's account.
func (r *Roles) named(c wire.Caller, name string) (template.Role, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, role := range r.roles {
		if role.Name == name && (r.AccountOf == nil || r.AccountOf(c.Principal) == arnOf(role.ARN).account) {
			return role, nil
		}
	}
	return template.Role{}, noRole(name)
}

type simulate struct {
	PolicySourceArn string
	ActionNames     []string
	ResourceArns    []string
	ContextEntries  []struct {
		ContextKeyName, ContextKeyType string
		ContextKeyValues               []string
	}
	MaxItems int
	Marker   string
}

type evaluation struct {
	EvalActionName       string
	EvalResourceName     string
	EvalDecision         policy.Decision
	MatchedStatements    []matched
	MissingContextValues []string
}

type matched struct {
	SourcePolicyID   string `json:"SourcePolicyId"`
	SourcePolicyType string
}

// simulate decides every action on every resource, each by itself.
func (r *Roles) simulate(_ wire.Caller, in simulate) (any, error) {
	allowed, err := r.Policy(in.PolicySourceArn)
	if err != nil {
		return nil, err
	}
	if len(in.ActionNames) == 0 {
		return nil, wire.Refuse("ValidationError", "ActionNames must have at least one action")
	}
	if len(in.ResourceArns) == 0 {
		in.ResourceArns = []string{"*"}
	}
	context := map[string][]string{}
	for _, entry := range in.ContextEntries {
		context[entry.ContextKeyName] = entry.ContextKeyValues
	}
	var all []evaluation
	for _, action := range in.ActionNames {
		if service, name, ok := strings.Cut(action, ":"); !ok || service == "" || name == "" {
			return nil, wire.Refuse("InvalidInput", "Invalid Action: "+action)
		}
		for _, resource := range in.ResourceArns {
			all = append(all, evaluate(allowed, policy.Request{Action: action, Resource: resource, Context: context}))
		}
	}
	page, marker, err := wire.Page(all, wire.Paging{
		Token: in.Marker, Size: in.MaxItems, Default: 100, Most: 1000, BadToken: "InvalidInput", BadSize: "ValidationError",
	})
	return struct {
		EvaluationResults []evaluation
		IsTruncated       bool
		Marker            string `json:",omitempty"`
	}{page, marker != "", marker}, err
}

func evaluate(p policy.Policy, r policy.Request) evaluation {
	verdict := p.Decide(r)
	e := evaluation{
		EvalActionName: r.Action, EvalResourceName: r.Resource, EvalDecision: verdict.Decision, MissingContextValues: verdict.Missing,
	}
	for _, s := range verdict.Matched {
		e.MatchedStatements = append(e.MatchedStatements, matched{cmp.Or(s.Source, "policy"), "IAM Policy"})
	}
	return e
}
