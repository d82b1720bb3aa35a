// Package policy decides what an IAM policy allows, as IAM would: whatever is not allowed is denied, and what is denied
// stays denied.
//
// It must never allow what it does not understand: a policy with an element or a condition that it does not know is an error
// when it is read.
package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Policy is the statements of one or several documents.
type Policy []Statement

// Statement allows or denies actions on resources.
type Statement struct {
	Source     string // which policy it is of
	Deny       bool
	Actions    []string // with the wildcards * and ?, as are the resources
	Resources  []string
	Conditions []Condition // that must all hold
}

// Request is what somebody wants to do.
type Request struct {
	Action   string              // as "eks:DescribeNodegroup"
	Resource string              // an ARN, or * for an action that has no resource
	Context  map[string][]string // condition keys and their values, as "iam:PassedToService"
}

// Verdict is what a policy says to a request.
type Verdict struct {
	Decision Decision
	Matched  []Statement // that decided; empty for ImplicitDeny
	Missing  []string    // condition keys that a statement asks for and the request does not have
}

// Decision is how a request is decided.
type Decision string

// The decisions, as IAM's simulator calls them.
const (
	Allowed      Decision = "allowed"
	ExplicitDeny Decision = "explicitDeny"
	ImplicitDeny Decision = "implicitDeny"
)

// Parse reads a policy document in JSON; the source is the name that its statements bear.
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

// Allows says whether a request is allowed.
func (p Policy) Allows(r Request) bool { return p.Decide(r).Decision == Allowed }

// Decide says how a request is decided, and by which statements.
func (p Policy) Decide(r Request) Verdict {
	var allow, deny []Statement
	var missing []string
	for _, s := range p {
		if !matchesAny(s.Actions, r.Action, true) || !matchesAny(s.Resources, r.Resource, false) {
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

// matchesAny compares actions without regard to case, as IAM does.
func matchesAny(patterns []string, text string, fold bool) bool {
	if fold {
		text = strings.ToLower(text)
	}
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if fold {
			pattern = strings.ToLower(pattern)
		}
		return Match(pattern, text)
	})
}

// Match says whether a text fits a pattern, in which an asterisk is any text, also none, and a question mark is any one
// character.
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
		case star >= 0: // the last * takes one character more
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
