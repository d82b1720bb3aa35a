// Package node runs Node scripts of this module as child processes and exchanges JSON lines with them over standard input and
// output. It serves the stand-ins that exist only as npm packages.
//
// A child never outlives its parent: the script ends when its standard input closes, and the kernel closes that even if the
// parent is killed. The script does its part by importing lifecycle.mjs.
package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// grace is how long a child may take to end after it was told to.
const grace = 5 * time.Second

// Script says what to run.
type Script struct {
	// Path is the script's path from the module root, with slashes.
	Path string
	// Package is the npm package the script cannot do without.
	Package string
	// Opening is the first line sent to the script; nil sends none.
	Opening any
	// Reused keeps the process of a child that was closed for the next child of
	// the same script: a start takes half a second of a processor. The script
	// has to use serve of lifecycle.mjs, and Opening must not be nil.
	Reused bool
	// Receive gets every line after the one that said ready, in order and one
	// at a time; nil drops them. It must not call Close.
	Receive func(json.RawMessage)
	// Log gets what the script writes to its standard error; may be nil.
	Log io.Writer
}

// Child is a running script.
type Child struct {
	process  *process
	script   Script
	greeting chan error // the result of the start
	released chan bool  // whether the process can serve another child
	ready    json.RawMessage

	refused bool

	sending sync.Mutex
	mu      sync.Mutex
	greeted bool
	closed  bool // nothing is sent any more

	closing sync.Once
	ended   chan struct{} // closed when the script serves this child no longer, after err is set
	err     error
}

// Start runs the script and returns when it has said that it is ready. The
// context bounds the start only; end the child with Close.
func Start(ctx context.Context, script Script) (*Child, error) {
	node, path, root, err := locate(script)
	if err != nil {
		return nil, err
	}
	child := &Child{script: script, greeting: make(chan error, 1), released: make(chan bool, 1), ended: make(chan struct{})}
	if err := child.run(node, path, root); err != nil {
		return nil, err
	}
	if err := child.open(ctx); err != nil {
		if !child.refused || !child.process.rest() {
			child.process.kill()
			<-child.ended
		}
		return nil, err
	}
	return child, nil
}

// open sends the opening line and waits for the answer to it.
func (c *Child) open(ctx context.Context) error {
	if c.script.Opening != nil {
		// A script that has ended already says why through its greeting.
		_ = c.Send(c.script.Opening)
	}
	select {
	case err := <-c.greeting:
		return err
	case <-ctx.Done():
		return fmt.Errorf("start %s: %w", c.process.name, context.Cause(ctx))
	}
}

// take handles a line of the script.
func (c *Child) take(line json.RawMessage) {
	c.mu.Lock()
	greeted, closed := c.greeted, c.closed
	c.greeted = true
	c.mu.Unlock()
	if !greeted {
		c.greeting <- c.greet(line)
		return
	}
	var last struct{ Closed *bool }
	if closed && c.script.Reused && json.Unmarshal(line, &last) == nil && last.Closed != nil {
		c.released <- *last.Closed
		return
	}
	if c.script.Receive != nil {
		c.script.Receive(line)
	}
}

// greet reads the first line, in which the script says that it is ready or
// why it refuses to start.
func (c *Child) greet(line json.RawMessage) error {
	var greeting struct {
		Ready   json.RawMessage `json:"ready"`
		Refused string          `json:"refused"`
	}
	if err := json.Unmarshal(line, &greeting); err != nil {
		return fmt.Errorf("start %s: its first line is no greeting: %q", c.process.name, line)
	}
	if greeting.Refused != "" {
		c.refused = c.script.Reused
		return fmt.Errorf("start %s: %s", c.process.name, greeting.Refused)
	}
	c.ready = greeting.Ready
	return nil
}

// end hears that the process serves this child no longer, and why if that is a fault.
func (c *Child) end(err error) {
	c.mu.Lock()
	greeted := c.greeted
	c.closed = true
	c.mu.Unlock()
	if !greeted {
		c.greeting <- fmt.Errorf("start %s: it ended before it was ready: %s", c.process.name, c.process.stderr)
	}
	c.err = err
	close(c.ended)
}

// Ready returns the data in the script's ready message.
func (c *Child) Ready() json.RawMessage { return c.ready }

// Send writes one message to the script as a JSON line.
func (c *Child) Send(message any) error {
	c.sending.Lock()
	defer c.sending.Unlock()
	c.mu.Lock()
	closed := c.closed
	c.mu.Unlock()
	if closed {
		return fmt.Errorf("send to %s: %w: %s", c.process.name, errClosed, c.process.stderr)
	}
	return c.process.send(message)
}

var errClosed = errors.New("it was closed, or has ended")

// Ended is closed when the script serves this child no longer, for whatever reason.
func (c *Child) Ended() <-chan struct{} { return c.ended }

// Err says, after Ended, why the script ended; nil if it ended as it should.
func (c *Child) Err() error { return c.err }

// Close tells the script to end and waits until it has. It is safe to call it
// more than once and from several goroutines.
func (c *Child) Close() error {
	overdue := false
	c.closing.Do(func() {
		killer := time.AfterFunc(grace, c.process.kill)
		if !c.release() {
			_ = c.process.stdin.Close() // the end of its input is the signal; a dead child needs none
			<-c.ended
		}
		overdue = !killer.Stop()
	})
	<-c.ended
	if overdue {
		return fmt.Errorf("%s did not end within %v and was killed", c.process.name, grace)
	}
	return c.err
}

// release gives the process back for another child, if it can serve one.
func (c *Child) release() bool {
	c.sending.Lock()
	defer c.sending.Unlock()
	c.mu.Lock()
	over := c.closed || !c.script.Reused
	c.closed = true
	c.mu.Unlock()
	if over || c.process.send(map[string]bool{"close": true}) != nil {
		return false
	}
	select {
	case reusable := <-c.released:
		return reusable && c.process.rest()
	case <-c.ended:
		return false
	}
}
