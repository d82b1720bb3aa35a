package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// request is what TestState takes of all that this command has to say; anything else fails the test.
type request struct {
	Definition, StateName, Input, InspectionLevel string

	Context            string
	Mock               *mocked
	StateConfiguration *configuration
}

type mocked struct {
	Result      string
	ErrorOutput *struct{ Error, Cause string }
}

type configuration struct {
	RetrierRetryCount  int
	ErrorCausedByState string
}

// reply is what the stand-in for TestState answers.
type reply struct {
	code int // of HTTP; 0 is good
	body string
}

// stepFunctions stands in for Step Functions: it answers by the state's name, in order, and keeps what it was asked.
type stepFunctions struct {
	t       *testing.T
	replies map[string][]reply

	mu    sync.Mutex
	asked []request
}

func (s *stepFunctions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if host := r.Host; host != "sync-states.test" {
		s.t.Errorf("called %s; want the endpoint for what is answered at once", host)
	}
	if operation := r.Header.Get("X-Amz-Target"); operation != "AWSStepFunctions.TestState" {
		s.t.Errorf("called %s", operation)
	}
	var q request
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&q); err != nil {
		s.t.Errorf("the request: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, q)
	next := refuse("ValidationException", "asked too often")
	if left := s.replies[q.StateName]; len(left) > 0 {
		next, s.replies[q.StateName] = left[0], left[1:]
	}
	if no := q.refusal(); no != nil {
		next = *no
	}
	if next.code != 0 {
		w.WriteHeader(next.code)
	}
	_, _ = w.Write([]byte(next.body))
}

// clientOf is a client of the stand-in, which finds it at any address.
func clientOf(t *testing.T, s *stepFunctions) client {
	t.Helper()
	s.t = t
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return sfn.New(sfn.Options{
		Region: "sa-east-1", BaseEndpoint: aws.String("http://states.test"), HTTPClient: &http.Client{Transport: transport},
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""), Retryer: aws.NopRetryer{},
	})
}
