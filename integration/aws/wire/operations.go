package wire

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Operation executes a call and returns the answer: a struct, or nil for none. An error that is no [Failure] becomes an
// InternalFailure (500).
type Operation func(Request) (any, error)

// On returns an operation with an input of the struct type In.
func On[In any](do func(Caller, In) (any, error)) Operation {
	return func(r Request) (any, error) {
		var in In
		if err := r.Decode(&in); err != nil {
			return nil, err
		}
		return do(r.Caller, in)
	}
}

// Operations is a service: its operations by name, for all protocols.
type Operations map[string]Operation

func (o Operations) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	r, err := Read(hr)
	var answer any
	if err == nil {
		answer, err = o.do(r)
	}
	if err == nil {
		r.Answer(w, answer)
		return
	}
	failure, ok := errors.AsType[Failure](err)
	if !ok {
		failure = Failure{http.StatusInternalServerError, "InternalFailure", err.Error()}
	}
	r.Refuse(w, failure)
}

func (o Operations) do(r Request) (any, error) {
	do := o[r.Operation]
	if do == nil {
		kind := "UnknownOperationException"
		if r.Protocol == Query {
			kind = "InvalidAction"
		}
		return nil, Refuse(kind, fmt.Sprintf("the local %s does not know the operation %q; it knows %s",
			r.Service, r.Operation, strings.Join(slices.Sorted(maps.Keys(o)), ", ")))
	}
	return do(r)
}
