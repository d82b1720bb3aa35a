package scheduler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// Server is EventBridge Scheduler behind one address. Its methods are safe for concurrent use. Methods about a group panic if it
// does not exist, because that is a mistake in the test.
type Server struct {
	http *wire.Server
	now  func() time.Time

	mu        sync.Mutex
	groups    map[string]map[string]stored // by the names of the group and of the schedule
	created   map[string]creation          // by client token
	pageSize  int
	calls     []Call
	budgets   map[string]*budget // by operation
	faults    wire.Faults[Call]
	before    func(Call)
	authorize func(Call) error
}

// Start serves on a free loopback port until Close. It reads the clock once for every call.
func Start(now func() time.Time) (*Server, error) {
	s := &Server{
		now: now, pageSize: largestPage, groups: map[string]map[string]stored{defaultGroup: {}}, created: map[string]creation{},
		budgets: map[string]*budget{},
	}
	var err error
	if s.http, err = wire.Listen(context.Background(), "127.0.0.1:0", s.routes()); err != nil {
		return nil, fmt.Errorf("scheduler: %w", err)
	}
	return s, nil
}

// URL returns the value for AWS_ENDPOINT_URL_SCHEDULER.
func (s *Server) URL() string { return s.http.URL() }

// Close ends the server and every connection. It may be called twice.
func (s *Server) Close() { _ = s.http.Close() }

// operation is one operation of the API. It runs with the server locked.
type operation struct {
	name  string
	apply func(*Server, *request) (any, error)
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, op := range map[string]operation{
		"GET /schedules":           {"ListSchedules", listSchedules},
		"GET /schedules/{name}":    {"GetSchedule", getSchedule},
		"POST /schedules/{name}":   {"CreateSchedule", createSchedule},
		"PUT /schedules/{name}":    {"UpdateSchedule", updateSchedule},
		"DELETE /schedules/{name}": {"DeleteSchedule", deleteSchedule},
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, op) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, operation{r.Method + " " + r.URL.Path, unknown})
	})
	return mux
}

// serve executes one call. The hooks run unlocked, because they may call the server.
func (s *Server) serve(w http.ResponseWriter, hr *http.Request, op operation) {
	r, err := read(hr, op.name)
	before, authorize := s.hooks()
	if before != nil {
		before(r.call)
	}
	if err == nil && authorize != nil {
		if denial := authorize(r.call); denial != nil {
			err = wire.NewFailure(http.StatusForbidden, "AccessDeniedException", denial.Error())
		}
	}
	r.now = s.now()
	body, lost, err := s.do(r, op, err)
	switch failure, failed := errors.AsType[Failure](err); {
	case lost:
		panic(http.ErrAbortHandler) // net/http's way to drop the connection
	case failed:
		refuse(w, failure)
	default:
		wire.WriteJSON(w, http.StatusOK, body)
	}
}

// do applies and records a call before it is answered, so that callers find their call recorded.
func (s *Server) do(r *request, op operation, refusal error) (body any, lost bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err = refusal; err == nil {
		body, err = s.apply(r, op)
	}
	r.call.Status = http.StatusOK
	if failure, failed := errors.AsType[Failure](err); failed {
		r.call.Status, r.call.ErrorType = failure.Status, failure.Type
	}
	if lost = s.faults.Lost(r.call); lost {
		r.call.Status = 0
	}
	s.calls = append(s.calls, r.call)
	return body, lost, err
}

func (s *Server) apply(r *request, op operation) (any, error) {
	if f := s.faults.Failure(r.call); f != nil {
		return nil, *f
	}
	if err := s.spend(r); err != nil {
		return nil, err
	}
	return op.apply(s, r)
}

func unknown(_ *Server, r *request) (any, error) {
	return nil, wire.NewFailure(http.StatusNotFound, "UnknownOperationException", "the local EventBridge Scheduler does not know "+r.call.Operation)
}
