package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"syscall"
)

// Server serves a handler at an address, until it is closed.
type Server struct {
	http     *http.Server
	listener net.Listener
}

// Listen starts to serve at an address such as 127.0.0.1:4566; port 0 is any free port. The context bounds the start only.
func Listen(ctx context.Context, address string, handler http.Handler) (*Server, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is taken by another program: end that one, which may be a local world that still runs, or choose another port: %w",
			address, err)
	}
	if err != nil {
		return nil, fmt.Errorf("listening at %s: %w", address, err)
	}
	served, end := context.WithCancel(context.WithoutCancel(ctx))
	s := &Server{listener: listener, http: &http.Server{
		Handler: handler, ErrorLog: log.New(io.Discard, "", 0), BaseContext: func(net.Listener) context.Context { return served },
	}}
	// On a reused connection, Go's HTTP client silently repeats a read whose reply was lost, so tests would not notice a lost
	// reply.
	s.http.SetKeepAlivesEnabled(false)
	go func() {
		_ = s.http.Serve(listener) // always ends with an error, once closed
		end()
	}()
	return s, nil
}

// URL returns the address, such as http://127.0.0.1:4566.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Close ends the server, every connection, and the context of every request. It does not wait, and may be called twice.
func (s *Server) Close() error { return s.http.Close() }
