// Package lambda runs real Lambda function binaries on this machine. It serves them the Lambda Runtime API (version
// 2018-06-01), starts, reuses and kills their sandboxes as Lambda does, and answers as Lambda's Invoke does.
//
// A function must not notice that it is not on AWS: it gets Lambda's environment, never this process's. Tests can inject the
// faults of AWS; see KillNext and FailNext.
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

// Config holds the functions' clock, region and account.
type Config struct {
	// Now is the clock for an invocation's deadline. It must be the real one, time.Now: the function compares it with its own.
	Now func() time.Time
	// Region is the functions' AWS region; empty is us-east-1.
	Region string
	// Account is the 12 digits in the functions' ARNs; empty is 123456789012.
	Account string
	// Virtual is an additional time for invocations' timeouts, if any. The function's deadline still uses the machine's clock,
	// because the Go runtime derives the context's deadline from it.
	Virtual *clock.VirtualTime
	// Suffix ends the access key IDs of the functions, where another host has functions of the same names.
	Suffix string
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

// take returns the function's last used idle sandbox, or starts one.
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

// rest adds a sandbox to the idle ones after its invocation.
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

// WorkOf returns the virtual time's work of the function that calls with a session token; nil if there is none.
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
