package eks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/aws/smithy-go"

	"eks-scaling-automation/integration/aws/wire"
	"eks-scaling-automation/integration/eksmodel"
)

// Server is EKS in every region of every account, behind one address. Its methods are safe for concurrent use.
type Server struct {
	*Account // the account of [Own]

	http *wire.Server

	mu        sync.Mutex
	places    map[Place]*place
	calls     []Call
	recording func() time.Time // nil if no events are recorded
	events    []Event
	faults    wire.Faults[Call]
	authorize func(Call) error
	down      func(region string) bool // nil: none is
	callers   Callers                  // nil: all callers are of the account [Own] and may do everything
	behaviour Behaviour
	delays    []*delay
	sleep     func(sessionToken string, d time.Duration) (done func()) // nil if nothing can be delayed
	rates     *eksmodel.Rates                                          // of every account and region; nil means no limit a limit
	patience  Patience

	clock      func() time.Time // nil if there is none
	updateTime time.Duration    // the duration of updates by it; 0 if they end by looks
}

// Start serves on a free loopback port until Close.
func Start() (*Server, error) {
	s := &Server{places: map[Place]*place{}}
	s.Account = s.Of(Own)
	var err error
	if s.http, err = wire.Listen(context.Background(), "127.0.0.1:0", s.routes()); err != nil {
		return nil, fmt.Errorf("eks: %w", err)
	}
	return s, nil
}

// URL returns the value for AWS_ENDPOINT_URL_EKS.
func (s *Server) URL() string { return s.http.URL() }

// Close ends the server and every connection. It may be called twice.
func (s *Server) Close() { _ = s.http.Close() }

// serve executes one call and records it before it answers, so that callers find their call recorded.
func (s *Server) serve(w http.ResponseWriter, hr *http.Request, op operation) {
	r, err := read(hr, op)
	if err == nil {
		err = s.permit(r)
	}
	delay := s.delayOf(r.call)
	done := s.wait(r, delay.before)
	s.mu.Lock()
	var body any
	if err == nil {
		body, err = s.apply(r, op)
	}
	for made := 1; s.patience.waits(made, err); made++ {
		s.mu.Unlock()
		done()
		done = s.wait(r, s.patience.Wait(made))
		s.mu.Lock()
		body, err = s.apply(r, op)
	}
	r.call.Status = http.StatusOK
	var failure Failure
	if err != nil {
		failure = failureOf(err)
		r.call.Status, r.call.ErrorType = failure.Status, failure.Type
	}
	lost := s.faults.Lost(r.call)
	if lost {
		r.call.Status = 0
	}
	s.calls = append(s.calls, r.call)
	s.record(r.call)
	s.mu.Unlock()
	done()
	s.wait(r, delay.after)()

	switch {
	case lost:
		panic(http.ErrAbortHandler) // net/http's way to drop the connection
	case err != nil:
		refuse(w, r, failure)
	default:
		answer(w, body)
	}
}

func (s *Server) apply(r *request, op operation) (any, error) {
	if s.down != nil && s.down(r.call.Region) {
		return nil, wire.Down(r.call.Region)
	}
	if f := s.faults.Failure(r.call); f != nil {
		return nil, *f
	}
	return op.apply(s, r)
}

// failureOf returns an error of the model or the server as EKS does.
func failureOf(err error) Failure {
	if f, is := errors.AsType[Failure](err); is {
		return f
	}
	refusal, is := errors.AsType[smithy.APIError](err)
	if !is {
		return wire.Refuse("UnsupportedOperationException", err.Error()) // see eksmodel.ErrUnsupported
	}
	status := http.StatusBadRequest
	switch refusal.ErrorCode() {
	case "ResourceNotFoundException":
		status = http.StatusNotFound
	case "ResourceInUseException":
		status = http.StatusConflict
	case "TooManyRequestsException":
		status = http.StatusTooManyRequests
	}
	return wire.NewFailure(status, refusal.ErrorCode(), refusal.ErrorMessage())
}
