package integration_test

import (
	"os"
	"os/exec"
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
}

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
