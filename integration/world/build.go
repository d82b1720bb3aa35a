package world

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"eks-scaling-automation/functions"
	"eks-scaling-automation/integration/lambdahost"
)

// Build compiles every function, and the command line tool, for this machine into dir.
func Build(ctx context.Context, dir string) error {
	for _, name := range functions.Names() {
		if _, err := lambdahost.Build(ctx, "eks-scaling-automation/functions/"+name, dir); err != nil {
			return err
		}
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(dir, "eks-scaling"), "eks-scaling-automation/cmd/eks-scaling")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building eks-scaling: %w\n%s", err, out)
	}
	return nil
}

// CLI runs the real command line tool against this world and returns what it printed.
func (w *World) CLI(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(w.binaries, "eks-scaling"), args...)
	cmd.Env = w.Env()
	out, err := cmd.CombinedOutput()
	return string(out), err
}
