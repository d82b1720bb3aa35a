// Package pty runs a command in a pseudo-terminal, as a person would use it. It shows the screen, types keys, and checks at
// the end that the terminal is restored. It never sleeps: it waits for expected text, and fails the test if the command ends
// first or the text does not come.
package pty

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	awspty "github.com/creack/pty"
	"golang.org/x/term"
)

// Keys that are not text.
const (
	Enter     = "\r"
	Down      = "\x1b[B"
	Interrupt = "\x03" // Ctrl-C
	EndOfFile = "\x04" // Ctrl-D
)

// patience limits every wait.
const patience = 30 * time.Second

// Terminal is a terminal in which one command runs.
type Terminal struct {
	t       testing.TB
	cmd     *exec.Cmd
	pty     *os.File
	before  *term.State
	changed chan struct{} // signalled after each output
	ended   chan struct{} // is closed after the last output

	mu     sync.Mutex
	screen *vt.Emulator
	raw    bytes.Buffer
}

// Start runs a command in a terminal with the given columns and rows. The command's environment should say what kind of terminal
// it is: TERM. Whatever still runs when the test ends is killed.
func Start(t testing.TB, cmd *exec.Cmd, columns, rows int) *Terminal {
	t.Helper()
	master, slave, err := awspty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slave.Close() }()
	// Ctrl-C makes the kernel drop pending output, including a quick command's answer.
	keepOutput := exec.CommandContext(t.Context(), "stty", "noflsh")
	keepOutput.Stdin = slave
	if err := keepOutput.Run(); err != nil {
		t.Fatal(err)
	}
	size := &awspty.Winsize{Cols: uint16(columns), Rows: uint16(rows)} //nolint:gosec // screens are small
	before, err := term.GetState(int(slave.Fd()))
	if err = errors.Join(err, awspty.Setsize(master, size)); err != nil {
		t.Fatal(err)
	}
	terminal := &Terminal{
		t: t, cmd: cmd, pty: master, before: before, screen: vt.NewEmulator(columns, rows),
		changed: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	cmd.Stdin, cmd.Stdout = slave, slave
	if cmd.Stderr == nil {
		cmd.Stderr = slave
	}
	cmd.SysProcAttr = inSessionOfItsOwn()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(terminal.close)
	go terminal.show()
	go terminal.answer()
	return terminal
}

func (t *Terminal) close() {
	_ = t.cmd.Process.Kill() // usually it has already ended
	_ = t.pty.Close()
	<-t.ended
	if answers, ok := t.screen.InputPipe().(io.Closer); ok {
		_ = answers.Close()
	}
}

// show copies the command's output to the screen until the terminal is closed.
func (t *Terminal) show() {
	defer close(t.ended)
	buffer := make([]byte, 4096)
	for {
		n, err := t.pty.Read(buffer)
		t.mu.Lock()
		t.raw.Write(buffer[:n])
		_, _ = t.screen.Write(buffer[:n])
		t.mu.Unlock()
		select {
		case t.changed <- struct{}{}:
		default: // a signal is already pending
		}
		if err != nil {
			return
		}
	}
}

// answer answers the command's requests to the terminal. The screen waits until each answer is taken, so that it continues when
// nobody is there any more who wants it.
func (t *Terminal) answer() {
	buffer := make([]byte, 256)
	for {
		n, err := t.screen.Read(buffer)
		if err != nil {
			return
		}
		_, _ = t.pty.Write(buffer[:n])
	}
}

// WaitFor waits until all texts appear, on the screen or in the scrollback.
func (t *Terminal) WaitFor(texts ...string) {
	t.t.Helper()
	ctx, cancel := context.WithTimeout(t.t.Context(), patience)
	defer cancel()
	for !t.has(texts) {
		select {
		case <-t.changed:
		case <-t.ended:
			if !t.has(texts) {
				t.t.Fatalf("the command has ended, and shows\n%s\nwant %q", t.Text(), texts)
			}
		case <-ctx.Done():
			t.t.Fatalf("found on the screen\n%s\nwant %q", t.Text(), texts)
		}
	}
}

func (t *Terminal) has(texts []string) bool {
	shown := t.Text()
	for _, text := range texts {
		if !strings.Contains(shown, text) {
			return false
		}
	}
	return true
}

// Type presses keys.
func (t *Terminal) Type(keys string) {
	t.t.Helper()
	if _, err := io.WriteString(t.pty, keys); err != nil {
		t.t.Fatal(err)
	}
}

// Text returns the scrollback and the screen.
func (t *Terminal) Text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var text strings.Builder
	for y := range t.screen.ScrollbackLen() {
		var line strings.Builder
		for x := range t.screen.Width() {
			if cell := t.screen.ScrollbackCellAt(x, y); cell != nil {
				line.WriteString(cell.Content)
			}
		}
		text.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	for line := range strings.SplitSeq(t.screen.String(), "\n") {
		text.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return text.String()
}

// Raw returns the command's whole output, including control sequences.
func (t *Terminal) Raw() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.raw.String()
}

// Wait waits for the end of the command, checks that the terminal is restored, and returns the exit code.
func (t *Terminal) Wait() int {
	t.t.Helper()
	ctx, cancel := context.WithTimeout(t.t.Context(), patience)
	defer cancel()
	select {
	case <-t.ended:
	case <-ctx.Done():
		t.t.Fatalf("the command does not end, and shows\n%s", t.Text())
	}
	err := t.cmd.Wait()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.t.Fatal(err)
	}
	t.checkRestored()
	return t.cmd.ProcessState.ExitCode()
}

// mode is a terminal mode that a command can enable and disable.
var mode = regexp.MustCompile(`\x1b\[\?([0-9]+)([hl])`)

// cursorShown is the number of the only mode that is enabled by default.
const cursorShown = "25"

// checkRestored checks the line settings, and that the command restored every mode.
func (t *Terminal) checkRestored() {
	t.t.Helper()
	after, err := term.GetState(int(t.pty.Fd()))
	if err != nil {
		t.t.Fatal(err)
	}
	if !reflect.DeepEqual(t.before, after) {
		t.t.Errorf("found the terminal's line with the settings %+v; want those that it had, %+v", after, t.before)
	}
	last := map[string]string{}
	for _, switched := range mode.FindAllStringSubmatch(t.Raw(), -1) {
		last[switched[1]] = switched[2]
	}
	for number, state := range last {
		if (state == "h") != (number == cursorShown) {
			t.t.Errorf("found the terminal's mode %s left at %q; want it as it was", number, state)
		}
	}
}
