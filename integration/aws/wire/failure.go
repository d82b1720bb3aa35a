package wire

import "net/http"

// Failure is an error as an API answers it.
type Failure struct {
	Status  int    // of HTTP, as 429
	Type    string // as "ThrottlingException"
	Message string
}

func (f Failure) Error() string { return f.Type + ": " + f.Message }

// NewFailure is a failure of a status of HTTP.
func NewFailure(status int, kind, message string) Failure {
	return Failure{Status: status, Type: kind, Message: message}
}

// Refuse is the failure of a request that is wrong in itself: it has the status 400.
func Refuse(kind, message string) Failure {
	return NewFailure(http.StatusBadRequest, kind, message)
}
