// Package secretsmanager fakes a part of AWS Secrets Manager: CreateSecret, PutSecretValue, GetSecretValue and DescribeSecret. It keeps its state in
// memory and serves the unmodified AWS SDK and AWS CLI behind an endpoint.
//
// It must never be more lenient than AWS: it refuses what AWS refuses, with the same error type, and everything unknown.
package secretsmanager

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// Server is Secrets Manager in all regions of an account. See [New].
type Server struct {
	account string
	now     func() time.Time

	mu        sync.Mutex
	secrets   map[string]secret // by ARN
	authorize wire.Authorize
}

type secret struct {
	name, value string
	created     time.Time
}

// New returns the Secrets Manager of an account, without secrets.
func New(account string, now func() time.Time) *Server {
	return &Server{account: account, now: now, secrets: map[string]secret{}}
}

var validName = regexp.MustCompile(`^[a-zA-Z0-9/_+=.@-]{1,512}$`)

// Put creates a secret, or replaces its value. It panics if AWS would refuse the secret.
func (s *Server) Put(region, name, value string) {
	if !validName.MatchString(name) || value == "" {
		panic(fmt.Sprintf("secretsmanager: found a secret with the name %q; want a name such as weather-key, and a value", name))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets[s.arn(region, name)] = secret{name, value, s.now()}
}

// SetAuthorize sets a hook that is asked before every call. Nil permits all.
func (s *Server) SetAuthorize(authorize wire.Authorize) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.authorize = authorize
}

// arn returns the ARN of a secret. It ends in six characters that AWS chooses, here by the name.
func (s *Server) arn(region, name string) string {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(name))
	return fmt.Sprintf("arn:aws:secretsmanager:%s:%s:secret:%s-%06x", region, s.account, name, sum.Sum32()%0x1000000)
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{
		"CreateSecret":   wire.On(s.createSecret),
		"DescribeSecret": wire.On(s.describeSecret),
		"GetSecretValue": wire.On(s.getSecretValue),
		"PutSecretValue": wire.On(s.putSecretValue),
	}.ServeHTTP(w, r)
}

// writtenAnswer answers a call that wrote a secret. Every secret has one version here.
type writtenAnswer struct {
	ARN, Name string
	VersionID string `json:"VersionId"`
}

const version = "00000000-0000-0000-0000-000000000000"

type createSecret struct{ Name, SecretString, Description, ClientRequestToken string }

func (s *Server) createSecret(c wire.Caller, in createSecret) (any, error) {
	arn := s.arn(c.Region, in.Name)
	switch {
	case !validName.MatchString(in.Name):
		return nil, wire.Refuse("ValidationException", "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!")
	case in.SecretString == "":
		return nil, wire.Refuse("InvalidRequestException", "SecretString: the local Secrets Manager needs a text")
	case s.has(arn):
		return nil, wire.Refuse("ResourceExistsException", "The operation failed because the secret "+in.Name+" already exists.")
	}
	s.Put(c.Region, in.Name, in.SecretString)
	return writtenAnswer{arn, in.Name, version}, nil
}

type putSecretValue struct {
	SecretID                         string `json:"SecretId"`
	SecretString, ClientRequestToken string
}

// putSecretValue replaces the value of a secret, given by its name.
func (s *Server) putSecretValue(c wire.Caller, in putSecretValue) (any, error) {
	arn := s.arn(c.Region, in.SecretID)
	if !s.has(arn) {
		return nil, wire.Refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
	}
	if in.SecretString == "" {
		return nil, wire.Refuse("InvalidRequestException", "You must provide either SecretString or SecretBinary.")
	}
	s.Put(c.Region, in.SecretID, in.SecretString)
	return writtenAnswer{arn, in.SecretID, version}, nil
}

func (s *Server) has(arn string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, found := s.secrets[arn]
	return found
}

type getSecretValue struct {
	SecretID string `json:"SecretId"`
}

type secretAnswer struct {
	ARN, Name     string
	SecretString  string
	VersionID     string `json:"VersionId"`
	VersionStages []string
	CreatedDate   time.Time
}

// getSecretValue finds a secret by its name or whole ARN, and returns the current version.
func (s *Server) getSecretValue(c wire.Caller, in getSecretValue) (any, error) {
	arn, found, err := s.find(c, "GetSecretValue", in.SecretID)
	if err != nil {
		return nil, err
	}
	return secretAnswer{
		ARN: arn, Name: found.name, SecretString: found.value, VersionID: version,
		VersionStages: []string{"AWSCURRENT"}, CreatedDate: found.created,
	}, nil
}

type describeSecret struct {
	SecretID string `json:"SecretId"`
}

type descriptionAnswer struct {
	ARN, Name   string
	CreatedDate time.Time
}

// describeSecret finds a secret by its name or whole ARN, without its value.
func (s *Server) describeSecret(c wire.Caller, in describeSecret) (any, error) {
	arn, found, err := s.find(c, "DescribeSecret", in.SecretID)
	if err != nil {
		return nil, err
	}
	return descriptionAnswer{arn, found.name, found.created}, nil
}

// find returns a secret by its name or whole ARN, if the caller may perform the operation on it.
func (s *Server) find(c wire.Caller, operation, id string) (arn string, found secret, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == "" {
		return "", found, wire.Refuse("ValidationException", "SecretId: required")
	}
	if arn = id; !strings.HasPrefix(arn, "arn:") {
		arn = s.arn(c.Region, id)
	}
	if err := s.authorize.Check(c, "secretsmanager:"+operation, arn); err != nil {
		return "", found, err
	}
	found, ok := s.secrets[arn]
	if !ok {
		return "", found, wire.Refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
	}
	return arn, found, nil
}
