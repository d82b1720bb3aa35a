// Package s3 fakes the part of S3 that an installation needs: buckets with their owners, and objects with their checksums. A bucket's
// name is taken for all accounts, as on AWS.
//
// It must never be more lenient than S3: it refuses unknown operations and settings, an owner that is not the expected one, and a
// body that does not match its checksum.
package s3

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// Server is S3, of all regions. Use [New].
type Server struct {
	accountOf func(accessKeyID string) string
	now       func() time.Time

	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	region, owner string
	blocked       bool // public access
	objects       map[string]object
}

type object struct {
	data     []byte
	sha256   string // in base64; empty if it was uploaded without
	modified time.Time
}

// New returns an S3 without buckets. The function returns the account of a caller.
func New(accountOf func(accessKeyID string) string, now func() time.Time) *Server {
	return &Server{accountOf: accountOf, now: now, buckets: map[string]*bucket{}}
}

// Put creates a bucket of any account.
func (s *Server) Put(name, region, owner string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buckets[name] = &bucket{region: region, owner: owner, objects: map[string]object{}}
}

// Get returns an object of a bucket in a region.
func (s *Server) Get(region, name, key string) (data []byte, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[name]
	if b == nil || b.region != region {
		return nil, false
	}
	o, found := b.objects[key]
	return o.data, found
}

// Keys returns the keys of a bucket's objects, in order; found is false if there is no such bucket.
func (s *Server) Keys(name string) (keys []string, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[name]
	if b == nil {
		return nil, false
	}
	return b.keys(""), true
}

// IsPrivate reports whether a bucket blocks public access.
func (s *Server) IsPrivate(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buckets[name] != nil && s.buckets[name].blocked
}

// call is a request on its way in.
type call struct {
	wire.Request
	http        *http.Request
	bucket, key string
}

// operation names a call: its method, whether it is about a bucket or an object, and the part of a bucket, such as publicAccessBlock.
func (c call) operation() string {
	subject := "bucket"
	if c.key != "" {
		subject = "object"
	}
	for _, part := range []string{"publicAccessBlock", "delete", "list-type"} {
		if c.http.URL.Query().Has(part) {
			return c.http.Method + " " + subject + " " + part
		}
	}
	return c.http.Method + " " + subject
}

func (s *Server) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	r, refusal := wire.Read(hr)
	c := call{Request: r, http: hr}
	c.bucket, c.key, _ = strings.Cut(strings.TrimPrefix(hr.URL.Path, "/"), "/")
	do := map[string]func(http.ResponseWriter, call) error{
		"PUT bucket":                   s.createBucket,
		"HEAD bucket":                  s.headBucket,
		"DELETE bucket":                s.deleteBucket,
		"PUT bucket publicAccessBlock": s.blockPublicAccess,
		"GET bucket list-type":         s.listObjects,
		"POST bucket delete":           s.deleteObjects,
		"PUT object":                   s.putObject,
		"HEAD object":                  s.headObject,
		"GET object":                   s.getObject,
	}[c.operation()]
	s.mu.Lock()
	defer s.mu.Unlock()
	err := refusal
	switch {
	case err != nil:
	case do == nil:
		err = wire.NewFailure(http.StatusNotImplemented, "NotImplemented", "the local S3 does not know "+c.operation())
	default:
		err = do(w, c)
	}
	if err != nil {
		r.Refuse(w, failure(err))
	}
}

func failure(err error) wire.Failure {
	if f, ok := err.(wire.Failure); ok { //nolint:errorlint // nothing wraps it
		return f
	}
	return wire.NewFailure(http.StatusInternalServerError, "InternalError", err.Error())
}

// find returns the bucket of a call. Another region's bucket is a redirection, and another account's is refused.
func (s *Server) find(c call) (*bucket, error) {
	b := s.buckets[c.bucket]
	expected := c.http.Header.Get("X-Amz-Expected-Bucket-Owner")
	switch {
	case b == nil:
		return nil, wire.NewFailure(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
	case expected != "" && expected != b.owner, s.accountOf(c.Principal) != b.owner:
		return nil, wire.NewFailure(http.StatusForbidden, "AccessDenied", "Access Denied")
	case c.Region != b.region:
		return nil, wire.NewFailure(http.StatusMovedPermanently, "PermanentRedirect", "The bucket you are attempting to access must be addressed using the specified endpoint.")
	}
	return b, nil
}
