// Package weather is a weather service for a local world. It answers https calls for [Host] with a certificate of its own
// authority, through a forward proxy: a client needs HTTPS_PROXY and SSL_CERT_FILE, and nothing leaves the machine.
package weather

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	"eks-scaling-automation/integration/aws/wire"
)

// Host is the only host that the proxy connects to. Names below .example belong to nobody.
const Host = "api.weather.example"

// Answer is an answer to every call.
type Answer struct {
	Status   int    // 0 means 200
	Body     string // JSON
	Location string // with a status such as 302
	Hangs    bool   // there is no answer until the client gives up
}

// Parse reads an answer as people write it: a JSON document, an HTTP status such as 503, or "hangs".
func Parse(text string) (Answer, error) {
	text = strings.TrimSpace(text)
	switch status, err := strconv.Atoi(text); {
	case err == nil && status >= http.StatusOK && status < 600:
		return Answer{Status: status}, nil
	case text == "hangs":
		return Answer{Hangs: true}, nil
	case strings.HasPrefix(text, "{") && json.Valid([]byte(text)):
		return Answer{Body: text}, nil
	default:
		return Answer{}, fmt.Errorf("invalid answer %q: use a JSON object, a status such as 503, or hangs", text)
	}
}

// String describes the answer.
func (a Answer) String() string {
	switch {
	case a.Hangs:
		return "nothing"
	case a.Status != 0:
		return fmt.Sprintf("status %d", a.Status)
	default:
		return a.Body
	}
}

// Call is a call that arrived.
type Call struct {
	URI    string // the path with the query
	Header http.Header
}

// Service is the weather service with its proxy. End it with Close.
type Service struct {
	proxy     *wire.Server
	server    *http.Server
	address   string // of the server
	authority string // the file with its certificate

	mu     sync.Mutex
	answer Answer
	calls  []Call
}

// Start starts the service with an empty JSON object as its answer. The context bounds the start only.
func Start(ctx context.Context) (*Service, error) {
	certificate, authority, err := issue(Host)
	if err != nil {
		return nil, err
	}
	s := &Service{answer: Answer{Body: "{}"}}
	if s.authority, err = keep(authority); err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, os.Remove(s.authority))
	}
	s.address = listener.Addr().String()
	s.server = &http.Server{
		Handler: http.HandlerFunc(s.serve), ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}},
	}
	go func() { _ = s.server.ServeTLS(listener, "", "") }() // always ends with an error, once closed
	if s.proxy, err = wire.Listen(ctx, "127.0.0.1:0", http.HandlerFunc(s.connect)); err != nil {
		return nil, errors.Join(err, s.server.Close(), os.Remove(s.authority))
	}
	return s, nil
}

// keep writes the authority's certificate to a file.
func keep(authority []byte) (name string, err error) {
	file, err := os.CreateTemp("", "weather-authority-*.pem")
	if err != nil {
		return "", err
	}
	_, err = file.Write(authority)
	return file.Name(), errors.Join(err, file.Close())
}

// Close ends the service and every connection. It may be called once.
func (s *Service) Close() error {
	return errors.Join(s.proxy.Close(), s.server.Close(), os.Remove(s.authority))
}

// Env returns the environment of a client.
func (s *Service) Env() map[string]string {
	return map[string]string{"HTTPS_PROXY": s.proxy.URL(), "SSL_CERT_FILE": s.authority}
}

// Set sets the answer to all later calls.
func (s *Service) Set(a Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = a
}

// Calls returns the calls so far.
func (s *Service) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls = append(s.calls, Call{r.URL.RequestURI(), r.Header.Clone()})
	answer := s.answer
	s.mu.Unlock()
	if answer.Hangs {
		<-r.Context().Done()
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if answer.Location != "" {
		w.Header().Set("Location", answer.Location)
	}
	if answer.Status != 0 {
		w.WriteHeader(answer.Status)
	}
	_, _ = io.WriteString(w, answer.Body) // the client may be gone
}

// connect tunnels a client to the service, and refuses every other host.
func (s *Service) connect(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect || r.Host != Host+":443" {
		http.Error(w, fmt.Sprintf("the local proxy connects to %s:443 only, not: %s %s", Host, r.Method, r.Host), http.StatusForbidden)
		return
	}
	to, err := new(net.Dialer).DialContext(r.Context(), "tcp", s.address)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = to.Close() }()
	from, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer func() { _ = from.Close() }()
	if _, err := io.WriteString(from, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	tunnel(from, to)
}

// tunnel copies both ways until either side ends.
func tunnel(a, b net.Conn) {
	ended := make(chan struct{}, 2)
	pipe := func(to, from net.Conn) {
		_, _ = io.Copy(to, from) // a broken connection ends the tunnel
		ended <- struct{}{}
	}
	go pipe(a, b)
	go pipe(b, a)
	<-ended
}
