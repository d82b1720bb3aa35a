// Package kms fakes the part of AWS KMS that describes keys: DescribeKey and GetKeyPolicy. It keeps its state in memory and serves the
// unmodified AWS SDK and AWS CLI behind an endpoint. The world's builder fills it.
//
// It must never be more lenient than AWS: it refuses what AWS refuses, with the same error type, and everything unknown.
package kms

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"

	"eks-scaling-automation/integration/aws/wire"
)

// The states of a key.
const (
	Enabled         = "Enabled"
	Disabled        = "Disabled"
	PendingDeletion = "PendingDeletion"
)

// Key is a key.
type Key struct {
	ARN    string
	State  string // such as [Enabled]
	Spec   string // such as SYMMETRIC_DEFAULT
	Policy json.RawMessage
}

// Server is KMS in all regions of an account. The zero value has no key.
type Server struct {
	mu   sync.Mutex
	keys []Key
}

// Put adds a key, or replaces the one of the same ARN.
func (s *Server) Put(k Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = slices.DeleteFunc(s.keys, func(each Key) bool { return each.ARN == k.ARN })
	s.keys = append(s.keys, k)
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{"DescribeKey": wire.On(s.describeKey), "GetKeyPolicy": wire.On(s.getKeyPolicy)}.ServeHTTP(w, r)
}

// find returns a key by its ARN or id. Aliases are not supported.
func (s *Server) find(c wire.Caller, id string) (Key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == "" || strings.Contains(id, "alias/") {
		return Key{}, wire.Refuse("ValidationException", "Invalid keyId '"+id+"'")
	}
	for _, k := range s.keys {
		if parts := strings.Split(k.ARN, ":"); parts[3] == c.Region && (k.ARN == id || parts[5] == "key/"+id) {
			return k, nil
		}
	}
	return Key{}, wire.Refuse("NotFoundException", "Key '"+id+"' does not exist")
}

type describeKey struct {
	KeyID string `json:"KeyId"`
}

type keyAnswer struct {
	Arn        string
	KeyID      string `json:"KeyId"`
	Enabled    bool
	KeyState   string
	KeyUsage   string
	KeySpec    string
	KeyManager string
}

func (s *Server) describeKey(c wire.Caller, in describeKey) (any, error) {
	k, err := s.find(c, in.KeyID)
	answer := keyAnswer{
		Arn: k.ARN, KeyID: k.ARN[strings.LastIndex(k.ARN, "/")+1:], Enabled: k.State == Enabled, KeyState: k.State, KeyUsage: "ENCRYPT_DECRYPT",
		KeySpec: k.Spec, KeyManager: "CUSTOMER",
	}
	return struct{ KeyMetadata keyAnswer }{answer}, err
}

type getKeyPolicy struct {
	KeyID      string `json:"KeyId"`
	PolicyName string
}

func (s *Server) getKeyPolicy(c wire.Caller, in getKeyPolicy) (any, error) {
	k, err := s.find(c, in.KeyID)
	if err == nil && in.PolicyName != "" && in.PolicyName != "default" {
		err = wire.Refuse("NotFoundException", "No such policy exists")
	}
	return struct{ Policy, PolicyName string }{string(k.Policy), "default"}, err
}
