// Package checks judges the facts about a system for "doctor": whether everything is true that a scheduled run needs. Each check says
// what was found and, unless that is fine, how to fix it. The package is pure, and never takes what could not be read for fine.
package checks

import (
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
)

// Outcome is what came of a check.
type Outcome string

// The outcomes.
const (
	OK      Outcome = "ok"
	Warning Outcome = "warning" // runs work, but something is not as it should be
	Failed  Outcome = "failed"  // a run fails, or does not come about, or nobody can see what it did
	Unknown Outcome = "unknown" // it could not be checked
)

// Check is one thing that must be true, and whether it is.
type Check struct {
	Group   string  `json:"group"` // such as "tables", or "cluster production"
	Name    string  `json:"name"`  // stays the same from one examination to the next
	Outcome Outcome `json:"outcome"`
	Found   string  `json:"found"`
	// Remedy is the command, or a sentence, that mends it; empty when there is nothing to mend.
	Remedy string        `json:"remedy,omitempty"`
	unread health.Unread // why it is unknown
}

// Counts is how many checks came out how.
type Counts struct {
	OK      int `json:"ok"`
	Warning int `json:"warning"`
	Failed  int `json:"failed"`
	Unknown int `json:"unknown"`
}

// Count counts checks by their outcome.
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

// check judges a fact by what is said of it when it does not exist, and when it does.
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

// deploy mends the stack.
const deploy = deployment.Redeploy

// shown is how many of many things are named.
const shown = 5

// few names things, but not too many of them.
func few(things []string) string {
	return strings.Join(firstOf(things, shown), ", ")
}

// firstOf are the first n things, and instead of the others how many there are.
func firstOf(things []string, n int) []string {
	if len(things) <= n {
		return things
	}
	return append(slices.Clone(things[:n-1]), fmt.Sprintf("%s and %d more", things[n-1], len(things)-n))
}

// lacking are those of the wanted that are not among the found.
func lacking(wanted, found []string) []string {
	return slices.DeleteFunc(slices.Clone(wanted), func(w string) bool { return slices.Contains(found, w) })
}
