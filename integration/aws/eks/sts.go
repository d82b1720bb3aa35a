package eks

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"eks-scaling-automation/integration/aws/wire"
)

// AccessKeyID returns the access key ID that AssumeRole returns for a role, which Call.Principal shows:
// "assumed-123456789012-scaler" for arn:aws:iam::123456789012:role/scaler.
func AccessKeyID(roleARN string) string {
	account, role, _ := splitRole(roleARN)
	return "assumed-" + account + "-" + strings.ReplaceAll(role, "/", "-")
}

func splitRole(text string) (account, role string, ok bool) {
	parsed, err := arn.Parse(text)
	role, ok = strings.CutPrefix(parsed.Resource, "role/")
	return parsed.AccountID, role, ok && err == nil && parsed.Service == "iam"
}

func stsOperation(r *http.Request) operation {
	_ = r.ParseForm() // an invalid body has no Action
	switch action := r.PostForm.Get("Action"); action {
	case "AssumeRole":
		return operation{name: action, style: query, apply: assumeRole}
	case "GetCallerIdentity":
		return operation{name: action, style: query, apply: getCallerIdentity}
	default:
		return operation{name: "STS " + action, style: query, apply: unknown}
	}
}

type credentials struct {
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      string
}

type assumedRole struct {
	Credentials     credentials
	AssumedRoleUser struct {
		ID  string `json:"AssumedRoleId"`
		ARN string `json:"Arn"`
	}
}

type callerIdentity struct {
	ARN     string `json:"Arn"`
	UserID  string `json:"UserId"`
	Account string
}

func assumeRole(s *Server, r *request) (any, error) {
	owner, role, ok := splitRole(r.call.RoleARN)
	session := r.form.Get("RoleSessionName")
	if !ok || session == "" {
		return nil, wire.Refuse("ValidationError", "RoleArn must be the ARN of a role, and RoleSessionName must be given")
	}
	key := AccessKeyID(r.call.RoleARN)
	arn := "arn:aws:sts::" + owner + ":assumed-role/" + role[strings.LastIndex(role, "/")+1:] + "/" + session
	s.sessions[key] = arn
	// They never expire: there may be no clock.
	assumed := assumedRole{Credentials: credentials{key, "local", cmp.Or(r.token, "local"), "2999-12-31T23:59:59Z"}}
	assumed.AssumedRoleUser.ID, assumed.AssumedRoleUser.ARN = key+":"+session, arn
	return assumed, nil
}

func getCallerIdentity(s *Server, r *request) (any, error) {
	return callerIdentity{s.identity(r.call.Principal), r.call.Principal, r.call.Account}, nil
}

// identity returns the caller's ARN from an access key ID.
func (s *Server) identity(principal string) string {
	return cmp.Or(s.sessions[principal], "arn:aws:iam::"+Own+":user/"+principal)
}

// account returns the caller's account from an access key ID; for an assumed role, the role's account. Calls count there.
func (s *Server) account(principal string) string {
	return strings.Split(s.identity(principal), ":")[4]
}

// query writes STS's answers, in XML.
var query = style{
	accessDenied: "AccessDenied",
	answer: func(w http.ResponseWriter, operation string, body any) {
		wire.Request{Protocol: wire.Query, Operation: operation}.Answer(w, body)
	},
	refuse: func(w http.ResponseWriter, _ *request, f Failure) { wire.Request{Protocol: wire.Query}.Refuse(w, f) },
}
