package scheduler

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// Call is a call that was made.
type Call struct {
	Operation string // as in "UpdateSchedule"
	Group     string // "default" when a schedule's was left out; empty for a list over all groups
	Name      string // of the schedule; empty for a list
	Principal string // the caller's access key ID
	ErrorType string // as in "ConflictException"; empty when all was well
	Status    int    // of HTTP; 0 when the reply was lost
}

// Calls returns the calls so far, in the order in which they were applied.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// request is a call on its way in.
type request struct {
	call   Call
	region string
	now    time.Time
	query  url.Values
	wanted wanted
	token  string // the client token; empty if none was sent
}

func read(hr *http.Request, operation string) (*request, error) {
	r := &request{query: hr.URL.Query(), call: Call{Operation: operation, Name: hr.PathValue("name")}}
	caller, signed := wire.CallerOf(hr)
	if !signed {
		return r, wire.NewFailure(http.StatusForbidden, "MissingAuthenticationTokenException", "Missing Authentication Token")
	}
	r.call.Principal, r.region = caller.Principal, caller.Region
	if operation == "CreateSchedule" || operation == "UpdateSchedule" {
		body := json.NewDecoder(hr.Body)
		body.DisallowUnknownFields() // AWS would not ignore unknown fields
		if err := body.Decode(&r.wanted); err != nil {
			message := fmt.Sprintf("the body is not what %s takes: %v", operation, err)
			return r, wire.Refuse("SerializationException", message)
		}
	}
	return r, r.address()
}

// address reads and checks the schedule, or the group, of a request.
func (r *request) address() error {
	group, token := r.wanted.GroupName, r.wanted.ClientToken
	if r.call.Name == "" {
		group = r.parameter("ScheduleGroup")
	} else {
		group, token = cmp.Or(group, r.parameter("groupName")), cmp.Or(token, r.parameter("clientToken"))
		r.call.Group = defaultGroup
		if err := mustMatch(r.call.Name, "name", namePattern); err != nil {
			return err
		}
	}
	if group != nil {
		r.call.Group = *group
		if err := mustMatch(*group, "groupName", namePattern); err != nil {
			return err
		}
	}
	if token != nil {
		r.token = *token
		return mustMatch(*token, "clientToken", tokenPattern)
	}
	return nil
}

// parameter returns a parameter of the query; nil if it was not sent.
func (r *request) parameter(name string) *string {
	if !r.query.Has(name) {
		return nil
	}
	return new(r.query.Get(name))
}
