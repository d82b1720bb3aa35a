package ekslocal

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
)

// Server is EKS in every region, and STS, behind one address. Its methods may be called at any time, from anywhere. Those
// that are about a node group panic when there is none: that is a mistake in the test.
type Server struct {
	http     *http.Server
	listener net.Listener

	mu        sync.Mutex
	clusters  map[place]*cluster
	calls     []Call
	faults    []*fault
	authorize func(Call) error
	sessions  map[string]string // the ARN of who is behind an access key id
	updates   int               // begun so far, for their ids
}

// Start serves on a free port of the loopback interface until Close.
func Start() (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("ekslocal: no free port on 127.0.0.1: %w", err)
	}
	s := &Server{listener: listener, clusters: map[place]*cluster{}, sessions: map[string]string{}}
	s.http = &http.Server{Handler: s.routes(), ErrorLog: log.New(io.Discard, "", 0)}
	// On a connection that was used before, Go's HTTP client repeats a read whose reply was lost without telling: LoseReply
	// would go unnoticed.
	s.http.SetKeepAlivesEnabled(false)
	go func() { _ = s.http.Serve(listener) }() // always ends with an error, once closed
	return s, nil
}

// URL is what AWS_ENDPOINT_URL_EKS and AWS_ENDPOINT_URL_STS have to be.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Close ends the server and every connection. It may be called twice.
func (s *Server) Close() { _ = s.http.Close() }

// operation is one call of an API. It is applied with the server locked.
type operation struct {
	name  string
	wire  wire
	apply func(*Server, *request) (any, error)
}

// wire is how an API writes its answers.
type wire struct {
	accessDenied string // the error type for it
	answer       func(w http.ResponseWriter, operation string, body any)
	refuse       func(w http.ResponseWriter, r *request, f Failure)
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, op := range map[string]operation{
		"GET /clusters":                                                  {"ListClusters", restJSON, listClusters},
		"GET /clusters/{cluster}":                                        {"DescribeCluster", restJSON, describeCluster},
		"GET /clusters/{cluster}/node-groups":                            {"ListNodegroups", restJSON, listNodegroups},
		"GET /clusters/{cluster}/node-groups/{nodegroup}":                {"DescribeNodegroup", restJSON, describeNodegroup},
		"GET /clusters/{cluster}/updates/{update}":                       {"DescribeUpdate", restJSON, describeUpdate},
		"POST /clusters/{cluster}/node-groups/{nodegroup}/update-config": {"UpdateNodegroupConfig", restJSON, updateNodegroupConfig},
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, op) })
	}
	mux.HandleFunc("POST /{$}", func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, stsOperation(r)) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, operation{r.Method + " " + r.URL.Path, restJSON, unknown})
	})
	return mux
}

// serve does one call, records it and then answers, so that who has an answer finds the call recorded.
func (s *Server) serve(w http.ResponseWriter, hr *http.Request, op operation) {
	r, err := read(hr, op.name)
	if err == nil {
		err = s.permit(r, op.wire.accessDenied)
	}
	s.mu.Lock()
	var body any
	if err == nil {
		body, err = s.apply(r, op)
	}
	r.call.Status = http.StatusOK
	var failure Failure
	if err != nil {
		if !errors.As(err, &failure) {
			failure = Failure{http.StatusInternalServerError, "ServerException", err.Error()}
		}
		r.call.Status, r.call.ErrorType = failure.Status, failure.Type
	}
	lost := s.takeFault(r.call, func(f *fault) bool { return f.failure == nil }) != nil
	if lost {
		r.call.Status = 0
	}
	s.calls = append(s.calls, r.call)
	s.mu.Unlock()

	switch {
	case lost:
		panic(http.ErrAbortHandler) // net/http's way to drop the connection
	case err != nil:
		op.wire.refuse(w, r, failure)
	default:
		op.wire.answer(w, op.name, body)
	}
}

func (s *Server) apply(r *request, op operation) (any, error) {
	if f := s.takeFault(r.call, func(f *fault) bool { return f.failure != nil }); f != nil {
		return nil, *f.failure
	}
	return op.apply(s, r)
}

// permit asks the hook, unlocked: the hook may call the server.
func (s *Server) permit(r *request, errorType string) error {
	s.mu.Lock()
	authorize := s.authorize
	if g := s.find(r.place(), r.call.Nodegroup); g != nil && r.config != nil {
		r.call.Sizes = new(r.config.over(g.sizes))
	}
	s.mu.Unlock()
	if authorize == nil {
		return nil
	}
	if err := authorize(r.call); err != nil {
		return Failure{http.StatusForbidden, errorType, err.Error()}
	}
	return nil
}

func unknown(_ *Server, r *request) (any, error) {
	return nil, Failure{http.StatusNotFound, "UnknownOperationException", "ekslocal does not know " + r.call.Operation}
}
