package cli

import (
	"errors"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
)

// harmless is how people see that.
const harmless = "ana?[2J?31m  last good run: today??"

func TestWhatIsSaidIsPrintable(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule string
		arg  any
		want string
	}{
		{"a text", clitest.Nasty, harmless},
		{"a value with a text", inventory.InvalidItem{Item: "", Key: clitest.Nasty, Err: errors.New("x\ny")}, harmless + ": x; y"},
		{"an error has lines of its own", errors.New("one\ntwo\x1b[2J"), "one\ntwo?[2J"},
		{"a text with our own codes", term.Styled(term.Red + "x" + term.NoColor), term.Red + "x" + term.NoColor},
		{"a number", 7, "7"},
	} {
		var out strings.Builder
		term.Say(&out, "a %v\tb\n", row.arg)
		if want := "a " + row.want + "\tb\n"; out.String() != want {
			t.Errorf("%s: said %q; want %q", row.rule, out.String(), want)
		}
	}
}

func TestControlCharactersAreRefused(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		args []string
		want string
	}{
		{[]string{"run", "--by", "ana\nroot", "--reason", "r", "--yes"}, "--by: found the control character U+000A at position 4; want one line of printable text"},
		{[]string{"run", "--reason", "\x1b[2J", "--yes"}, "--reason: found the control character U+001B at position 1"},
		{[]string{"run", "--cluster", "a", "--cluster", "b\x7f", "--reason", "r"}, "--cluster: found the control character U+007F at position 2"},
		{[]string{"config", "apply", "x.yaml", "--reason", "\u009b"}, "--reason: found the control character U+009B"},
		{[]string{"pause", "--reason", "a\tb"}, "--reason: found the control character U+0009"},
		{[]string{"override", "set", "production", "--nodegroup", "big\n", "--desired", "1", "--for", "1h", "--reason", "r"}, "--nodegroup: found the control character U+000A"},
		{[]string{"override", "cancel", "x\n", "--yes"}, "argument 1: found the control character U+000A"},
		{[]string{"retry", "x", "--reason", "\r"}, "--reason: found the control character U+000D"},
	} {
		clitest.Refuses(t, clitest.AskIn(t, clitest.Holding(clitest.NewMemory()), row.args...), frame.ExitUsage, row.want)
	}
}

// TestYAMLReadsTheSameEverywhere has names that YAML 1.1 takes for truth values and for numbers, as keys and as values.
func TestYAMLReadsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	text, err := frame.ToYAML(map[string]any{
		"on": "off", "Yes": []string{"NO", "y", "n"}, "22:00": true, "plain": "only",
		"a long line": map[string]any{"no": map[string]int{"y": 1}, "text": "which is long enough that the whole of it does not stand in a single line of the document"},
	})
	if err != nil {
		t.Fatal(err)
	}
	clitest.Says(t, string(text), `"on": "off"`, `"Yes": ["NO", "y", "n"]`, `"22:00": true`, "plain: only", `"no": {"y": 1}`)
	var back map[string]any
	if err := yaml.Unmarshal(text, &back); err != nil || back["on"] != "off" {
		t.Errorf("found %v (%v); want the same values back", back, err)
	}
}

// TestQuestionsBesideAnAnswerForMachines are put where people read, and are asked only there.
func TestQuestionsBesideAnAnswerForMachines(t *testing.T) {
	t.Parallel()
	m := clitest.Filled(t)
	env := clitest.OnTerminal(clitest.Holding(m))
	changed := clitest.RichWith(t, "minSize: 1, maxSize: 3}}", "minSize: 1, maxSize: 5}}")
	a := clitest.AskTyping(t, env, strings.NewReader("y\n"), "override", "set", "berlin", "--to", "high", "--for", "1h", "--reason", "r", "-o", "json")
	if a.Exit != frame.ExitUsage || a.Stdout != "" || !strings.Contains(a.Err.Error(), "not a terminal: pass --yes to confirm") {
		t.Errorf("nobody reads stderr: found exit code %d and %q; want 2 and nothing", a.Exit, a.Stdout)
	}
	clitest.WantCalls(t, m)
	if a := clitest.AskTyping(t, env, strings.NewReader("y\n"), "config", "apply", "-o", "json", changed); a.Exit != frame.ExitUsage || a.Stdout != "" {
		t.Errorf("nobody reads stderr: found exit code %d and %q; want 2 and nothing", a.Exit, a.Stdout)
	}
	clitest.WantCalls(t, m)
	env.Interactive, env.StdoutIsTerminal, env.StderrIsTerminal = false, false, true // stdout goes to a pipe, say
	a = clitest.AskTyping(t, env, strings.NewReader("y\n"), "config", "apply", "-o", "json", changed)
	clitest.Says(t, a.Stderr, "cluster berlin: changed (version 2)\n", "Write this? [y/N] ", "1 written to table ")
	clitest.WantJSON(t, a.Stdout, `{"table": "eks-scaling-config", "changes": [
		{"kind": "cluster", "name": "berlin", "change": "changed", "version": 2, "lines": ["~ profiles.low.web.maxSize: 3 -> 5"]}]}`)
	clitest.WantCalls(t, m, "put cluster/berlin")
}
