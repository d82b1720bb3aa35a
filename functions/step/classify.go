package step

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	smithy "github.com/aws/smithy-go"
	transport "github.com/aws/smithy-go/transport/http"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/statemachine"
)

// codes maps the error codes of AWS services to the classes of the definition.
var codes = map[string]statemachine.ErrorName{
	"ThrottlingException":                    statemachine.ThrottledError,
	"TooManyRequestsException":               statemachine.ThrottledError,
	"RequestLimitExceeded":                   statemachine.ThrottledError,
	"ProvisionedThroughputExceededException": statemachine.ThrottledError,
	"Throttling":                             statemachine.ThrottledError,
	"ResourceInUseException":                 statemachine.NodegroupBusyError,
	"ServerException":                        statemachine.TransientError,
	"ServiceUnavailableException":            statemachine.TransientError,
	"InternalServerError":                    statemachine.TransientError,
	"ResourceNotFoundException":              statemachine.TargetNotFoundError,
	"AccessDeniedException":                  statemachine.AccessDeniedError,
	"AccessDenied":                           statemachine.AccessDeniedError,
	"UnrecognizedClientException":            statemachine.AccessDeniedError,
	"ExpiredTokenException":                  statemachine.AccessDeniedError,
	"InvalidParameterException":              statemachine.NodegroupFailedError, // EKS refuses the sizes
	"InvalidRequestException":                statemachine.NodegroupFailedError,
	"ClientException":                        statemachine.NodegroupFailedError,
}

// Classify names the class of an error. An error that says its own class is taken at its word.
func Classify(err error) statemachine.ErrorName {
	if own := (*statemachine.Error)(nil); errors.As(err, &own) {
		return own.Name
	}
	if invalid := (*config.Invalid)(nil); errors.As(err, &invalid) {
		return statemachine.ConfigInvalidError
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		return classifyAPI(err, api)
	}
	var network net.Error
	var send *transport.RequestSendError
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) || errors.As(err, &send) {
		return statemachine.TransientError
	}
	return statemachine.InternalError
}

func classifyAPI(err error, api smithy.APIError) statemachine.ErrorName {
	// EKS throttles under this code too; only the message tells.
	if api.ErrorCode() == "InvalidRequestException" && strings.Contains(api.ErrorMessage(), "Request limit exceeded") {
		return statemachine.ThrottledError
	}
	if name, ok := codes[api.ErrorCode()]; ok {
		return name
	}
	var response *transport.ResponseError
	if errors.As(err, &response) {
		switch status := response.HTTPStatusCode(); {
		case status == http.StatusTooManyRequests:
			return statemachine.ThrottledError
		case status >= http.StatusInternalServerError:
			return statemachine.TransientError
		}
	}
	return statemachine.InternalError
}
