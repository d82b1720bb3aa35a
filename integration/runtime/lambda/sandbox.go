package lambda

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// sandbox is one process of a function. It serves one invocation at a time.
type sandbox struct {
	id       string
	function *function
	cmd      *exec.Cmd
	work     chan *invocation // holds the invocation until the process asks for it
	exited   chan struct{}    // closed when the process is gone and exit is set
	exit     error

	mu      sync.Mutex
	current *invocation // what the process works on
}

// spawn starts a process of the function. The caller holds h.mu, so that Close finds every started process.
func (h *Host) spawn(f *function) (*sandbox, error) {
	binary, err := filepath.Abs(f.Binary)
	if err != nil {
		return nil, fmt.Errorf("start a sandbox of function %s: %w", f.Name, err)
	}
	s := &sandbox{
		id:       freshID(),
		function: f,
		cmd:      exec.Command(binary),
		work:     make(chan *invocation, 1),
		exited:   make(chan struct{}),
	}
	output := &lineWriter{to: f.Log, lock: &h.logging}
	s.cmd.Stdout, s.cmd.Stderr = output, output
	s.cmd.Dir = filepath.Dir(binary)
	s.cmd.Env = h.environment(f, s.id, h.listener.Addr().String()+"/"+s.id)
	s.cmd.SysProcAttr = lonely()
	s.cmd.WaitDelay = time.Second // for the output of something the function left behind
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a sandbox of function %s: %w", f.Name, err)
	}
	h.working.Go(func() {
		s.exit = s.cmd.Wait()
		output.flush()
		h.forget(s)
		close(s.exited)
	})
	return s, nil
}

// kill ends the process and everything it started.
func (s *sandbox) kill() { killGroup(s.cmd.Process.Pid) }

// begin sets the process's current invocation.
func (s *sandbox) begin(inv *invocation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = inv
}

// finish ends the work on the current invocation, if any, and returns it.
func (s *sandbox) finish() *invocation {
	s.mu.Lock()
	defer s.mu.Unlock()
	finished := s.current
	s.current = nil
	return finished
}

// abandon ends the work on an invocation that takes too long. It returns false if the process no longer works on it.
func (s *sandbox) abandon(inv *invocation) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != inv {
		return false
	}
	s.current = nil
	return true
}

// working returns the current invocation if it has the given request id.
func (s *sandbox) working(requestID string) *invocation {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil || s.current.id != requestID {
		return nil
	}
	return s.current
}

// exitText describes how the process ended, in Lambda's words.
func (s *sandbox) exitText() string {
	if exit, ok := errors.AsType[*exec.ExitError](s.exit); ok {
		return "Runtime exited with error: " + exit.String()
	}
	return "Runtime exited without providing a reason"
}
