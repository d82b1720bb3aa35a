package eks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"eks-scaling-automation/integration/aws/wire"
)

// Call is a call that was made.
type Call struct {
	Operation string // as in "UpdateNodegroupConfig"
	Region    string
	Cluster   string
	Nodegroup string
	Principal string // the access key id; for an assumed role see AccessKeyID
	RoleARN   string // of AssumeRole: the role that is asked for
	Sizes     *Sizes // of an update: the sizes it asks for, those it leaves out being as they were
	Token     string // of an update: its clientRequestToken
	ErrorType string // as in "ResourceInUseException"; empty when all was well
	Status    int    // of HTTP; 0 when the reply was lost
	Accepted  bool   // it has begun an update; a repetition of the same call is answered with the same update, but begins none
}

// Calls are the calls made so far, in the order in which they were applied.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// request is a call on its way in.
type request struct {
	call   Call
	update string
	query  url.Values
	config *updateRequest // what an update sends; nil for other operations
	form   url.Values     // what STS is sent
	token  string         // the caller's session token
}

func (r *request) place() place { return place{r.call.Region, r.call.Cluster} }

func read(hr *http.Request, operation string) (*request, error) {
	r := &request{query: hr.URL.Query(), form: hr.PostForm, update: hr.PathValue("update")}
	r.call = Call{Operation: operation, Cluster: hr.PathValue("cluster"), Nodegroup: hr.PathValue("nodegroup"), RoleARN: r.form.Get("RoleArn")}
	if r.call.Nodegroup == "" {
		r.call.Nodegroup = r.query.Get("nodegroupName")
	}
	caller, signed := wire.CallerOf(hr)
	if !signed {
		return r, wire.NewFailure(http.StatusForbidden, "MissingAuthenticationTokenException", "Missing Authentication Token")
	}
	r.call.Principal, r.call.Region, r.token = caller.Principal, caller.Region, hr.Header.Get("X-Amz-Security-Token")
	if operation != "UpdateNodegroupConfig" {
		return r, nil
	}
	var body struct {
		updateRequest

		ClientRequestToken string `json:"clientRequestToken"`
	}
	decoder := json.NewDecoder(hr.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		return r, wire.Refuse("SerializationException", fmt.Sprintf("the body is not what %s takes here: %v", operation, err))
	}
	r.config, r.call.Token = &body.updateRequest, body.ClientRequestToken
	return r, nil
}
