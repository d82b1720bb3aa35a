// Package checks judges the facts about a system for "doctor": whether everything is true that a scheduled run needs. Each check says
// what was found and, unless that is fine, how to fix it. The package is pure, and never takes what could not be read for fine.
package checks

import (
	"cmp"
	"fmt"
	"slices"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
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

// maxGrouped is how many names a merged check lists.
const maxGrouped = 20

// GroupUnknown merges unknown checks that share a group and a cause into one. If the cause is a check, that one has the remedy.
func GroupUnknown(checks []Check) []Check {
	type reason struct{ group, text string }
	index, names := map[reason]int{}, map[int][]string{}
	var all []Check
	for _, c := range checks {
		r := reason{c.Group, cmp.Or(c.unread.Because, c.unread.Lacks, c.Found+"\n"+c.Remedy)}
		i, seen := index[r]
		if c.Outcome != Unknown || !seen {
			i = len(all)
			if c.unread.Because != "" {
				c.Remedy = ""
			}
			all = append(all, c)
		}
		if c.Outcome == Unknown {
			index[r], names[i] = i, append(names[i], c.Name)
		}
	}
	for i, of := range names {
		if len(of) > 1 {
			all[i].Name = english.Count(len(of), "check")
			all[i].Found += ": " + health.FirstFew(of, maxGrouped)
		}
	}
	return all
}
