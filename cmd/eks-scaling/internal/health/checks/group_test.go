package checks_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
)

// shownLines formats checks: group, outcome, name, finding and remedy.
func shownLines(given []checks.Check) []string {
	var all []string
	for _, c := range checks.GroupUnknown(given) {
		all = append(all, strings.Join([]string{c.Group, string(c.Outcome), c.Name, c.Found, c.Remedy}, " | "))
	}
	return all
}

func TestWhatFollowsFromAnotherCheckIsSaidOnce(t *testing.T) {
	t.Parallel()
	c := examined(t)
	c.Status = health.Missing[string]()
	c.Block(health.BecauseOf("there is no such cluster"))
	given := c.Checks(now, nil)
	want := []string{
		"cluster production | ok | time zone | America/Sao_Paulo, now -03:00; no clock change within a year | ",
		"cluster production | failed | cluster | EKS has no such cluster in sa-east-1 | " +
			"list the clusters: aws eks list-clusters --region sa-east-1; then: eks-scaling config edit",
		"cluster production | unknown | 5 checks | not checked, because there is no such cluster: big, big sizes, small, small sizes, other node groups | ",
	}
	if diff := cmp.Diff(want, shownLines(given)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	text, err := json.Marshal(given)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), `"found":"not checked, because there is no such cluster","remedy":"fix that first"}`); n != 5 {
		t.Errorf("found %d of 5 in %s", n, text)
	}
	c = examined(t)
	c.Nodegroups["big"] = health.Missing[health.Nodegroup]()
	if found := strings.Join(shownLines(c.Checks(now, nil)), "\n"); !strings.Contains(found, "unknown | big sizes | not checked, because there is no such node group | \n") {
		t.Errorf("found\n%s\nwant one that follows under its own name", found)
	}
}

// TestAPermissionThatIsMissingIsNamedOnce though AWS names another resource in each of its messages.
func TestAPermissionThatIsMissingIsNamedOnce(t *testing.T) {
	t.Parallel()
	var given []checks.Check
	for i, role := range checks.Roles() {
		p := checks.Permissions{Role: role}
		p.Add(checks.Permission{}, health.NotRead[[]checks.Refusal](health.Forbidden(fmt.Sprintf("not checked: no (role %d)", i), "iam:SimulatePrincipalPolicy")))
		given = append(given, p.Check())
	}
	want := []string{
		"permissions | unknown | 12 checks | not checked: no (role 0): audit, audit-config, decide, load-config, notify, read-signals, scale, " +
			"sync-triggers, wait-for-nodegroup-active, weekly-summary, scheduler, state machine | ask for the permission iam:SimulatePrincipalPolicy, or use another --profile",
	}
	if diff := cmp.Diff(want, shownLines(given)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatHasOtherReasonsStaysApart(t *testing.T) {
	t.Parallel()
	unread := func(group, name, why, remedy string) checks.Check {
		return checks.Check{Group: group, Name: name, Outcome: checks.Unknown, Found: why, Remedy: remedy}
	}
	given := []checks.Check{
		unread("a", "1", "no answer", "try again"), unread("a", "2", "throttled", "try again"), unread("a", "3", "no answer", "try again"),
		unread("b", "1", "no answer", "try again"),
		{Group: "b", Name: "2", Outcome: checks.Failed, Found: "gone", Remedy: "make it"},
		{Group: "b", Name: "3", Outcome: checks.Failed, Found: "gone", Remedy: "make it"},
	}
	for i := range 30 {
		given = append(given, unread("c", fmt.Sprint("n", i), "no answer", "try again"))
	}
	want := []string{
		"a | unknown | 2 checks | no answer: 1, 3 | try again",
		"a | unknown | 2 | throttled | try again",
		"b | unknown | 1 | no answer | try again",
		"b | failed | 2 | gone | make it",
		"b | failed | 3 | gone | make it",
		"c | unknown | 30 checks | no answer: n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16, n17, n18, n19 and 10 more | try again",
	}
	if diff := cmp.Diff(want, shownLines(given)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
