package integration_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"eks-scaling-automation/integration/world"
)

// binaries is the folder with the real functions and the real command line tool, built once.
var binaries string

func TestMain(m *testing.M) {
	if program := os.Getenv(standInFor); program != "" {
		os.Exit(standIn(program, os.Args[1:]))
	}
	flag.Parse()
	if parallel := flag.Lookup("test.parallel"); parallel.Value.String() == parallel.DefValue {
		_ = parallel.Value.Set(strconv.Itoa(2 * runtime.GOMAXPROCS(0))) // they wait for processes as long as they compute
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "eks-scaling-")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		binaries = filepath.Join(dir, "local-clock") // where make local finds them, too
		if err := world.Build(context.Background(), binaries); err != nil {
			panic(err)
		}
		return m.Run()
	}())
}
