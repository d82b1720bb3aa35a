package wire

import "net/http"

// Failure is an error as an API returns it.
type Failure struct {
	Status  int    // of HTTP, as 429
	Type    string // as "ThrottlingException"
	Message string
}

func (f Failure) Error() string { return f.Type + ": " + f.Message }

// NewFailure returns a failure with an HTTP status.
func NewFailure(status int, kind, message string) Failure {
	return Failure{Status: status, Type: kind, Message: message}
}

// Down returns the failure of every call to a region that is down.
func Down(region string) Failure {
	return NewFailure(http.StatusServiceUnavailable, "ServiceUnavailableException", "no service answers in "+region)
}

// Refuse returns the failure of an invalid request, with status 400.
func Refuse(kind, message string) Failure {
	return NewFailure(http.StatusBadRequest, kind, message)
}
