package step_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda/messages"
	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	api := func(code, message string) error {
		return fmt.Errorf("operation error EKS: %w", &smithy.GenericAPIError{Code: code, Message: message})
	}
	_, invalid := config.Parse([]byte("clusters: 7"))
	for _, row := range []struct {
		name string
		err  error
		want run.ErrorName
	}{
		{"throttling", api("ThrottlingException", ""), run.ThrottledError},
		{"throttling under another name", api("InvalidRequestException", "Request limit exceeded."), run.ThrottledError},
		{"another invalid request", api("InvalidRequestException", "no"), run.NodegroupFailedError},
		{"busy", api("ResourceInUseException", ""), run.NodegroupBusyError},
		{"a fault of the service", api("ServerException", ""), run.TransientError},
		{"not found", api("ResourceNotFoundException", ""), run.TargetNotFoundError},
		{"denied", api("AccessDeniedException", ""), run.AccessDeniedError},
		{"a role that is denied", &account.RefusedError{Err: api("AccessDenied", "")}, run.AccountRefusedError},
		{"refused sizes", api("InvalidParameterException", "Minimum capacity 2 can't be greater"), run.NodegroupFailedError},
		{"the time is up", fmt.Errorf("x: %w", context.DeadlineExceeded), run.TransientError},
		{"no connection", fmt.Errorf("x: %w", &net.OpError{Op: "dial", Err: errors.New("refused")}), run.TransientError},
		{"an invalid configuration", invalid, run.ConfigInvalidError},
		{"an error that says its class", fmt.Errorf("x: %w", run.Errorf(run.HeldBackError, "small")), run.HeldBackError},
		{"anything else", errors.New("x"), run.InternalError},
	} {
		if got := step.Classify(row.err); got != row.want {
			t.Errorf("%s: %s; want %s", row.name, got, row.want)
		}
	}
}

func TestEveryLineSaysWhatItIsAbout(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&lines, nil))
	handle := func(_ context.Context, log *slog.Logger, _ run.ChangeTask) (string, error) {
		log.Info("working")
		return "", run.Errorf(run.NodegroupBusyError, "somebody else is at it")
	}
	payload := `{"run":{"execution":{"name":"run-1"}},"unit":"production","decision":{"nodegroup":"big"}}`
	_, err := step.Run(t.Context(), log, handle, json.RawMessage(payload))
	var named messages.InvokeResponse_Error
	if !errors.As(err, &named) || named.Type != "NodegroupBusyError" || named.Message != "somebody else is at it" {
		t.Errorf("error %#v; want one with the name NodegroupBusyError", err)
	}
	_, err = step.Run(t.Context(), log, handle, json.RawMessage(`"nonsense"`))
	if !errors.As(err, &named) || named.Type != "InternalError" {
		t.Errorf("error %#v for a payload that is not one; want InternalError", err)
	}
	for line := range strings.Lines(lines.String()) {
		for _, key := range []string{`"execution":`, `"cluster":`, `"nodegroup":`} {
			if !strings.Contains(line, key) {
				t.Errorf("the line %s has no %s", line, key)
			}
		}
	}
}
