package lambdahost

import (
	"context"
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
)

// deployed are the flags that the Makefile builds functions with.
var deployed = []string{
	"-trimpath", "-tags", "lambda.norpc,nethttpomithttp2", "-ldflags", "-s -w",
	"-gcflags=github.com/aws/...=-l", "-gcflags=net/http=-l", "-gcflags=crypto/tls=-l", "-gcflags=crypto/x509=-l", "-gcflags=encoding/...=-l",
}

// Build compiles the main package with the given import path as it is compiled
// for Lambda, but for this machine, and returns the path of the binary:
// bootstrap in a folder below dir with the package's name. More flags are for
// go build.
func Build(ctx context.Context, importPath, dir string, more ...string) (string, error) {
	binary := filepath.Join(dir, path.Base(importPath), "bootstrap")
	flags := append([]string{"build"}, deployed...)
	flags = append(append(flags, "-o", binary), more...)
	command := exec.CommandContext(ctx, "go", append(flags, importPath)...)
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build function %s: %w\n%s", importPath, err, output)
	}
	return binary, nil
}
