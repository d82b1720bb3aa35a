package checks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
)

func TestCondense(t *testing.T) {
	t.Parallel()
	of := func(units int, outcome func(i int) checks.Outcome) (all []checks.Check) {
		all = append(all, checks.Check{Group: "access", Name: "clock", Outcome: checks.OK})
		for i := range units {
			all = append(all, checks.Check{Group: fmt.Sprint("cluster c", i), Name: "cluster", Outcome: outcome(i), Found: "f", Remedy: "r"})
		}
		return all
	}
	fine := func(int) checks.Outcome { return checks.OK }
	lines := func(all []checks.Check) (text []string) {
		for _, c := range all {
			text = append(text, strings.Join([]string{c.Group, c.Name, string(c.Outcome), c.Found, c.Remedy}, "|"))
		}
		return text
	}
	if few := of(30, fine); cmp.Diff(lines(few), lines(checks.Condense(few, "more"))) != "" {
		t.Error("30 units are not shown as they are")
	}
	if diff := cmp.Diff([]string{"access|clock|ok||", "units|31 units|ok|31 checks: 31 ok|"}, lines(checks.Condense(of(31, fine), "more"))); diff != "" {
		t.Errorf("fine units (-want +got):\n%s", diff)
	}
	worst := lines(checks.Condense(of(40, func(i int) checks.Outcome {
		return []checks.Outcome{checks.OK, checks.Warning, checks.Failed, checks.Unknown}[i%4]
	}), "more"))
	want := []string{"access|clock|ok||", "units|40 units|failed|40 checks: 10 ok, 10 warning, 10 failed, 10 unknown; 20 not listed|more"}
	for i := range 10 {
		want = append(want, fmt.Sprintf("units|cluster c%d cluster|failed|f|r", 4*i+2))
	}
	if diff := cmp.Diff(want, worst); diff != "" {
		t.Errorf("the ten worst (-want +got):\n%s", diff)
	}
	var quotas []checks.Check
	for range 31 {
		quotas = append(quotas, checks.Check{Group: "quotas", Name: "n", Outcome: checks.OK})
	}
	if diff := cmp.Diff([]string{"quotas|31 checks|ok|31 ok|"}, lines(checks.Condense(quotas, "more"))); diff != "" {
		t.Errorf("another group (-want +got):\n%s", diff)
	}
}
