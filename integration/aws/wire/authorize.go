package wire

import "net/http"

// Authorize decides whether a caller may perform an action, such as "ssm:GetParameter", on a resource. An error denies the call.
type Authorize func(c Caller, action, resource string) error

// Check returns the failure of a call that is denied. A nil Authorize permits all.
func (a Authorize) Check(c Caller, action, resource string) error {
	if a == nil {
		return nil
	}
	if err := a(c, action, resource); err != nil {
		return NewFailure(http.StatusBadRequest, "AccessDeniedException", err.Error())
	}
	return nil
}
