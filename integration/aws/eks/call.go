package eks

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"

	awseks "github.com/aws/aws-sdk-go-v2/service/eks"

	"eks-scaling-automation/integration/aws/sts"
	"eks-scaling-automation/integration/aws/wire"
	"eks-scaling-automation/integration/eksmodel"
)

// Call is a call that was made.
type Call struct {
	Operation string // as in "UpdateNodegroupConfig"
	Account   string // of the caller's credentials
	Region    string
	Cluster   string
	Nodegroup string
	Principal string // the access key ID
	Caller    sts.Identity
	Sizes     *Sizes // for an update: the requested sizes, completed with the old ones
	Token     string // of an update: its clientRequestToken
	ErrorType string // as in "ResourceInUseException"; empty when all was well
	Status    int    // of HTTP; 0 when the reply was lost
	Accepted  bool   // it has begun an update; a repetition of the same call is answered with the same update, but begins none
}

// Calls returns the calls so far, in the order in which they were applied.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// request is a call on its way in.
type request struct {
	call  Call
	input any    // an input of the SDK; nil for an unknown operation
	token string // the caller's session token
}

func (r *request) ref() eksmodel.Ref {
	return eksmodel.Ref{Cluster: r.call.Cluster, Nodegroup: r.call.Nodegroup}
}

func (r *request) place() Place { return Place{r.call.Account, r.call.Region} }

func read(hr *http.Request, op operation) (*request, error) {
	r := &request{token: hr.Header.Get("X-Amz-Security-Token"), call: Call{Operation: op.name}}
	caller, signed := wire.CallerOf(hr)
	if !signed {
		return r, wire.NewFailure(http.StatusForbidden, "MissingAuthenticationTokenException", "Missing Authentication Token")
	}
	r.call.Principal, r.call.Region = caller.Principal, caller.Region
	if op.input == nil {
		return r, nil
	}
	r.input = op.input()
	if err := r.readInput(hr); err != nil {
		return r, wire.Refuse("SerializationException", fmt.Sprintf("this is not what %s takes here: %v", op.name, err))
	}
	return r, nil
}

// readInput reads path, query and body into the input. It refuses members that the SDK does not have.
func (r *request) readInput(hr *http.Request) error {
	members := map[string]any{}
	if err := json.NewDecoder(hr.Body).Decode(&members); err != nil && err != io.EOF {
		return err
	}
	for name, values := range hr.URL.Query() {
		members[name] = values[0]
		if name == "maxResults" {
			members[name] = json.Number(values[0])
		}
	}
	for _, name := range []string{"name", "clusterName", "nodegroupName", "updateId"} {
		if value := hr.PathValue(name); value != "" {
			members[name] = value
		}
	}
	text := func(name string) string { s, _ := members[name].(string); return s }
	r.call.Cluster, r.call.Nodegroup = cmp.Or(text("clusterName"), text("name")), text("nodegroupName")
	r.call.Token = text("clientRequestToken")
	data, err := json.Marshal(members)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(r.input)
}

// sizes returns an update's sizes, completed with the node group's; nil for other calls.
func (s *Server) sizes(r *request) *Sizes {
	in, isUpdate := r.input.(*awseks.UpdateNodegroupConfigInput)
	state, found := s.in(r.place()).model.State(r.ref())
	if !isUpdate || !found {
		return nil
	}
	return new(eksmodel.AskedOf(in.ScalingConfig).Over(state.Sizes))
}
