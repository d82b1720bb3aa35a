package sts

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/aws/wire"
)

// Failure is an error as the API returns it.
type Failure = wire.Failure

// Own is the account of users.
const Own = "123456789012"

// Roles is what IAM knows.
type Roles interface {
	// Policy returns the permissions of a role or a user, by its ARN; an error if there is no such role.
	Policy(principal string) (policy.Policy, error)
	// Trust returns a role's trust policy, by the role's ARN.
	Trust(role string) (trust policy.Trust, found bool)
}

// Service is STS. Its methods are safe for concurrent use.
type Service struct {
	roles Roles
	now   func() time.Time

	mu            sync.Mutex
	identities    map[string]Identity // by access key ID
	organizations map[string]string   // by account
	calls         []Call
	faults        wire.Faults[Call]
	down          func(region string) bool // nil: none is
}

// Call is a call that was made, as CloudTrail records it in the account of the caller.
type Call struct {
	Operation  string // as "AssumeRole"
	Region     string
	Principal  string // the access key ID
	Caller     Identity
	RoleARN    string // for AssumeRole, as are the next three
	Session    string
	ExternalID string
	Tags       map[string]string
	ErrorType  string // as "AccessDenied"; empty when all was well
	At         time.Time
}

// New returns the STS of these roles.
func New(roles Roles, now func() time.Time) *Service {
	return &Service{roles: roles, now: now, identities: map[string]Identity{}, organizations: map[string]string{}}
}

// Register says who an access key ID is. Others are users of [Own].
func (s *Service) Register(accessKeyID string, who Identity) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.identities[accessKeyID] = who
}

// Identify returns who has an access key ID.
func (s *Service) Identify(accessKeyID string) Identity {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.identify(accessKeyID)
}

func (s *Service) identify(accessKeyID string) Identity {
	if who, known := s.identities[accessKeyID]; known {
		return who
	}
	return User(Own, accessKeyID)
}

// SetOrganization makes accounts members of an organization, such as o-abcdefghij.
func (s *Service) SetOrganization(id string, accounts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, account := range accounts {
		s.organizations[account] = id
	}
}

// Authorize returns why the caller with an access key ID may not perform a request in a region; nil if it may.
func (s *Service) Authorize(accessKeyID, region string, r policy.Request) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	who := s.identify(accessKeyID)
	keys := s.context(who, region)
	maps.Copy(keys, r.Context)
	r.Context = keys
	return s.permit(who, r, false)
}

// permit asks the policies of the caller. Enough means that something else allows the request already.
func (s *Service) permit(who Identity, r policy.Request, enough bool) error {
	allowed, err := s.roles.Policy(who.Principal)
	if err != nil {
		return refusal(who, r) // the role was deleted
	}
	switch decision := allowed.Decide(r).Decision; {
	case decision == policy.ExplicitDeny:
		return fmt.Errorf("%w with an explicit deny in an identity-based policy", refusal(who, r))
	case decision == policy.Allowed || enough:
		return nil
	default:
		return refusal(who, r)
	}
}

// refusal says in AWS's words that a principal may not do something.
func refusal(who Identity, r policy.Request) error {
	return fmt.Errorf("User: %s is not authorized to perform: %s on resource: %s", who.ARN, r.Action, r.Resource)
}

// Fail makes the next calls of an operation for a role fail without effect; an empty role is any.
func (s *Service) Fail(operation, roleARN string, times int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.Fail(times, f, func(c Call) bool { return c.Operation == operation && (roleARN == "" || c.RoleARN == roleARN) })
}

// SetDown sets a hook that reports whether a region is down. Its calls are answered with 503.
func (s *Service) SetDown(down func(region string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// Calls returns the calls so far, in the order in which they were made.
func (s *Service) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// ServeHTTP executes one call. A session gets the caller's session token, if it has one, by which [clock.Work] is found.
func (s *Service) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	token := cmp.Or(hr.Header.Get("X-Amz-Security-Token"), "local")
	wire.Operations{
		"AssumeRole": wire.On(func(c wire.Caller, in assumeRole) (any, error) { return s.assumeRole(c, in, token) }),
		"GetCallerIdentity": wire.On(func(c wire.Caller, _ struct{}) (any, error) {
			return s.made(Call{Operation: "GetCallerIdentity", Region: c.Region, Principal: c.Principal}, func(call Call) (any, error) {
				return callerIdentity{call.Caller.ARN, c.Principal, call.Caller.Account}, nil
			})
		}),
	}.ServeHTTP(w, hr)
}

type callerIdentity struct {
	ARN     string `json:"Arn"`
	UserID  string `json:"UserId"`
	Account string
}

// made executes and records a call, with the service locked.
func (s *Service) made(c Call, do func(Call) (any, error)) (answer any, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Caller, c.At = s.identify(c.Principal), s.now()
	switch failure := s.faults.Failure(c); {
	case s.down != nil && s.down(c.Region):
		err = wire.Down(c.Region)
	case failure != nil:
		err = *failure
	default:
		answer, err = do(c)
	}
	if f, is := err.(wire.Failure); is { //nolint:errorlint // operations return failures as they are
		c.ErrorType = f.Type
	}
	s.calls = append(s.calls, c)
	return answer, err
}
