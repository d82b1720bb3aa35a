package integration_test

import (
	"regexp"
	"testing"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/testkit/pty"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/inventory"
)

// initQuestions holds init's questions in a region with two clusters, and answers that set big to 2 in working hours.
var initQuestions = []question{
	{"┃ Which cluster?", pty.Enter}, // production
	{"┃ Time zone of production", "Europe/Lisbon" + pty.Enter},
	{"┃ Days with working hours", "mon-sat" + pty.Enter},
	{"┃ Start of working hours", pty.Enter},
	{"┃ End of working hours", "19:30" + pty.Enter},
	{"┃ Which node groups have working hours?", pty.Down + " " + pty.Enter}, // not small
	{"┃ Size of big in working hours", "2" + pty.Enter},
	{"┃ Size of big outside working hours", "0" + pty.Enter},
	{"┃ Limits of big, as MIN..MAX", pty.Enter},
	{"Apply these changes? [y/N]", "y" + pty.Enter},
}

// options are what there is to choose from at some of these questions, as it looks at first.
var options = map[int][]string{
	0: {"> production: big 1 (0..5), small 0 (0..1)", "  shop: web 1 (0..2)"},
	5: {"> [•] big 1 (0..5)", "  [•] small 0 (0..1)"},
}

// unconfigured is a world with two clusters that have no configuration yet.
func unconfigured(t *testing.T) *world.World {
	t.Helper()
	w := begin(t)
	w.EKS.CreateNodegroup(world.Region, "shop", "web", eks.Sizes{Max: 2, Desired: 1})
	return w
}

// colors are sequences that give text a color.
var colors = regexp.MustCompile(`\x1b\[([0-9;]*;)?(3[0-9]|4[0-9]|9[0-7]|10[0-7])(;[0-9;]*)?m`)

func TestInitAtATerminal(t *testing.T) {
	t.Parallel()
	for name, env := range map[string][]string{"in color": nil, "NO_COLOR": {"NO_COLOR=1"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := unconfigured(t)
			screen := terminal(t, w, env, "init", "--reason", "OPS-1")
			for i, q := range initQuestions {
				screen.WaitFor(q.see)
				screen.WaitFor(options[i]...)
				screen.Type(q.keys)
			}
			if code := screen.Wait(); code != 0 {
				t.Fatalf("found exit code %d, and on the screen\n%s", code, screen.Text())
			}
			wantText(t, screen.Text(), "cluster production: new", "settings global: new", "08:00  working-hours", "big 2", "19:30  off-hours", "big 0",
				"Applied: 2 added", "Follow it with: eks-scaling status")
			if found := colors.FindString(screen.Raw()); (found != "") != (env == nil) {
				t.Errorf("found the color %q; want one unless NO_COLOR is set", found)
			}
			wantText(t, string(item(t, w, inventory.KindCluster, "production").Spec), `"mon","tue","wed","thu","fri","sat"`, `"off-hours":{"big":0}`)
			wantText(t, string(item(t, w, inventory.KindSettings, inventory.GlobalSettings).Spec), `"Europe/Lisbon"`)
			if e := item(t, w, inventory.KindCluster, "production"); e.Reason != "OPS-1" || e.UpdatedBy != "operator" {
				t.Errorf("written by %q because of %q; want who and why", e.UpdatedBy, e.Reason)
			}
		})
	}
}

func TestInitLeftAtEveryQuestionWritesNothing(t *testing.T) {
	t.Parallel()
	w := unconfigured(t)
	for i, q := range initQuestions {
		leave(t, w, initQuestions[:i], q.see, nil, "init")
	}
	leave(t, w, nil, "Which cluster?", []string{"TERM=dumb"}, "init")
	leave(t, w, []question{{"Enter a number between 1 and 2:", "1" + pty.Enter}}, "Time zone of production [America/Sao_Paulo]:", []string{"TERM=dumb"}, "init")
}

func TestInitSaysWhatIsWrongWithAnAnswer(t *testing.T) {
	t.Parallel()
	w := unconfigured(t)
	changesNothing(t, w, "wrong answers", func() {
		screen := terminal(t, w, nil, "init", "--cluster", "production", "--timezone", "UTC", "--days", "mon-fri", "--from", "08:00")
		screen.WaitFor("┃ End of working hours")
		screen.Type("08:00" + pty.Enter)
		screen.WaitFor(`working hours start and end at "08:00": use another end`)
		screen.Type("\x15" + "20:00" + pty.Enter) // Ctrl-U empties the line
		screen.WaitFor("┃ Which node groups have working hours?")
		screen.Type("x" + pty.Down + "x" + pty.Enter)
		screen.WaitFor("select at least one node group")
		screen.Type("x" + pty.Enter)
		screen.WaitFor("┃ Size of small in working hours")
		screen.Type("many" + pty.Enter)
		screen.WaitFor(`invalid number of nodes "many": use a whole number, for example 3`)
		screen.Type(pty.Interrupt)
		screen.Wait()
	})
}

// TestInitAddsAScheduleAtATerminal has clusters that are all configured, and one node group that no schedule has.
func TestInitAddsAScheduleAtATerminal(t *testing.T) {
	t.Parallel()
	w := begin(t)
	flags := []string{"init", "--timezone", "UTC", "--days", "mon-fri", "--from", "08:00", "--to", "20:00", "--yes"}
	first := terminal(t, w, nil, append(flags, "--cluster", "production:office", "--nodegroup", "big=2/1")...)
	if code := first.Wait(); code != 0 {
		t.Fatalf("found exit code %d, and on the screen\n%s", code, first.Text())
	}
	name := question{"┃ Name of the new schedule of production", "office" + pty.Enter}
	leave(t, w, nil, name.see, nil, flags...)
	screen := terminal(t, w, nil, flags...)
	for _, q := range []question{
		name,
		{"schedule production:office already exists", "\x15" + "tools" + pty.Enter}, // Ctrl-U empties the line
		{"┃ Size of small in working hours", pty.Enter},
		{"┃ Size of small outside working hours", "0" + pty.Enter},
		{"┃ Limits of small, as MIN..MAX", pty.Enter},
	} {
		screen.WaitFor(q.see)
		screen.Type(q.keys)
	}
	if code := screen.Wait(); code != 0 {
		t.Fatalf("found exit code %d, and on the screen\n%s", code, screen.Text())
	}
	wantText(t, screen.Text(), "cluster production: changed", "production:tools, from ")
	wantText(t, string(item(t, w, inventory.KindCluster, "production").Spec), `"name":"office"`, `"name":"tools"`)
}
