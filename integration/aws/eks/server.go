package eks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// Server is EKS in every region, and STS, behind one address. Its methods may be called at any time, from anywhere. Those
// that are about a node group panic when there is none: that is a mistake in the test.
type Server struct {
	http *wire.Server

	mu        sync.Mutex
	clusters  map[place]*cluster
	calls     []Call
	faults    wire.Faults[Call]
	authorize func(Call) error
	sessions  map[string]string // the ARN of who is behind an access key id
	updates   int               // begun so far, for their ids
	created   int               // node groups so far, for their ids
	tokens    map[[2]string]*update
	behaviour Behaviour
	delays    []*delay
	sleep     func(sessionToken string, d time.Duration) (done func()) // nil if nothing can take its time

	clock      func() time.Time // nil if there is none
	updateTime time.Duration    // how long updates take by it; 0 if they end by looks
}

// Start serves on a free port of the loopback interface until Close.
func Start() (*Server, error) {
	s := &Server{clusters: map[place]*cluster{}, sessions: map[string]string{}, tokens: map[[2]string]*update{}}
	var err error
	if s.http, err = wire.Listen(context.Background(), "127.0.0.1:0", s.routes()); err != nil {
		return nil, fmt.Errorf("eks: %w", err)
	}
	return s, nil
}

// URL is what AWS_ENDPOINT_URL_EKS and AWS_ENDPOINT_URL_STS have to be.
func (s *Server) URL() string { return s.http.URL() }

// Close ends the server and every connection. It may be called twice.
func (s *Server) Close() { _ = s.http.Close() }

// operation is one call of an API. It is applied with the server locked.
type operation struct {
	name  string
	style style
	apply func(*Server, *request) (any, error)
}

// style is how an API writes its answers.
type style struct {
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
		"DELETE /clusters/{cluster}/node-groups/{nodegroup}":             {"DeleteNodegroup", restJSON, deleteNodegroup},
		"GET /clusters/{cluster}/updates":                                {"ListUpdates", restJSON, listUpdates},
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
		err = s.permit(r, op.style.accessDenied)
	}
	delay := s.delayOf(r.call)
	done := s.wait(r, delay.before)
	s.mu.Lock()
	var body any
	if err == nil {
		body, err = s.apply(r, op)
	}
	r.call.Status = http.StatusOK
	var failure Failure
	if err != nil {
		if !errors.As(err, &failure) {
			failure = wire.NewFailure(http.StatusInternalServerError, "ServerException", err.Error())
		}
		r.call.Status, r.call.ErrorType = failure.Status, failure.Type
	}
	lost := s.faults.Lost(r.call)
	if lost {
		r.call.Status = 0
	}
	s.calls = append(s.calls, r.call)
	s.mu.Unlock()
	done()
	s.wait(r, delay.after)()

	switch {
	case lost:
		panic(http.ErrAbortHandler) // net/http's way to drop the connection
	case err != nil:
		op.style.refuse(w, r, failure)
	default:
		op.style.answer(w, op.name, body)
	}
}

func (s *Server) apply(r *request, op operation) (any, error) {
	if f := s.faults.Failure(r.call); f != nil {
		return nil, *f
	}
	return op.apply(s, r)
}

// permit asks the hook, unlocked: the hook may call the server.
func (s *Server) permit(r *request, errorType string) error {
	s.mu.Lock()
	authorize := s.authorize
	if g := s.find(r.place(), r.call.Nodegroup); g != nil && r.config != nil {
		r.call.Sizes = new(r.config.Scaling.over(g.sizes))
	}
	s.mu.Unlock()
	if authorize == nil {
		return nil
	}
	if err := authorize(r.call); err != nil {
		return wire.NewFailure(http.StatusForbidden, errorType, err.Error())
	}
	return nil
}

func unknown(_ *Server, r *request) (any, error) {
	return nil, wire.NewFailure(http.StatusNotFound, "UnknownOperationException", "the local EKS does not know "+r.call.Operation)
}
