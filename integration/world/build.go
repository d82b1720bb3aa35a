package world

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/runtime/node"
	"eks-scaling-automation/integration/world/clock"
	"eks-scaling-automation/shared/deployment"
)

// Build compiles every function, and the command line tool, for this machine into dir.
func Build(ctx context.Context, dir string) error {
	return build(ctx, dir)
}

// BuildForClock is Build for a world that has a clock of its own, by which the functions go, and the command line tool where
// it is told of it. Without that it takes its time from AWS, as always.
func BuildForClock(ctx context.Context, dir string) error {
	root, err := node.ModuleRoot()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	mains := []string{filepath.Join(root, "cmd", "eks-scaling", "main.go")}
	for _, name := range deployment.Functions() {
		mains = append(mains, filepath.Join(root, "functions", name, "main.go"))
	}
	overlay, err := clock.Overlay(dir, mains...)
	if err != nil {
		return err
	}
	return build(ctx, dir, "-overlay", overlay)
}

func build(ctx context.Context, dir string, flags ...string) error {
	if err := lookAtSources(); err != nil {
		return err
	}
	var all []string
	for _, name := range deployment.Functions() {
		all = append(all, "eks-scaling-automation/functions/"+name)
	}
	if err := lambda.Build(ctx, dir, all, flags...); err != nil {
		return err
	}
	return lambda.Compile(ctx, dir, []string{"eks-scaling-automation/cmd/eks-scaling"}, flags...)
}

// lookAtSources opens every folder with sources of what is built. Go keeps the result of a test for as long as the files are the
// same that it has looked at; of what a build looks at it knows nothing, and would call a tool fine that was changed since.
func lookAtSources() error {
	root, err := node.ModuleRoot()
	if err != nil {
		return err
	}
	for _, folder := range []string{"cmd", "functions", "shared", "statemachine"} {
		if err := filepath.WalkDir(filepath.Join(root, folder), func(_ string, _ fs.DirEntry, err error) error { return err }); err != nil {
			return err
		}
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
