// Package lambda runs real Lambda function binaries on this machine. It serves them the Lambda Runtime API (version
// 2018-06-01), starts, reuses and kills their sandboxes as Lambda does, and answers as Lambda's Invoke does.
//
// A function must not be able to tell that it is not on AWS: it gets the environment that Lambda gives it, never that of this
// process. Tests can inject the faults that a function meets on AWS; see KillNext and FailNext.
package lambda

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"eks-scaling-automation/integration/world/clock"
)

// Config says where the functions believe they are.
type Config struct {
	// Now is the clock that the deadline of an invocation is told by. It has
	// to be the real one, time.Now: the function compares it with its own.
	Now func() time.Time
	// Region is the functions' AWS region; empty is us-east-1.
	Region string
	// Account is the 12 digits in the functions' ARNs; empty is 123456789012.
	Account string
	// Virtual is the time by which invocations have their timeout besides, if
	// any. The deadline that a function is told is by the machine's clock all the
	// same: the Go runtime makes the context's deadline of it.
	Virtual *clock.VirtualTime
}

// Host runs functions.
type Host struct {
	config   Config
	listener net.Listener
	server   *http.Server
	serving  sync.WaitGroup // the Runtime API
	working  sync.WaitGroup // invocations and sandboxes

	logging sync.Mutex // keeps the lines of all sandboxes apart

	mu          sync.Mutex
	closed      bool
	functions   map[string]*function // by name and by ARN
	sandboxes   map[string]*sandbox  // by id
	invocations []Invocation
}

// Start opens the Runtime API on a free loopback port. End it with Close.
func Start(config Config) (*Host, error) {
	if config.Now == nil {
		return nil, errors.New("lambda host: Config.Now is missing: give it time.Now")
	}
	if config.Region == "" {
		config.Region = "us-east-1"
	}
	if config.Account == "" {
		config.Account = "123456789012"
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("lambda host: %w", err)
	}
	h := &Host{
		config:    config,
		listener:  listener,
		functions: make(map[string]*function),
		sandboxes: make(map[string]*sandbox),
	}
	h.server = &http.Server{Handler: h.runtimeAPI(), ReadHeaderTimeout: time.Minute}
	h.serving.Go(func() { _ = h.server.Serve(listener) })
	return h, nil
}

// Close kills every sandbox and waits until all their processes are gone.
// Invocations that still run return an error.
func (h *Host) Close() error {
	h.mu.Lock()
	h.closed = true
	for _, s := range h.sandboxes {
		s.kill()
	}
	h.mu.Unlock()
	h.working.Wait()
	err := h.server.Close()
	h.serving.Wait()
	if err != nil {
		return fmt.Errorf("close the lambda host: %w", err)
	}
	return nil
}

// Cool kills the idle sandboxes of a function, in every version, so that its
// next invocation starts a new one, and waits until they are gone.
func (h *Host) Cool(name string) error {
	f, err := h.lookUp(name)
	if err != nil {
		return err
	}
	h.mu.Lock()
	all := append([]*function{f}, f.versions...)
	h.mu.Unlock()
	for _, version := range all {
		h.retire(version)
	}
	return nil
}

// take finds an idle sandbox of the function, the one used last, or starts one.
func (h *Host) take(f *function) (s *sandbox, cold bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, false, errClosed
	}
	if last := len(f.idle) - 1; last >= 0 {
		s, f.idle = f.idle[last], f.idle[:last]
		return s, false, nil
	}
	s, err = h.spawn(f)
	if err != nil {
		return nil, false, err
	}
	h.sandboxes[s.id] = s
	return s, true, nil
}

// rest puts a sandbox that has finished its invocation with the idle ones.
func (h *Host) rest(s *sandbox) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.sandboxes[s.id] == s {
		s.function.idle = append(s.function.idle, s)
	}
}

// forget removes a sandbox whose process is gone.
func (h *Host) forget(s *sandbox) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sandboxes, s.id)
	s.function.idle = slices.DeleteFunc(s.function.idle, func(other *sandbox) bool { return other == s })
}

func (h *Host) sandbox(id string) *sandbox {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.sandboxes[id]
}

// WorkOf is the work, under a virtual time, for which a function is invoked that
// calls with a session token; nil if there is none.
func (h *Host) WorkOf(sessionToken string) *clock.Work {
	s := h.sandbox(sessionToken)
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return nil
	}
	return s.current.work
}

func (h *Host) isClosed() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closed
}

var errClosed = errors.New("the lambda host is closed")
