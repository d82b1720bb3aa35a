package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Trust is a role's trust policy: who may assume the role.
type Trust []TrustStatement

// TrustStatement allows or denies actions to principals.
type TrustStatement struct {
	Statement
	Principals []string // of the kind AWS: an ARN, an account's id or * for everyone; services and federated users never call here
}

// Caller is a principal of AWS.
type Caller struct {
	ARN       string // of a session of a role: the session's
	Principal string // the user's or the role's ARN, as in aws:PrincipalArn
	Account   string
}

// ParseTrust reads a trust policy in JSON; the source names its role.
func ParseTrust(source string, document []byte) (Trust, error) {
	var d struct{ Statement []statement }
	if err := json.Unmarshal(document, &d); err != nil {
		return nil, fmt.Errorf("trust policy of %s: %w", source, err)
	}
	trust := make(Trust, 0, len(d.Statement))
	for i, s := range d.Statement {
		read, err := s.readTrust(source)
		if err != nil {
			return nil, fmt.Errorf("trust policy of %s: statement %d: %w", source, i, err)
		}
		trust = append(trust, read)
	}
	return trust, nil
}

func (s statement) readTrust(source string) (TrustStatement, error) {
	if len(s.NotAction)+len(s.NotResource)+len(s.NotPrincipal)+len(s.Resource) > 0 || len(s.Action) == 0 {
		return TrustStatement{}, fmt.Errorf("only Principal, Action and Condition are understood, and Principal and Action are required")
	}
	principals, err := readPrincipals(s.Principal)
	if err != nil {
		return TrustStatement{}, err
	}
	common, err := s.common(source)
	common.Resources = []string{"*"}
	return TrustStatement{common, principals}, err
}

func readPrincipals(data json.RawMessage) (ofAWS []string, err error) {
	if string(data) == `"*"` {
		return []string{"*"}, nil
	}
	kinds := map[string]texts{}
	if err := json.Unmarshal(data, &kinds); err != nil {
		return nil, fmt.Errorf("found the principal %s; want * or an object", data)
	}
	for kind := range kinds {
		if kind != "AWS" && kind != "Service" && kind != "Federated" {
			return nil, fmt.Errorf("found the principal %s; want AWS, Service or Federated", kind)
		}
	}
	return kinds["AWS"], nil
}

// Decide reports whether a caller may perform a request. Named means that the policy names the caller itself or everyone, not its
// account: within one account, that is enough without a permission of the caller's own.
func (t Trust) Decide(c Caller, r Request) (allowed, named bool) {
	for _, s := range t {
		is, byName := s.about(c)
		if !is || !s.covers(r) {
			continue
		}
		holds, _ := s.hold(r.Context)
		switch {
		case holds && s.Deny:
			return false, false
		case holds:
			allowed, named = true, named || byName
		}
	}
	return allowed, named
}

// about reports whether the statement is about a caller, and whether by its name.
func (s TrustStatement) about(c Caller) (is, byName bool) {
	if slices.ContainsFunc(s.Principals, func(p string) bool { return p == "*" || p == c.ARN || p == c.Principal }) {
		return true, true
	}
	return slices.ContainsFunc(s.Principals, func(p string) bool {
		return p == c.Account || strings.HasPrefix(p, "arn:") && strings.HasSuffix(p, ":iam::"+c.Account+":root")
	}), false
}
