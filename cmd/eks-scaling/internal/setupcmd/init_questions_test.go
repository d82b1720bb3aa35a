package setupcmd

import (
	"context"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	ekslocal "eks-scaling-automation/integration/aws/eks"
)

// typing calls init at a terminal that cannot move its cursor, at which somebody types these lines.
func (r region) typing(t *testing.T, lines []string, args ...string) clitest.Answer {
	t.Helper()
	env := r.env()
	env.Interactive, env.Dumb = true, true
	return clitest.AskTyping(t, env, strings.NewReader(strings.Join(append(lines, ""), "\n")), append([]string{"init"}, args...)...)
}

// writes is typing that goes well.
func (r region) writes(t *testing.T, lines []string, args ...string) clitest.Answer {
	t.Helper()
	a := r.typing(t, lines, args...)
	if a.Err != nil {
		t.Fatalf("failed: %v, after it printed\n%s", a.Err, a.Stdout)
	}
	return a
}

func TestInitAsksForWhatIsMissing(t *testing.T) {
	t.Parallel()
	r := newRegion(t)
	r.eks.CreateNodegroup(here, "shop", "web", ekslocal.Sizes{Max: 2, Desired: 2})
	a := r.writes(t, []string{
		"1",        // production, not shop
		"Mars", "", // the time zone that is proposed
		"every-day", "22:00", "22:00", "06:00", // night shifts
		"2", "0", // all node groups but small
		"x", "4", "0", // 4 nodes, and none by day
		"0..3", "0..4", // limits that hold them
		"y",
	})
	clitest.Says(t, a.Stdout, "1. production: big 3 (1..5), small 0 (0..1)\n2. shop: web 2 (0..2)\n",
		"Time zone of production [America/Sao_Paulo]:", `unknown time zone "Mars": use an IANA name`,
		"Days with working hours [mon-fri]:", `working hours start and end at "22:00"`,
		"Size of big in working hours [3]:", `invalid number of nodes "x"`, "Size of big outside working hours [3]:",
		"Limits of big, as MIN..MAX [0..5]:", "limits 0..3 must include the sizes 4 and 0",
		"22:00  working-hours", "big 4", "06:00  off-hours", "big 0", "Apply these changes? [y/N]", "Applied: 2 added, 0 changed, 0 removed")
	clitest.WantCalls(t, r.Memory, "put cluster/production", "put settings/global")
	if strings.Contains(a.Stdout, "Size of small") {
		t.Errorf("printed\n%s\nwant no question about a node group that was not chosen", a.Stdout)
	}
}

func TestInitDoesNotAskForWhatFlagsSay(t *testing.T) {
	t.Parallel()
	r := newRegion(t)
	a := r.typing(t, []string{"n"}, all...)
	if a.Exit != frame.ExitFailed || a.Err.Error() != term.ErrDeclined.Error() {
		t.Errorf("found exit code %d (%v); want 1, as the answer was no", a.Exit, a.Err)
	}
	if strings.Contains(a.Stdout, "[mon-fri]") || strings.Contains(a.Stdout, "Limits") {
		t.Errorf("printed\n%s\nwant no question but the last", a.Stdout)
	}
	// One node group whose sizes are open, one whose limits are given.
	a = r.writes(t, []string{"5", "1", "yes"}, append(append([]string{}, all[:10]...), "--nodegroup", "big", "--nodegroup", "small=1", "--limits", "big=1..9")...)
	clitest.Says(t, a.Stdout, "Size of big in working hours [3]:", "big 5, small 1", "big 1, small 0")
	a = newRegion(t).typing(t, nil, but("--yes")...)
	if a.Err != nil || strings.Contains(a.Stdout, "Apply these changes?") {
		t.Errorf("%v, and printed\n%s\nwant nothing to be asked", a.Err, a.Stdout)
	}
}

func TestInitTakesTheOnlyNodegroupThereIs(t *testing.T) {
	t.Parallel()
	r := emptyRegion(t)
	r.eks.CreateNodegroup(here, "shop", "web", ekslocal.Sizes{Max: 2, Desired: 2})
	a := r.writes(t, []string{"", "", "", "", "", "", "", "y"}) // the default everywhere
	clitest.Says(t, a.Stdout, "Size of web outside working hours [2]:", "08:00  working-hours", "web 2")
	if strings.Contains(a.Stdout, "Which") {
		t.Errorf("printed\n%s\nwant no question with one answer", a.Stdout)
	}
}

func TestInitNamesTheClustersThatItLeavesOut(t *testing.T) {
	t.Parallel()
	r := newRegion(t)
	r.eks.CreateNodegroup(here, "shop", "web", ekslocal.Sizes{Max: 2, Desired: 2})
	if a := r.init(t, but("--yes")...); a.Err != nil {
		t.Fatal(a.Err)
	}
	a := r.writes(t, []string{"", "", "", "", "", "", "", "y"})
	clitest.Says(t, a.Stderr, "skipped: production is already configured\n")
	clitest.Says(t, a.Stdout, "cluster shop: new\n", "settings global: unchanged\n")
}

// TestInitThatIsLeftWritesNothing ends the input after each of the answers, and cancels at the first question.
func TestInitThatIsLeftWritesNothing(t *testing.T) {
	t.Parallel()
	lines := []string{"", "", "", "", "0", "", "", "", "", "", ""}
	for n := range len(lines) {
		r := newRegion(t)
		a := r.typing(t, lines[:n])
		if a.Exit != frame.ExitFailed || !strings.HasSuffix(a.Err.Error(), "nothing was written") && a.Err.Error() != term.ErrDeclined.Error() {
			t.Errorf("after %d answers: found exit code %d (%v); want 1, and to be told that nothing was written", n, a.Exit, a.Err)
		}
		clitest.WantCalls(t, r.Memory)
	}
	r := newRegion(t)
	ctx, cancel := context.WithCancel(t.Context())
	f := term.Form{In: endless{}, Out: leaving{cancel}, Plain: true}
	q := &questions{answers: &answers{}, form: f, zone: "UTC"}
	groups, err := nodegroupsOf(t.Context(), clientOf(r), "production", here)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.ask(ctx, []candidate{{Cluster: stackaws.Cluster{Name: "production", Nodegroups: groups}}}); err == nil || err.Error() != term.ErrInterrupted.Error() {
		t.Errorf("found %v; want it to be interrupted", err)
	}
}

// endless is a terminal at which nobody types.
type endless struct{}

func (endless) Read([]byte) (int, error) { select {} }

// leaving is a terminal that is left when anything is shown on it.
type leaving struct{ cancel func() }

func (l leaving) Write(p []byte) (int, error) {
	l.cancel()
	return len(p), nil
}
