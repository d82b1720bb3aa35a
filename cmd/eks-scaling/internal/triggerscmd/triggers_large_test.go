package triggerscmd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/shared/triggers"
)

func TestTriggersOfSomeUnits(t *testing.T) {
	w := scheduled(t)
	names := func(args ...string) string {
		a := clitest.AskIn(t, w.env, append([]string{"triggers", "-o", "json"}, args...)...)
		var all []string
		for _, c := range clitest.Decode[comparison](t, a.Stdout).Triggers {
			all = append(all, c.Name)
		}
		return strings.Join(all, " ")
	}
	all, berlin := names(), names("--cluster", "berlin")
	if berlin == "" || len(berlin) >= len(all) || !strings.HasPrefix(berlin, "reconcile ") {
		t.Errorf("found %q of %q; want the stack's own, and some of the others", berlin, all)
	}
	if got := names("--problems"); got != "" {
		t.Errorf("found %q; want nothing out of sync", got)
	}
	if out := clitest.AskIn(t, w.env, "triggers", "--problems"); out.Err != nil || out.Stdout != "In sync\n" {
		t.Errorf("found %q, %v", out.Stdout, out.Err)
	}
}

// TestManyTriggersAreCounted and those that are not in sync are listed first.
func TestManyTriggersAreCounted(t *testing.T) {
	t.Parallel()
	c := comparison{own: "own", Triggers: []comparedTrigger{{Group: "own", Name: "reconcile", State: triggers.InSync}}}
	for i := range 100 {
		state := triggers.InSync
		if i >= 98 {
			state = triggers.Missing
		}
		c.Triggers = append(c.Triggers, comparedTrigger{Group: "g", Name: fmt.Sprintf("t%03d", i), State: state})
	}
	text := func() string {
		var out strings.Builder
		if err := c.print(&out, 0); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	got := text()
	clitest.Says(t, got, "101 triggers: 2 missing, 99 in sync\n\ngroup own\n", "\n  t098     missing", "\n  t099     missing", "\nand 51 more; --all lists all\nFix with: eks-scaling triggers sync\n")
	if before, after := strings.Index(got, "t098"), strings.Index(got, "t000"); before > after {
		t.Errorf("found\n%s\nwant those that are missing first", got)
	}
	c.all = true
	if diff := cmp.Diff(101, strings.Count(text(), "\n  t")+strings.Count(text(), "\n  reconcile")); diff != "" {
		t.Errorf("with --all (-want +got):\n%s", diff)
	}
}
