// Package leaktest proves that no process outlives the process that started it.
package leaktest

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

const helperEnv = "ORPHAN_TEST_HELPER"

// patience limits the wait for the processes to end, which normally takes milliseconds.
const patience = 20 * time.Second

// NoneAfter runs start in its own process and ends that process, once with SIGKILL and once with Ctrl-C. It fails the test unless
// everything that start started ends too.
//
// The test binary runs itself for it, so call it from a test function that does
// nothing else.
func NoneAfter(t *testing.T, start func() error) {
	t.Helper()
	endings := []struct {
		name string
		end  func(pid int) error
	}{
		{"the parent is killed", func(pid int) error { return syscall.Kill(pid, syscall.SIGKILL) }},
		{"Ctrl-C in the terminal", func(pid int) error { return syscall.Kill(-pid, syscall.SIGINT) }},
	}
	for _, ending := range endings {
		t.Run(ending.name, func(t *testing.T) {
			if os.Getenv(helperEnv) != "" {
				beParent(t, start)
			}
			noneAfter(t, ending.end)
		})
	}
}

// beParent is the helper process: it calls start, reports that, and waits to be ended from outside.
func beParent(t *testing.T, start func() error) {
	if err := start(); err != nil {
		t.Fatalf("start in the helper process: %v", err)
	}
	fmt.Fprintln(os.Stderr, helperEnv)
	select {}
}

// noneAfter does not poll: every descendant inherits the writing end of a pipe, so reading ends when the last one is gone.
func noneAfter(t *testing.T, end func(pid int) error) {
	held, holder, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = held.Close() }()
	helper := exec.Command(os.Args[0], "-test.run=^"+topLevel(t.Name())+"$")
	helper.Env = append(os.Environ(), helperEnv+"=1")
	helper.ExtraFiles = []*os.File{holder}
	helper.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stderr, err := helper.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := helper.Start(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Close()
	defer func() { _ = helper.Wait() }()
	awaitStart(t, stderr)

	if err := end(helper.Process.Pid); err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(patience, func() { _ = held.Close() }).Stop()
	if _, err := io.ReadAll(held); err != nil {
		t.Errorf("a process still lives %v after its parent's end: %v", patience, err)
	}
}

// awaitStart reads the helper's output up to the line that reports the start.
func awaitStart(t *testing.T, output io.Reader) {
	t.Helper()
	var said []string
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if lines.Text() == helperEnv {
			return
		}
		said = append(said, lines.Text())
	}
	t.Fatalf("the helper process ended before everything ran:\n%s", strings.Join(said, "\n"))
}

// topLevel returns the test function of a test or subtest.
func topLevel(name string) string {
	function, _, _ := strings.Cut(name, "/")
	return function
}
