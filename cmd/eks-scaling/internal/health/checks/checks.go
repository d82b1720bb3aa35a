// Package checks judges the facts about a system for "doctor": whether everything is true that a scheduled run needs. Each check says
// what was found and, unless that is fine, how to fix it. The package is pure, and never takes what could not be read for fine.
package checks

import (
	"fmt"
	"slices"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
)

// Outcome is the outcome of a check.
type Outcome string

// The outcomes.
const (
	OK      Outcome = "ok"
	Warning Outcome = "warning" // runs work, but something is not as it should be
	Failed  Outcome = "failed"  // runs fail or do not start, or nobody can see what they did
	Unknown Outcome = "unknown" // it could not be checked
)

// Check is one thing that must be true, and whether it is.
type Check struct {
	Group   string  `json:"group"` // such as "tables", or "cluster production"
	Name    string  `json:"name"`  // stable
	Outcome Outcome `json:"outcome"`
	Found   string  `json:"found"`
	Remedy  string  `json:"remedy,omitempty"` // a command or a sentence; empty if there is nothing to fix
	unread  health.Unread
}

// Counts counts the checks by outcome.
type Counts struct {
	OK      int `json:"ok"`
	Warning int `json:"warning"`
	Failed  int `json:"failed"`
	Unknown int `json:"unknown"`
}

// Count counts checks by outcome.
func Count(checks []Check) (n Counts) {
	for _, c := range checks {
		switch c.Outcome {
		case OK:
			n.OK++
		case Warning:
			n.Warning++
		case Failed:
			n.Failed++
		case Unknown:
			n.Unknown++
		}
	}
	return n
}

// check judges a fact: missing if the thing does not exist, else found.
func check[T any](f health.Fact[T], s subject, missing Check, found func(T) Check) Check {
	switch {
	case f.Unread != nil:
		return s.unknown(f.Unread)
	case f.Missing:
		return missing
	default:
		return found(f.Value)
	}
}

// subject is what a check is about.
type subject struct{ group, name string }

func (s subject) ok(format string, args ...any) Check {
	return Check{Group: s.group, Name: s.name, Outcome: OK, Found: fmt.Sprintf(format, args...)}
}

func (s subject) warning(found, remedy string) Check {
	return Check{Group: s.group, Name: s.name, Outcome: Warning, Found: found, Remedy: remedy}
}

func (s subject) failed(found, remedy string) Check {
	return Check{Group: s.group, Name: s.name, Outcome: Failed, Found: found, Remedy: remedy}
}

func (s subject) unknown(why *health.Unread) Check {
	return Check{s.group, s.name, Unknown, why.Why, why.Remedy, *why}
}

// deploy repairs the stack.
const deploy = deployment.Redeploy

// maxShown is how many names a check lists.
const maxShown = 5

func firstFew(names []string) string { return health.FirstFew(names, maxShown) }

// lacking returns the wanted names that were not found.
func lacking(wanted, found []string) []string {
	return slices.DeleteFunc(slices.Clone(wanted), func(w string) bool { return slices.Contains(found, w) })
}
