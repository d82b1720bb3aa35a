package node

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// process is a running Node, which serves one child at a time.
type process struct {
	name   string
	path   string // of the script
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr *tail

	mu    sync.Mutex
	child *Child // whom it serves; nil while it rests
	gone  bool
	ended chan struct{} // closed when it is gone
}

// resting are the processes that serve nobody at the moment, by the path of their script.
var resting = struct {
	sync.Mutex
	byPath map[string][]*process
}{byPath: map[string][]*process{}}

// run gives the child a process: one that rests, or a new one.
func (c *Child) run(node, path, root string) error {
	for c.script.Reused {
		p := wake(path)
		if p == nil {
			break
		}
		if p.serve(c) {
			return nil
		}
	}
	p := &process{name: filepath.Base(path), path: path, cmd: exec.Command(node, path), stderr: &tail{}, ended: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stderr = root, p.stderr
	p.serve(c)
	return p.spawn()
}

// wake takes a process that rests; nil if there is none.
func wake(path string) *process {
	resting.Lock()
	defer resting.Unlock()
	all := resting.byPath[path]
	if len(all) == 0 {
		return nil
	}
	resting.byPath[path] = all[:len(all)-1]
	return all[len(all)-1]
}

// serve makes the child the one that the process serves, unless it is gone.
func (p *process) serve(c *Child) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone {
		return false
	}
	p.child, c.process = c, p
	p.stderr.copyTo(c.script.Log)
	return true
}

// rest ends what the process does for its child, and keeps it for another one.
// It returns false if it is gone.
func (p *process) rest() bool {
	p.mu.Lock()
	child, gone := p.child, p.gone
	if !gone {
		p.child = nil
		p.stderr.copyTo(nil)
	}
	p.mu.Unlock()
	if gone {
		return false
	}
	resting.Lock()
	resting.byPath[p.path] = append(resting.byPath[p.path], p)
	resting.Unlock()
	child.end(nil)
	return true
}

// EndResting ends the processes that wait for another child, and waits until they are gone. They end with this process in
// any case, but a moment after it.
func EndResting() {
	resting.Lock()
	defer resting.Unlock()
	for _, all := range resting.byPath {
		for _, p := range all {
			_ = p.stdin.Close() // which is the signal
			<-p.ended
		}
	}
	clear(resting.byPath)
}

func (p *process) spawn() (err error) {
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	p.stdout = bufio.NewReader(stdout)
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	go p.read()
	return nil
}

// read hands on line after line until the process ends, then collects it.
func (p *process) read() {
	for {
		line, err := p.stdout.ReadBytes('\n')
		if err != nil {
			break
		}
		if c := p.served(); c != nil {
			c.take(json.RawMessage(line))
		}
	}
	err := p.cmd.Wait()
	if err != nil {
		err = fmt.Errorf("%s ended: %w: %s", p.name, err, p.stderr)
	}
	p.mu.Lock()
	p.gone = true
	child := p.child
	close(p.ended)
	p.mu.Unlock()
	if child != nil {
		child.end(err)
	}
}

func (p *process) served() *Child {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.child
}

// send writes one message as a JSON line. Only one may be sent at a time.
func (p *process) send(message any) error {
	line, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("send to %s: %w", p.name, err)
	}
	if _, err := p.stdin.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("send to %s: %w: %s", p.name, err, p.stderr)
	}
	return nil
}

func (p *process) kill() {
	_ = p.stdin.Close()
	_ = p.cmd.Process.Kill()
}

// tail keeps the last part of what a script wrote to its standard error, which
// is where Node says why it died, and copies all of it to a log.
type tail struct {
	mu    sync.Mutex
	bytes []byte
	log   io.Writer // may be nil
}

const tailSize = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes = append(t.bytes, p...)
	if excess := len(t.bytes) - tailSize; excess > 0 {
		t.bytes = t.bytes[excess:]
	}
	if t.log != nil {
		return t.log.Write(p)
	}
	return len(p), nil
}

// copyTo copies what comes from now on to a log, if that is not nil.
func (t *tail) copyTo(log io.Writer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.log = log
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if text := strings.TrimSpace(string(t.bytes)); text != "" {
		return text
	}
	return "it wrote nothing to its standard error"
}
