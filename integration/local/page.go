package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// Browsers load the page again after this time, in seconds. The report is written once for all that ask within a second.
const (
	refresh   = "5"
	freshness = time.Second
)

// page serves the report of the world, as the command line tool writes it.
type page struct {
	write func(ctx context.Context) ([]byte, error)
	now   func() time.Time

	guard   sync.Mutex
	written time.Time
	text    []byte
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Refresh", refresh)
	w.Header().Set("Cache-Control", "no-store")
	text, err := p.report(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(text) // the browser has gone
}

// report returns a report that is at most a second old.
func (p *page) report(ctx context.Context) ([]byte, error) {
	p.guard.Lock()
	defer p.guard.Unlock()
	if now := p.now(); p.text == nil || now.Sub(p.written) >= freshness {
		text, err := p.write(ctx)
		if err != nil {
			return nil, err
		}
		p.text, p.written = text, now
	}
	return p.text, nil
}

// servePage serves the page at the port after the endpoint's, or at any free one. It returns its address.
func (l *local) servePage(ctx context.Context, o options) (url string, closing func() error, err error) {
	listener, err := listenAfter(ctx, o.address)
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: &page{write: l.report(o.binaries), now: o.now}, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends when it is closed
	return "http://" + listener.Addr().String() + "/", server.Close, nil
}

// listenAfter listens at the next port, or at any free one.
func listenAfter(ctx context.Context, address string) (net.Listener, error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if port, err := strconv.Atoi(text); err == nil && port > 0 {
		if listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port+1))); err == nil {
			return listener, nil
		}
	}
	return new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
}

// report returns what writes the report. What could not be read is in the report, so an exit code beside it is no error.
func (l *local) report(binaries string) func(context.Context) ([]byte, error) {
	return func(ctx context.Context) ([]byte, error) {
		cmd := exec.CommandContext(ctx, filepath.Join(binaries, "eks-scaling"), "report", "-o", "html")
		var said bytes.Buffer
		cmd.Env, cmd.Stderr = l.Env(), &said
		text, err := cmd.Output()
		if ended, ok := errors.AsType[*exec.ExitError](err); ok && ended.Exited() && len(text) > 0 {
			err = nil
		}
		if err != nil {
			return nil, fmt.Errorf("eks-scaling report: %w\n%s", err, &said)
		}
		return text, nil
	}
}
