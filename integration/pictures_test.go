package integration_test

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/pictures"
	"eks-scaling-automation/integration/testkit/pty"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/integration/world/clock"
)

// TestPictures draws the README's pictures with the real tool; -update writes them. See "make pictures".
func TestPictures(t *testing.T) {
	skipUnrecorded(t)
	t.Parallel()
	w := pictured(t)
	picture(t, "status.svg", pictures.Terminal("What eks-scaling status --all shows", "eks-scaling status --all", screenOf(t, w, "status", "--all")))
	preview := exec.CommandContext(t.Context(), filepath.Join(binaries, "eks-scaling"), "preview", "--config", "examples/brazil.yaml", "--from", "2026-11-16 00:00", "-o", "svg")
	preview.Dir = ".." // the picture has the file's path as its title
	week, err := preview.Output()
	if err != nil {
		t.Fatal(err)
	}
	picture(t, "week.svg", string(week))
}

// pictured is a world on a Tuesday morning, in sync, with an override.
func pictured(t *testing.T) *world.World {
	t.Helper()
	still := clock.Clock{Machine: peakHour, World: peakHour}
	w, err := world.Start(t.Context(), world.Options{Binaries: binaries, Log: io.Discard, Now: time.Now, Clock: still})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	w.EKS.CreateNodegroup(world.Region, "production", "small", eks.Sizes{Max: 1})
	w.EKS.CreateNodegroup(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 1})
	if err := worldCommands["subscribe"].do(w, []string{"oncall@example.com"}); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"config", "apply", "--yes", "--by", "ana", "../examples/sao-paulo.yaml"},
		{"override", "set", "production", "--nodegroup", "big", "--desired", "4", "--for", "3h", "--reason", "launch", "--by", "ana", "--yes"},
		{"run", "--reason", "launch", "--by", "ana", "--wait", "--yes"},
	} {
		cli(t, w, args...)
		if err := w.DeliverChanges(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// screenOf is what a command prints to a terminal of 100 columns, with its colors.
func screenOf(t *testing.T, w *world.World, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(binaries, "eks-scaling"), args...)
	cmd.Env = append(w.Env(), "TERM=xterm-256color")
	var progress strings.Builder // a slow machine shows it
	cmd.Stderr = &progress
	screen := pty.Start(t, cmd, 100, 60)
	if code := screen.Wait(); code != 0 {
		t.Fatalf("%q: found exit code %d, and\n%s%s\nwant 0", args, code, screen.Text(), &progress)
	}
	return screen.Raw()
}

// picture compares a picture in docs with one that was just drawn.
func picture(t *testing.T, name, drawn string) {
	t.Helper()
	file := filepath.Join("..", "docs", name)
	if *update {
		if err := os.WriteFile(file, []byte(drawn), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	shown, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(shown), drawn); diff != "" {
		t.Errorf("%s is out of date; run: make pictures (-shown +drawn):\n%s", file, diff)
	}
}
