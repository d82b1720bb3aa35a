package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go"
)

// client is the part of Step Functions that is called.
type client interface {
	TestState(context.Context, *sfn.TestStateInput, ...func(*sfn.Options)) (*sfn.TestStateOutput, error)
}

// asker calls TestState within its rate.
type asker struct {
	client client
	pause  time.Duration // between two calls; 0 means none
	atOnce int
}

// ask sends every question and records the differences. An error ends it early.
func (a asker) ask(ctx context.Context, all []*question) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var turns <-chan time.Time
	if a.pause > 0 {
		ticker := time.NewTicker(a.pause)
		defer ticker.Stop()
		turns = ticker.C
	}
	queue := make(chan *question)
	var askers sync.WaitGroup
	for range a.atOnce {
		askers.Go(func() {
			for q := range queue {
				if err := a.answer(ctx, q); err != nil {
					stop(err)
				}
			}
		})
	}
	for _, q := range all {
		if turns != nil {
			select {
			case <-turns:
			case <-ctx.Done():
			}
		}
		if ctx.Err() != nil {
			break
		}
		queue <- q
	}
	close(queue)
	askers.Wait()
	return context.Cause(ctx)
}

// refused lists the error codes about the request itself, as opposed to its caller.
var refused = []string{"ValidationException", "InvalidDefinition", "InvalidExecutionInput", "InvalidArn"}

func (a asker) answer(ctx context.Context, q *question) error {
	got, err := a.client.TestState(ctx, q.input)
	if api, ok := errors.AsType[smithy.APIError](err); ok && slices.Contains(refused, api.ErrorCode()) {
		q.differences = append(q.differences, fmt.Sprintf("refused: %s: %s", api.ErrorCode(), api.ErrorMessage()))
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", q, err)
	}
	q.compare(got)
	return nil
}

// compare records the differences between TestState's answer and the trace, and what the answer lacks.
func (q *question) compare(got *sfn.TestStateOutput) {
	want := q.want
	differ := func(what, got, want string) {
		if got != want {
			q.differences = append(q.differences, fmt.Sprintf("%s is %s; the trace has %s", what, quoted(got), quoted(want)))
		}
	}
	if got.Status == "" {
		q.missing = append(q.missing, "the answer has no status")
		return
	}
	differ("status", string(got.Status), string(want.status))
	differ("next state", aws.ToString(got.NextState), want.next)
	differ("error", aws.ToString(got.Error), want.error)
	// Every engine words errors in a definition differently.
	if !strings.HasPrefix(want.error, "States.") {
		differ("cause", aws.ToString(got.Cause), want.cause)
	}
	differJSON := func(what string, got *string, want json.RawMessage) {
		if !sameJSON(aws.ToString(got), want) {
			differ(what, aws.ToString(got), string(want))
		}
	}
	differJSON("output", got.Output, want.output)
	data := got.InspectionData
	if data == nil {
		data = &types.InspectionData{}
	}
	for _, part := range []struct {
		what, field string
		got         *string
		want        json.RawMessage
	}{
		{"what the service is sent", "afterParameters", data.AfterParameters, want.sent},
		{"the input of the items", "afterItemSelector", data.AfterItemSelector, want.items},
	} {
		switch {
		case part.want == nil:
		case part.got == nil:
			q.missing = append(q.missing, part.what+": the answer has no "+part.field)
		default:
			differJSON(part.what, part.got, part.want)
		}
	}
}

func quoted(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// sameJSON reports whether two texts are the same JSON, or both missing.
func sameJSON(got string, want json.RawMessage) bool {
	if got == "" || want == nil {
		return got == "" && want == nil
	}
	var x, y any
	return json.Unmarshal([]byte(got), &x) == nil && json.Unmarshal(want, &y) == nil && reflect.DeepEqual(x, y)
}
