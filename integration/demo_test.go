package integration_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestDemo runs `make demo`, which fails if a run is not as its schedule says.
func TestDemo(t *testing.T) {
	skipUnrecorded(t)
	t.Parallel()
	printed := demo(t)
	for _, part := range []string{"A week in São Paulo", "A week with a holiday", "A stormy evening", "Everything is as the schedules say"} {
		if !strings.Contains(printed, part) {
			t.Errorf("it printed\n%s\nwant %q in it", printed, part)
		}
	}
	guide, err := os.ReadFile(signalsGuide)
	if err != nil {
		t.Fatal(err)
	}
	found := evening.FindString(printed)
	if found == "" || !strings.Contains(string(guide), "```text\n"+found+"```") {
		t.Errorf("%s has not the evening that the demo prints:\n%s", signalsGuide, found)
	}
}

// evening matches the table of the evening.
var evening = regexp.MustCompile(`(?m)^  TIME .*\n(?:^  [0-9][0-9]:[0-9][0-9]  (?:look|weekly|reconcile) .*\n)+`)

// demo returns what `make demo` prints.
func demo(t *testing.T) string {
	t.Helper()
	for _, folder := range []string{"demo", "../examples"} { // so that Go does not reuse the result after a change there
		if _, err := os.ReadDir(folder); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "make", "-C", "..", "--no-print-directory", "demo", "BINARIES="+binaries)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	printed, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("make demo: %v\n%s", err, printed)
	}
	return string(printed)
}
