package lambda

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// Compile compiles main packages as they are compiled for Lambda, but for this
// machine, each into a file of dir with the name of its package. Paths are not
// trimmed, so that the packages below are those that the tests are compiled
// with, and compiled once. More flags are for go build.
func Compile(ctx context.Context, dir string, importPaths []string, more ...string) error {
	flags := append([]string{"build", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", dir + string(filepath.Separator)}, more...)
	command := exec.CommandContext(ctx, "go", append(flags, importPaths...)...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", strings.Join(importPaths, ", "), err, output)
	}
	return nil
}

// Build compiles functions, each into the file bootstrap of a folder below dir
// with its package's name, which is [Bootstrap].
func Build(ctx context.Context, dir string, importPaths []string, more ...string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	compiled, err := os.MkdirTemp(dir, "compiled-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(compiled) }()
	if err := Compile(ctx, compiled, importPaths, more...); err != nil {
		return err
	}
	for _, p := range importPaths {
		binary := Bootstrap(dir, path.Base(p))
		if err := os.MkdirAll(filepath.Dir(binary), 0o750); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(compiled, path.Base(p)), binary); err != nil {
			return err
		}
	}
	return nil
}

// Bootstrap is where [Build] puts a function.
func Bootstrap(dir, function string) string { return filepath.Join(dir, function, "bootstrap") }
