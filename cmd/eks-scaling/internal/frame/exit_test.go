package frame_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/smithy-go"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
)

func TestExitCodes(t *testing.T) {
	t.Parallel()
	ofAWS := func(err error) error {
		return fmt.Errorf("reading: %w", &smithy.OperationError{ServiceID: "DynamoDB", OperationName: "GetItem", Err: err})
	}
	api := func(code string) error { return ofAWS(&smithy.GenericAPIError{Code: code}) }
	for name, row := range map[string]struct {
		err  error
		want int
	}{
		"success":                               {nil, 0},
		"findings":                              {frame.ErrFindings, 1},
		"an invalid document":                   {errors.New("x.yaml:1:1: unknown field"), 1},
		"a call that was interrupted":           {ofAWS(context.Canceled), 1},
		"usage":                                 {frame.UsageErr(errors.New("u")), 2},
		"an unknown name":                       {frame.NotFound(errors.New("n")), 3},
		"a stack that CloudFormation denies":    {frame.NotFound(api("ValidationError")), 3},
		"an unknown item":                       {fmt.Errorf("a: %w", &inventory.NotFoundError{}), 3},
		"an unknown run":                        {api("ResourceNotFoundException"), 3},
		"a write that came too late":            {ofAWS(inventory.ErrConflict), 4},
		"a name that is taken":                  {frame.Taken(errors.New("t")), 4},
		"an overtaken run":                      {frame.ErrOvertaken, 4},
		"no permission":                         {api("AccessDeniedException"), 5},
		"the same with a remedy":                {frame.WithRemedy(api("AccessDeniedException")), 5},
		"throttled":                             {api("ThrottlingException"), 5},
		"no answer in time":                     {frame.WithRemedy(ofAWS(context.DeadlineExceeded)), 5},
		"no credentials":                        {frame.WithoutCredentials(errors.New("none")), 5},
		"credentials that AWS refuses":          {frame.WithoutCredentials(api("ExpiredToken")), 5},
		"an interrupted search for credentials": {frame.WithoutCredentials(context.Canceled), 1},
		"no region":                             {frame.NoAccess(errors.New("no AWS region")), 5},
		"a report that is not complete":         {frame.ErrCouldNotLook, 5},
		"usage before access":                   {errors.Join(frame.NoAccess(errors.New("a")), frame.UsageErr(errors.New("u"))), 2},
	} {
		if got := frame.ExitCode(row.err); got != row.want {
			t.Errorf("%s: found exit code %d; want %d", name, got, row.want)
		}
	}
}

func TestAnswersForMachinesAreVersionedObjects(t *testing.T) {
	t.Parallel()
	type pair struct {
		B string `json:"b"`
		A int    `json:"a"`
	}
	for name, row := range map[string]struct {
		value any
		want  string
	}{
		"an object keeps its fields in order": {pair{"<&>", 1}, `{"apiVersion":"eks-scaling/v1","b":"<&>","a":1}`},
		"a list becomes items":                {[]int{1, 2}, `{"apiVersion":"eks-scaling/v1","items":[1,2]}`},
		"no list is an empty one":             {[]int(nil), `{"apiVersion":"eks-scaling/v1","items":[]}`},
		"an object without fields":            {struct{}{}, `{"apiVersion":"eks-scaling/v1"}`},
		"one that is marked already":          {map[string]any{"apiVersion": frame.APIVersion, "x": 1}, `{"apiVersion":"eks-scaling/v1","x":1}`},
	} {
		if got, err := frame.Envelope(row.value); err != nil || string(got) != row.want {
			t.Errorf("%s: found %s (%v); want %s", name, got, err, row.want)
		}
	}
}
