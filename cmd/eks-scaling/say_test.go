package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/printable"
	"eks-scaling-automation/shared/run"
)

// nasty is what somebody may give as their name: it clears the screen, colours it, and makes up a line.
const nasty = "ana\x1b[2J\u009b31m\r\nlast good run: today\x7f\u202e"

// harmless is how people see that.
const harmless = "ana?[2J?31m  last good run: today??"

// wantPrintable fails if a text has more control characters than line breaks.
func wantPrintable(t *testing.T, what, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if err := printable.Check(strings.TrimSuffix(line, "\n")); err != nil {
			t.Errorf("%s: %v in %q", what, err, line)
		}
	}
}

func TestWhatIsSaidIsPrintable(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule string
		arg  any
		want string
	}{
		{"a text", nasty, harmless},
		{"a value with a text", inventory.InvalidItem{Item: "", Key: nasty, Err: errors.New("x\ny")}, harmless + ": x; y"},
		{"an error has lines of its own", errors.New("one\ntwo\x1b[2J"), "one\ntwo?[2J"},
		{"a text with our own codes", styled(red + "x" + noColor), red + "x" + noColor},
		{"a number", 7, "7"},
	} {
		var out strings.Builder
		say(&out, "a %v\tb\n", row.arg)
		if want := "a " + row.want + "\tb\n"; out.String() != want {
			t.Errorf("%s: said %q; want %q", row.rule, out.String(), want)
		}
	}
}

// TestOnlyTheOutputLayerWrites so that no text comes to a terminal by another way.
func TestOnlyTheOutputLayerWrites(t *testing.T) {
	t.Parallel()
	layer := []string{"say.go", "fit.go", "statusscreen.go", "statuswatch.go", "progress.go", "form.go"}
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	direct := regexp.MustCompile(`fmt\.F?[Pp]rint|fmt\.Append`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || slices.Contains(layer, file) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := direct.Find(text); found != nil {
			t.Errorf("%s: found %s; want say, sayLine or tell", file, found)
		}
	}
}

// TestNobodysNameBreaksAnAnswer of the verbs that tell of runs.
func TestNobodysNameBreaksAnAnswer(t *testing.T) {
	t.Parallel()
	input, err := json.Marshal(map[string]string{"trigger": nasty, "actor": nasty, "reason": nasty})
	if err != nil {
		t.Fatal(err)
	}
	m := busyDay(t)
	for _, e := range m.Executions {
		e.Input = string(input)
	}
	for i := range m.records {
		m.records[i].Input, m.records[i].Message = input, nasty
		m.records[i].Run = run.Run{Trigger: nasty, Actor: nasty, Reason: nasty}
	}
	a := m.ask(t, "runs")
	wantPrintable(t, "runs", a.stdout+a.stderr)
	says(t, a.stdout, "ana?[2J")
	var kept []shownLine
	if err := json.Unmarshal([]byte(m.ask(t, "runs", "-o", "json").stdout), &kept); err != nil || len(kept) == 0 || kept[0].Actor != nasty {
		t.Errorf("machines get %+v (%v); want the actor as it is", kept, err)
	}
	wantPrintable(t, "runs -o json", m.ask(t, "runs", "-o", "json").stdout)
	wantPrintable(t, "runs -o yaml", m.ask(t, "runs", "-o", "yaml").stdout)
}

func TestNobodysNameBreaksWhatIsShownOfARun(t *testing.T) {
	t.Parallel()
	m := told(t, "FAILED", notScaled)
	input, err := json.Marshal(map[string]string{"trigger": nasty, "actor": nasty, "reason": nasty})
	if err != nil {
		t.Fatal(err)
	}
	m.Executions[0].Input, m.Executions[0].Cause = string(input), nasty
	a := m.ask(t, "runs", "show", "run")
	wantPrintable(t, "runs show", a.stdout+a.stderr)
	says(t, a.stdout, "ana?[2J")
}

// shownLine is what the test reads of a line of the runs.
type shownLine struct {
	Actor string `json:"actor"`
}

func TestNobodysNameBreaksTheHistory(t *testing.T) {
	t.Parallel()
	r := eventful(t)
	for subject := range r.changes {
		for i := range r.changes[subject] {
			c := &r.changes[subject][i]
			c.Run.Actor, c.Run.Trigger, c.Run.Reason, c.Reason, c.Profile = nasty, nasty, nasty, nasty, nasty
		}
	}
	a := r.ask(t, "--since", "7d")
	wantPrintable(t, "history", a.stdout+a.stderr)
	says(t, a.stdout, "ana?[2J")
}

// TestNobodysNameBreaksTheStatus which took a cell of two lines for two rows.
func TestNobodysNameBreaksTheStatus(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	s.ran("nasty", stackaws.Failed, time.Minute, nasty, nasty)
	for i := range s.done {
		s.done[i].Run.Actor, s.done[i].Run.Trigger = nasty, nasty
	}
	for _, width := range []int{0, 40, 200} {
		text := shows(t, s.looks(t), width)
		wantPrintable(t, "status", text)
		says(t, text, "ana?[2J")
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
		refuses(t, askIn(t, holding(newMemory()), row.args...), exitUsage, row.want)
	}
}

func TestADryRunNeedsNoReason(t *testing.T) {
	t.Parallel()
	inBubble(t, "dry run", func(t *testing.T) {
		m := newMachine(t)
		inputs := m.starts(planned(productionPlan()))
		if a := m.ask(t, "run", "--dry-run", "--cluster", "production"); a.err != nil || len(*inputs) != 1 || strings.Contains((*inputs)[0], "reason") {
			t.Errorf("found %v with the inputs %q; want a dry run without a reason", a.err, *inputs)
		}
		refuses(t, m.ask(t, "run", "--cluster", "production", "--yes"), exitUsage, "--reason: missing")
	})
}
