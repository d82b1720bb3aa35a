package endpointtest

import (
	"io"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// sender returns a response only after the transport has closed the request's body. The SDK closes that body as soon as a response
// begins. If the transport reads it once more to find its end, it fails, and takes the connection with the rest of the response along.
// The distance to AWS hides that; on one machine it fails a call in a hundred.
type sender struct{ aws.HTTPClient }

// Do sends a request.
func (s sender) Do(request *http.Request) (*http.Response, error) {
	if request.Body == nil {
		return s.HTTPClient.Do(request)
	}
	closed := make(chan struct{})
	watched := *request
	watched.Body = body{request.Body, sync.OnceFunc(func() { close(closed) })}
	response, err := s.HTTPClient.Do(&watched)
	if err == nil {
		select {
		case <-closed:
		case <-request.Context().Done():
		}
	}
	return response, err
}

// body reports that it was closed.
type body struct {
	io.ReadCloser
	report func()
}

func (b body) Close() error {
	defer b.report()
	return b.ReadCloser.Close()
}
