// Package policy evaluates IAM policies: the default is deny, and an explicit deny wins.
//
// It must never allow what it does not understand: an unknown element or condition is an error when a policy is read.
package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Policy holds the statements of one or several documents.
type Policy []Statement

// Statement allows or denies actions on resources.
type Statement struct {
	Source     string // the name of its policy
	Deny       bool
	Actions    []string // with the wildcards * and ?, as are the resources, which may have policy variables
	Resources  []string
	Conditions []Condition // all must hold
}

// Request is an action to authorize.
type Request struct {
	Action   string              // as "eks:DescribeNodegroup"
	Resource string              // an ARN, or * for an action without a resource
	Context  map[string][]string // condition keys and their values, as "iam:PassedToService"
}

// Verdict is a policy's decision about a request.
type Verdict struct {
	Decision Decision
	Matched  []Statement // the deciding statements; empty for ImplicitDeny
	Missing  []string    // condition keys of statements that the request lacks
}

// Decision is the decision about a request.
type Decision string

// The decisions, as IAM's simulator calls them.
const (
	Allowed      Decision = "allowed"
	ExplicitDeny Decision = "explicitDeny"
	ImplicitDeny Decision = "implicitDeny"
)

// Parse reads a JSON policy document; the source names its statements' policy.
func Parse(source string, document []byte) (Policy, error) {
	var d struct{ Statement []statement }
	if err := json.Unmarshal(document, &d); err != nil {
		return nil, fmt.Errorf("policy %s: %w", source, err)
	}
	policy := make(Policy, 0, len(d.Statement))
	for i, s := range d.Statement {
		read, err := s.read(source)
		if err != nil {
			return nil, fmt.Errorf("policy %s: statement %d: %w", source, i, err)
		}
		policy = append(policy, read)
	}
	return policy, nil
}

// Allows reports whether a request is allowed.
func (p Policy) Allows(r Request) bool { return p.Decide(r).Decision == Allowed }

// Decide returns the decision about a request, with the deciding statements.
func (p Policy) Decide(r Request) Verdict {
	var allow, deny []Statement
	var missing []string
	for _, s := range p {
		if !s.covers(r) {
			continue
		}
		holds, lacking := s.hold(r.Context)
		missing = append(missing, lacking...)
		switch {
		case holds && s.Deny:
			deny = append(deny, s)
		case holds:
			allow = append(allow, s)
		}
	}
	slices.Sort(missing)
	missing = slices.Compact(missing)
	switch {
	case len(deny) > 0:
		return Verdict{ExplicitDeny, deny, missing}
	case len(allow) > 0:
		return Verdict{Allowed, allow, missing}
	default:
		return Verdict{ImplicitDeny, nil, missing}
	}
}

// Match reports whether a text matches a pattern, in which `*` is any text, even empty, and `?` any one character.
func Match(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0: // let the last * match one more character
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
