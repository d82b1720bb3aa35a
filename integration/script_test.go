package integration_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/integration/world/clock"
)

var update = flag.Bool("update", false, "rewrite what the scripts expect the tool to print, and the operator's guide")

// peakHour is when the worlds of the scripts stand still: in the peak period of the reference schedule.
var peakHour = time.Date(2026, time.November, 24, 10, 10, 0, 0, time.UTC) // Tuesday, 07:10 in São Paulo

// TestScripts runs every script in testdata/scripts: the real tool against a local world of its own, with the reference cluster,
// whose clock stands still. A script begins with an empty configuration; sao-paulo.yaml lies in its folder. A script whose
// name begins with install begins without a stack. Beside the commands
// of testscript there are:
//
//	aws SERVICE OPERATION ...     calls the local AWS as the AWS CLI does, for commands that this tool prints
//	exits CODE PROGRAM ARGS...    runs a program that is to end with this exit code
//	world DO ARGS...              does something to the world; see worldCommands
//
// With -update, what "cmp stdout FILE" and "cmp stderr FILE" find replaces the file in the script.
func TestScripts(t *testing.T) {
	skipUnrecorded(t)
	t.Parallel()
	repository, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/scripts", UpdateScripts: *update, RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			w, err := standing(env)
			if err != nil {
				return err
			}
			env.Values[worldKey{}] = w
			env.Vars = append(env.Vars, w.Env()...)
			env.Setenv("PATH", binaries+string(os.PathListSeparator)+os.Getenv("PATH"))
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("REPOSITORY", repository)
			return os.WriteFile(filepath.Join(env.WorkDir, "sao-paulo.yaml"), example, 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"aws": awsCLI, "exits": exits, "world": inWorld},
	})
}

type worldKey struct{}

// isEmpty reports whether a script begins without a stack.
func isEmpty(env *testscript.Env) bool {
	return strings.HasPrefix(filepath.Base(env.WorkDir), emptyScripts)
}

// standing is a world with the reference cluster whose clock stands still, for the time of a script.
func standing(env *testscript.Env) (*world.World, error) {
	log, err := os.Create(filepath.Join(env.WorkDir, ".functions.log"))
	if err != nil {
		return nil, err
	}
	still := clock.Clock{Machine: peakHour, World: peakHour}
	w, err := world.Start(context.Background(), world.Options{Binaries: binaries, Log: log, Now: time.Now, Clock: still, Empty: isEmpty(env)})
	if err != nil {
		return nil, err
	}
	env.Defer(func() {
		told := errors.Join(w.DeliverEvents(context.Background()), w.CheckEvents())
		_ = w.Close() // what a script left running is no matter
		_ = log.Close()
		if told != nil {
			env.T().Fatal(told)
		}
	})
	w.EKS.CreateNodegroup(world.Region, "production", "small", eks.Sizes{Max: 1, Desired: normal["small"]})
	w.EKS.CreateNodegroup(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: normal["big"]})
	return w, nil
}

// exits runs a program and wants it to end with an exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		failed, isExit := err.(*exec.ExitError) //nolint:errorlint // what Exec says is not wrapped
		if !isExit {
			ts.Fatalf("%v", err)
		}
		got = failed.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d; want %d", got, want)
	}
}
