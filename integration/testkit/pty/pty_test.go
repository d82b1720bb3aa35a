package pty_test

import (
	"os/exec"
	"strings"
	"testing"

	"eks-scaling-automation/integration/testkit/pty"
)

func shell(t *testing.T, script string) *pty.Terminal {
	t.Helper()
	return pty.Start(t, exec.CommandContext(t.Context(), "sh", "-c", script), 40, 10)
}

func TestWhatIsTypedIsAnswered(t *testing.T) {
	t.Parallel()
	terminal := shell(t, `printf 'name? '; read name; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "$i $name"; done; exit 3`)
	terminal.WaitFor("name?")
	terminal.Type("ana" + pty.Enter)
	if code := terminal.Wait(); code != 3 {
		t.Errorf("found exit code %d; want 3", code)
	}
	if text := terminal.Text(); !strings.HasPrefix(text, "name? ana\n1 ana\n") || !strings.Contains(text, "\n12 ana\n") {
		t.Errorf("found\n%s\nwant all that was there to be read", text)
	}
}

func TestInterruptReachesTheCommand(t *testing.T) {
	t.Parallel()
	terminal := shell(t, `trap 'echo left; exit 7' INT; echo ready; while :; do read line; done`)
	terminal.WaitFor("ready")
	terminal.Type(pty.Interrupt)
	terminal.WaitFor("left")
	if code := terminal.Wait(); code != 7 {
		t.Errorf("found exit code %d; want 7", code)
	}
}

// complaints keeps the errors of a test that is to have some.
type complaints struct {
	testing.TB
	all []string
}

func (c *complaints) Errorf(format string, _ ...any) { c.all = append(c.all, format) }

func TestATerminalThatIsLeftInDisorderIsNoticed(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]int{
		"true": 0, "stty -echo": 1, `printf '\033[?25l'`: 1, `printf '\033[?25l\033[?25h'`: 0, `printf '\033[?1049h\033[?2004h'`: 2,
	} {
		c := &complaints{TB: t}
		pty.Start(c, exec.CommandContext(t.Context(), "sh", "-c", script), 40, 10).Wait()
		if len(c.all) != want {
			t.Errorf("%s: found the complaints %q; want %d", script, c.all, want)
		}
	}
}
