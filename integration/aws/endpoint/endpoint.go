package endpoint

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// Failure is an error as a service returns it.
type Failure = wire.Failure

// Endpoint is the one address of a local AWS. Its methods are safe for concurrent use.
type Endpoint struct {
	now func() time.Time

	mu       sync.Mutex
	services map[string]http.Handler
	plain    http.ServeMux // for calls that are not signed
	calls    []*Call
	inFlight int
	most     int
	faults   wire.Faults[Call]
	hanging  []func(Call) bool
	regions  map[string]*Endpoint
	down     func(region string) bool // nil: none is
}

// NewEndpoint returns an endpoint without services. The clock sets the Date header of every answer, to the second.
func NewEndpoint(now func() time.Time) *Endpoint {
	return &Endpoint{now: now, services: map[string]http.Handler{}, regions: map[string]*Endpoint{}}
}

// Handle registers a handler for calls that are signed for a service, such as "monitoring".
func (e *Endpoint) Handle(service string, h http.Handler) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.services[service] = h
}

// PlainPath starts the paths that no service of AWS has.
const PlainPath = "/local/"

// HandlePlain registers a handler for unsigned calls, such as those of curl. The pattern is one of [http.ServeMux], and its path begins
// with [PlainPath]. Such calls are not counted.
func (e *Endpoint) HandlePlain(pattern string, h http.HandlerFunc) {
	e.plain.HandleFunc(pattern, h)
}

// Proxy sends calls that are signed for a service to the server at a URL. It panics if the URL is invalid.
func (e *Endpoint) Proxy(service, url string) {
	e.Handle(service, proxy(url))
}

// Listen serves at an address such as "127.0.0.1:4566" until it is closed; port 0 is any free port. The context bounds the start
// only. The URL is the value for AWS_ENDPOINT_URL. Close ends every call, even a hanging one.
func (e *Endpoint) Listen(ctx context.Context, address string) (url string, closing func() error, err error) {
	server, err := wire.Listen(ctx, address, e)
	if err != nil {
		return "", nil, fmt.Errorf("local AWS endpoint: %w", err)
	}
	return server.URL(), server.Close, nil
}

// ServeHTTP executes one call and counts it before it answers, so that callers find their call counted.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	if strings.HasPrefix(hr.URL.Path, PlainPath) {
		e.plain.ServeHTTP(w, hr)
		return
	}
	r, refusal := wire.Read(hr)
	if other := e.in(r.Region); other != nil {
		other.ServeHTTP(w, hr)
		return
	}
	a := &answer{header: http.Header{}}
	call := e.begin(Call{Service: r.Service, Operation: r.Operation, Region: r.Region, Principal: r.Principal})
	func() {
		status := 0 // until there is an answer: a service may drop the connection
		defer func() { e.end(call, status) }()
		e.do(a, hr, r, refusal)
		a.WriteHeader(http.StatusOK) // the default
		status = a.status
	}()
	a.header.Set("Date", e.now().UTC().Format(http.TimeFormat))
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // the caller may be gone
}

func (e *Endpoint) do(a *answer, hr *http.Request, r wire.Request, refusal error) {
	if refusal == nil && e.isDown(r.Region) {
		refusal = wire.Down(r.Region)
	}
	if refusal == nil {
		refusal = e.misbehave(hr.Context(), r)
	}
	if f, refused := errors.AsType[Failure](refusal); refused {
		r.Refuse(a, f)
		return
	}
	e.service(r).ServeHTTP(a, hr)
}

// service returns the service that answers a request.
func (e *Endpoint) service(r wire.Request) http.Handler {
	e.mu.Lock()
	defer e.mu.Unlock()
	if h := e.services[r.Service]; h != nil {
		return h
	}
	known := strings.Join(slices.Sorted(maps.Keys(e.services)), ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		message := fmt.Sprintf("there is no local %s; there is %s", r.Service, known)
		r.Refuse(w, wire.NewFailure(http.StatusNotImplemented, "UnknownService", message))
	})
}

// answer buffers a service's answer.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

// WriteHeader takes the first status that is final.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= http.StatusOK {
		a.status = status
	}
}

func (a *answer) Write(data []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(data)
}
