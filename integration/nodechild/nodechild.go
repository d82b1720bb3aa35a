// Package nodechild runs a Node script of this module as a child process and
// exchanges JSON lines with it over its standard input and output. It is what
// the stand-ins that only exist as npm packages have in common.
//
// A child never outlives its parent: the script ends when its standard input
// does, and the kernel closes that even when the parent is killed. The script
// keeps its side of the agreement by importing lifecycle.mjs.
package nodechild

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// grace is how long a child may take to end by itself once it was told to.
const grace = 5 * time.Second

// Script says what to run.
type Script struct {
	// Path is the script's path from the module root, with slashes.
	Path string
	// Package is the npm package the script cannot do without.
	Package string
	// Opening is the first line sent to the script; nil sends none.
	Opening any
	// Receive gets every line after the one that said ready, in order and one
	// at a time; nil drops them. It must not call Close.
	Receive func(json.RawMessage)
	// Log gets what the script writes to its standard error; may be nil.
	Log io.Writer
}

// Child is a running script.
type Child struct {
	name    string
	cmd     *exec.Cmd
	stdout  *bufio.Reader
	stderr  *tail
	receive func(json.RawMessage)
	ready   json.RawMessage

	sending sync.Mutex
	stdin   io.WriteCloser

	closing sync.Once
	ended   chan struct{} // closed after the process is gone and err is set
	err     error
}

// Start runs the script and returns when it has said that it is ready. The
// context bounds the start only; end the child with Close.
func Start(ctx context.Context, script Script) (*Child, error) {
	node, path, root, err := locate(script)
	if err != nil {
		return nil, err
	}
	child := &Child{
		name:    filepath.Base(path),
		cmd:     exec.Command(node, path),
		stderr:  &tail{},
		receive: script.Receive,
		ended:   make(chan struct{}),
	}
	child.cmd.Dir = root
	child.cmd.Stderr = child.stderr
	if script.Log != nil {
		child.cmd.Stderr = io.MultiWriter(child.stderr, script.Log)
	}
	if err := child.spawn(); err != nil {
		return nil, err
	}
	if err := child.open(ctx, script.Opening); err != nil {
		child.kill()
		return nil, err
	}
	return child, nil
}

func (c *Child) spawn() error {
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("start %s: %w", c.name, err)
	}
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start %s: %w", c.name, err)
	}
	c.stdin, c.stdout = stdin, bufio.NewReader(stdout)
	if err := c.cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", c.name, err)
	}
	return nil
}

// open sends the opening line and waits for the answer to it.
func (c *Child) open(ctx context.Context, opening any) error {
	answer := make(chan error, 1)
	go func() {
		if opening != nil {
			// A script that has ended already says why through its greeting.
			_ = c.Send(opening)
		}
		answer <- c.greet()
		c.read()
	}()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return fmt.Errorf("start %s: %w", c.name, context.Cause(ctx))
	}
}

// greet reads the first line, in which the script says that it is ready or
// why it refuses to start.
func (c *Child) greet() error {
	line, err := c.stdout.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("start %s: it ended before it was ready: %s", c.name, c.stderr)
	}
	var greeting struct {
		Ready   json.RawMessage `json:"ready"`
		Refused string          `json:"refused"`
	}
	if err := json.Unmarshal(line, &greeting); err != nil {
		return fmt.Errorf("start %s: its first line is no greeting: %q", c.name, line)
	}
	if greeting.Refused != "" {
		return fmt.Errorf("start %s: %s", c.name, greeting.Refused)
	}
	c.ready = greeting.Ready
	return nil
}

// read hands on line after line until the script ends, then collects it.
func (c *Child) read() {
	for {
		line, err := c.stdout.ReadBytes('\n')
		if err != nil {
			break
		}
		if c.receive != nil {
			c.receive(json.RawMessage(line))
		}
	}
	if err := c.cmd.Wait(); err != nil {
		c.err = fmt.Errorf("%s ended: %w: %s", c.name, err, c.stderr)
	}
	close(c.ended)
}

// Ready is what the script sent along when it said that it is ready.
func (c *Child) Ready() json.RawMessage { return c.ready }

// Send writes one message to the script as a JSON line.
func (c *Child) Send(message any) error {
	line, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("send to %s: %w", c.name, err)
	}
	c.sending.Lock()
	defer c.sending.Unlock()
	if _, err := c.stdin.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("send to %s: %w: %s", c.name, err, c.stderr)
	}
	return nil
}

// Ended is closed when the process is gone, for whatever reason.
func (c *Child) Ended() <-chan struct{} { return c.ended }

// Err says, after Ended, why the script ended; nil if it ended as it should.
func (c *Child) Err() error { return c.err }

// Close tells the script to end and waits until the process is gone. It is
// safe to call it more than once and from several goroutines.
func (c *Child) Close() error {
	overdue := false
	c.closing.Do(func() {
		_ = c.stdin.Close() // the end of its input is the signal; a dead child needs none
		killer := time.AfterFunc(grace, func() { _ = c.cmd.Process.Kill() })
		<-c.ended
		overdue = !killer.Stop()
	})
	<-c.ended
	if overdue {
		return fmt.Errorf("%s did not end within %v and was killed", c.name, grace)
	}
	return c.err
}

// kill ends a child that never became ready.
func (c *Child) kill() {
	_ = c.stdin.Close()
	_ = c.cmd.Process.Kill()
	<-c.ended
}

// tail keeps the last part of what a script wrote to its standard error, which
// is where Node says why it died.
type tail struct {
	mu    sync.Mutex
	bytes []byte
}

const tailSize = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes = append(t.bytes, p...)
	if excess := len(t.bytes) - tailSize; excess > 0 {
		t.bytes = t.bytes[excess:]
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if text := strings.TrimSpace(string(t.bytes)); text != "" {
		return text
	}
	return "it wrote nothing to its standard error"
}
