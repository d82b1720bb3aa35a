package integration_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const signalsGuide = "../docs/signals.md"

// localSignals starts the local world of the guide.
const localSignals = `AT="2026-11-24 17:55" SPEED=0 make local`

// TestSignalsGuide types every command of docs/signals.md in order, and compares its output with the guide. With -update the guide
// gets the output.
func TestSignalsGuide(t *testing.T) {
	skipUnrecorded(t)
	t.Parallel()
	alone(t)
	guide, err := os.ReadFile(signalsGuide)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(guide), "\n"+localSignals+"\n") {
		t.Fatalf("%s does not start the local world with: %s", signalsGuide, localSignals)
	}
	repository, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	g := &typist{t: t, dir: repository, home: t.TempDir(), binaries: strings.TrimSuffix(binaries, "-clock")}
	g.begin(localSignals)
	g.env = append(g.env, "PATH="+standIns(t)+":"+g.path)
	got := session.ReplaceAllStringFunc(string(guide), func(block string) string {
		text := strings.TrimSuffix(strings.TrimPrefix(block, "```console\n"), "```")
		return "```console\n" + g.replay(text) + "```"
	})
	g.end()
	if *update {
		if err := os.WriteFile(signalsGuide, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(guide), got); diff != "" {
		t.Errorf("the guide is out of date; run: make guide (-guide +run):\n%s", diff)
	}
}

// TestCommandsOfTheSignalsGuide runs the commands that the guide shows without their output. The cdk tests run the deployment.
func TestCommandsOfTheSignalsGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(signalsGuide)
	if err != nil {
		t.Fatal(err)
	}
	w := beginAt(t, tuesday("12:00:00"))
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "examples"), os.DirFS("../examples")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "weather-key.txt"), []byte("hush"), 0o600); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for line := range strings.Lines(string(guide)) {
		command := strings.TrimSpace(line)
		if !strings.HasPrefix(command, "aws ") && !strings.HasPrefix(command, "eks-scaling ") {
			continue
		}
		if strings.HasPrefix(command, "eks-scaling config apply") || strings.HasPrefix(command, "eks-scaling override set") {
			command += " --yes" // there is no terminal to answer at
		}
		cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
		cmd.Dir, cmd.Env = dir, append(w.Env(), "PATH="+standIns(t)+":"+binaries+":"+os.Getenv("PATH"))
		if printed, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", command, err, printed)
		}
		ran++
	}
	if ran < 6 {
		t.Errorf("found %d commands", ran)
	}
}

// TestRunsADayOfTheSignalsGuide counts the runs that the guide tells the price of.
func TestRunsADayOfTheSignalsGuide(t *testing.T) {
	t.Parallel()
	w := beginAt(t, tuesday("12:00:00"))
	if printed, err := w.CLI(t.Context(), "config", "apply", "--yes", "../examples/signals.yaml"); err != nil {
		t.Fatalf("config apply: %v\n%s", err, printed)
	}
	if err := w.DeliverChanges(t.Context()); err != nil {
		t.Fatal(err)
	}
	looks, all := 0, 0
	from := tuesday("12:00:00").Add(12 * time.Hour)
	for _, f := range w.Due(from, from.Add(24*time.Hour)) {
		all++
		if strings.HasPrefix(f.Schedule.Name, "look-") {
			looks++
		}
	}
	guide, err := os.ReadFile(signalsGuide)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		fmt.Sprintf("makes %d looks and transitions a day, and 24 reconcile runs: %d runs", all-24, all), fmt.Sprintf("%d runs a day", looks),
	} {
		if !strings.Contains(strings.Join(strings.Fields(string(guide)), " "), part) {
			t.Errorf("the guide does not say %q", part)
		}
	}
}

// standInFor is the variable that makes this test binary a stand-in for a program that the machine may not have.
const standInFor = "INTEGRATION_STAND_IN_FOR"

// standIns returns a folder with stand-ins for the AWS CLI and curl.
func standIns(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, program := range []string{"aws", "curl"} {
		script := fmt.Sprintf("#!/bin/sh\n%s=%s exec %q \"$@\"\n", standInFor, program, self)
		if err := os.WriteFile(filepath.Join(dir, program), []byte(script), 0o700); err != nil { //nolint:gosec // it must be executable
			t.Fatal(err)
		}
	}
	return dir
}

// standIn acts as a program, and returns its exit code. The AWS CLI prints no answer: the guide leaves it out.
func standIn(program string, args []string) int {
	var err error
	switch program {
	case "aws":
		_, err = callAWS(os.Getenv("AWS_ENDPOINT_URL"), args)
	case "curl":
		err = curl(args)
	}
	if err != nil {
		_, _ = fmt.Fprintf(os.Stderr, "%s %s: %v\n", program, strings.Join(args, " "), err)
		return 1
	}
	return 0
}

// curl sends data as "curl -d DATA URL" does.
func curl(args []string) (err error) {
	if len(args) != 3 || args[0] != "-d" {
		return errors.New("usage: curl -d DATA URL")
	}
	answer, err := http.Post(args[2], "application/x-www-form-urlencoded", strings.NewReader(args[1])) //nolint:gosec,noctx // a local address
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	_, err = io.Copy(os.Stdout, answer.Body)
	return err
}
