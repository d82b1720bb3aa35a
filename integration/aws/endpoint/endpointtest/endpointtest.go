// Package endpointtest helps to test the services behind an endpoint through the unmodified AWS SDK.
package endpointtest

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/endpoint"
)

// The tests' account and region.
const (
	Region  = "sa-east-1"
	Account = "123456789012"
)

// Noon is the time of every endpoint.
var Noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// New returns an endpoint without services.
func New() *endpoint.Endpoint { return endpoint.NewEndpoint(func() time.Time { return Noon }) }

// At serves an endpoint with one service until the test ends, and configures a client in a region.
func At(t *testing.T, region, service string, h http.Handler) aws.Config {
	t.Helper()
	e := New()
	e.Handle(service, h)
	return Client(t, e, region)
}

// Client serves an endpoint until the test ends, and configures a client in a region.
func Client(t *testing.T, e *endpoint.Endpoint, region string) aws.Config {
	t.Helper()
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	return Config(server.URL, region)
}

// Config configures a client that never retries. It has its own connections: a server of net/http/httptest closes the default
// transport's connections when it closes, even in parallel tests.
func Config(url, region string) aws.Config {
	return aws.Config{
		Region: region, BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider("somebody", "local", ""),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} }, HTTPClient: sender{awshttp.NewBuildableClient().WithTimeout(time.Minute)},
	}
}

// Code returns the type of a service's error; empty if there is none.
func Code(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	refused, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		t.Fatalf("found the error %v; want one that the service answered", err)
	}
	return refused.ErrorCode()
}

// MustCode fails the test unless a service returned an error of this type.
func MustCode(t *testing.T, what string, err error, want string) {
	t.Helper()
	if got := Code(t, err); got != want {
		t.Errorf("%s: found the error %q (%v); want %q", what, got, err, want)
	}
}

// Same fails the test if the values differ.
func Same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
