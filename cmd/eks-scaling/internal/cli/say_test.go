package cli

import (
	"errors"
	"strings"
	"testing"

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
		{[]string{"config", "disable", "--reason", "a\tb"}, "--reason: found the control character U+0009"},
		{[]string{"override", "set", "production", "--nodegroup", "big\n", "--desired", "1", "--for", "1h", "--reason", "r"}, "--nodegroup: found the control character U+000A"},
		{[]string{"override", "cancel", "x\n", "--yes"}, "argument 1: found the control character U+000A"},
		{[]string{"redrive", "x", "--reason", "\r"}, "--reason: found the control character U+000D"},
	} {
		clitest.Refuses(t, clitest.AskIn(t, clitest.Holding(clitest.NewMemory()), row.args...), frame.ExitUsage, row.want)
	}
}
