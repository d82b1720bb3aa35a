package run

import (
	"encoding/json"
	"fmt"
)

// ErrorName is a class of errors. The definition matches it by this name, and functions fail with no other.
type ErrorName string

// The retried classes: the same call may go through later.
const (
	ThrottledError ErrorName = "ThrottledError" // AWS asks to be called less often
	TransientError ErrorName = "TransientError" // a fault of the service or of the network
)

// The final classes: trying again would change nothing.
const (
	ConfigInvalidError       ErrorName = "ConfigInvalidError"       // the configuration is invalid
	ConfigIncompleteError    ErrorName = "ConfigIncompleteError"    // writing the configuration was interrupted
	InputInvalidError        ErrorName = "InputInvalidError"        // the execution's input is invalid
	TargetNotFoundError      ErrorName = "TargetNotFoundError"      // a cluster, node group or table does not exist
	AccessDeniedError        ErrorName = "AccessDeniedError"        // a permission is missing
	AccountRefusedError      ErrorName = "AccountRefusedError"      // another account does not let the function in
	NodegroupBusyError       ErrorName = "NodegroupBusyError"       // other updates kept the node group busy until waitTimeout, or EKS throttled the calls
	UnitBusyError            ErrorName = "UnitBusyError"            // another run held the unit until waitTimeout
	UnitInvalidError         ErrorName = "UnitInvalidError"         // the unit's record cannot be read
	NoProgressError          ErrorName = "NoProgressError"          // three waves in a row without a node group that arrived
	HeldBackError            ErrorName = "HeldBackError"            // a scale-down relies on node groups that are not ready
	BlastRadiusError         ErrorName = "BlastRadiusError"         // the unit's scale-downs exceed what the run may take down
	NodegroupNotAsAskedError ErrorName = "NodegroupNotAsAskedError" // the update went through, and the node group has less
	NodegroupFailedError     ErrorName = "NodegroupFailedError"     // EKS failed the update, or the node group is failing
	NodegroupDegradedError   ErrorName = "NodegroupDegradedError"   // the update went through, but the node group is DEGRADED
	NodegroupTimeoutError    ErrorName = "NodegroupTimeoutError"    // the node group did not become active in time
	UnitEndedError           ErrorName = "UnitEndedError"           // Step Functions ended the unit's execution, which left no record
	UnitStoppedError         ErrorName = "UnitStoppedError"         // the unit's execution was stopped, and left no record
	UndeliveredError         ErrorName = "UndeliveredError"         // the dead-letter queue has messages
	UnitUnrecordedError      ErrorName = "UnitUnrecordedError"      // the unit could not be recorded
	InternalError            ErrorName = "InternalError"            // none of the above: most likely a bug
)

// Error is an error of a known class.
type Error struct {
	Name ErrorName
	Err  error
}

// Errorf makes an error of a class; the rest is as for [fmt.Errorf].
func Errorf(name ErrorName, format string, args ...any) error {
	return &Error{Name: name, Err: fmt.Errorf(format, args...)}
}

// Error returns the message without the class.
func (e *Error) Error() string {
	return e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error {
	return e.Err
}

// StepError is a caught error, in the form of Step Functions.
type StepError struct {
	Error string `json:"Error"`
	Cause string `json:"Cause"`
}

// Message returns the cause in plain words. A Lambda function's cause is a JSON document with the message inside.
func (e StepError) Message() string {
	var cause struct {
		ErrorMessage string `json:"errorMessage"`
	}
	if json.Unmarshal([]byte(e.Cause), &cause) == nil && cause.ErrorMessage != "" {
		return cause.ErrorMessage
	}
	return e.Cause
}
