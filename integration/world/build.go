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

// tool is the name of the command line tool.
const tool = "eks-scaling"

// stamp gives the programs a version, as make build does.
const stamp = "-X eks-scaling-automation/shared/deployment.stampedVersion=v0.0.0-local"

// Build compiles every function and the command line tool for this machine into dir. The programs follow the clock of the world
// that starts them, if it has its own. It compiles nothing that is up to date.
func Build(ctx context.Context, dir string) error {
	root, err := node.ModuleRoot()
	if err != nil {
		return err
	}
	if err := lookAtSources(root); err != nil {
		return err
	}
	compiled := filepath.Join(dir, "compiled")
	if err := os.MkdirAll(compiled, 0o750); err != nil {
		return err
	}
	mains, importPaths := []string{}, []string{}
	names := append(deployment.Functions(), tool)
	for _, name := range names {
		folder := "functions/" + name
		if name == tool {
			folder = "cmd/" + tool
		}
		mains = append(mains, filepath.Join(root, folder, "main.go"))
		importPaths = append(importPaths, "eks-scaling-automation/"+folder)
	}
	overlay, err := clock.Overlay(compiled, mains...)
	if err != nil {
		return err
	}
	if err := lambda.Compile(ctx, compiled, importPaths, "-overlay", overlay, "-ldflags", "-s -w "+stamp); err != nil {
		return err
	}
	for _, name := range names {
		place := lambda.Bootstrap(dir, name)
		if name == tool {
			place = filepath.Join(dir, tool)
		}
		if err := lambda.Link(filepath.Join(compiled, name), place); err != nil {
			return err
		}
	}
	return nil
}

// lookAtSources opens every folder with built sources. Go caches a test's result until a file changes that the test opened. It
// does not see the files that a build reads, and would reuse the result after a change.
func lookAtSources(root string) error {
	for _, folder := range []string{"cmd", "functions", "shared", "statemachine"} {
		if err := filepath.WalkDir(filepath.Join(root, folder), func(_ string, _ fs.DirEntry, err error) error { return err }); err != nil {
			return err
		}
	}
	return nil
}

// CLI runs the real command line tool against this world and returns what it printed.
func (w *World) CLI(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(w.binaries, tool), args...)
	cmd.Env = w.Env()
	out, err := cmd.CombinedOutput()
	return string(out), err
}
