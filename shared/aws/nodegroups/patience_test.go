package nodegroups

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	smithy "github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
)

// crowded is an EKS that answers its first calls with errors.
type crowded struct {
	API
	answers []error
	tokens  []string
}

func (c *crowded) UpdateNodegroupConfig(
	_ context.Context, in *eks.UpdateNodegroupConfigInput, _ ...func(*eks.Options),
) (*eks.UpdateNodegroupConfigOutput, error) {
	c.tokens = append(c.tokens, *in.ClientRequestToken)
	if made := len(c.tokens); made <= len(c.answers) {
		return nil, c.answers[made-1]
	}
	return &eks.UpdateNodegroupConfigOutput{Update: &types.Update{Id: aws.String("u")}}, nil
}

func TestAThrottledCallIsMadeAgain(t *testing.T) {
	t.Parallel()
	limit := &types.InvalidRequestException{Message: aws.String("Request limit exceeded")}
	rate := &smithy.GenericAPIError{Code: "TooManyRequestsException", Message: "Too Many Requests"}
	in := &types.InvalidRequestException{Message: aws.String("Nodegroup cannot be updated")}
	lost := errors.New("connection reset")
	for _, row := range []struct {
		rule      string
		answers   []error
		time      int // the number of waits that fit into the time
		calls     int
		throttled int
		want      error
	}{
		{"it goes through", nil, 9, 1, 0, nil},
		{"throttled twice, under both names", []error{limit, rate}, 9, 3, 2, nil},
		{"throttled for good", []error{rate, rate, rate, rate, limit, rate}, 9, 5, 5, limit},
		{"no time is left", []error{rate, limit, rate}, 1, 2, 2, limit},
		{"another invalid request is not repeated", []error{in}, 9, 1, 0, in},
		{"nor is a call that may have gone through", []error{rate, lost}, 9, 2, 1, lost},
	} {
		s := &crowded{answers: row.answers}
		c := Over(func(Place) API { return s })
		var waits []time.Duration
		c.calls, c.sleep = throttledCalls, func(_ context.Context, wait time.Duration) bool {
			waits = append(waits, wait)
			return len(waits) <= row.time
		}
		ctx, throttled := Throttles(t.Context())
		_, err := c.Scale(ctx, Place{Cluster: "production"}, "big", Change{}, "token")
		if !errors.Is(err, row.want) || len(s.tokens) != row.calls || throttled() != row.throttled {
			t.Errorf("%s: %v after %d calls, %d of them throttled; want %v after %d and %d",
				row.rule, err, len(s.tokens), throttled(), row.want, row.calls, row.throttled)
		}
		for i, wait := range waits {
			if most := min(firstWait<<i, longestWait); wait < most/2 || wait >= most {
				t.Errorf("%s: wait %d is %s; want half of %s or more, and less than that", row.rule, i+1, wait, most)
			}
		}
		for _, token := range s.tokens {
			if token != "token" {
				t.Errorf("%s: a repetition has another token, %q", row.rule, token)
			}
		}
	}
}

func TestOthersLeaveRepetitionsToTheirCallers(t *testing.T) {
	t.Parallel()
	rate := &smithy.GenericAPIError{Code: "TooManyRequestsException"}
	s := &crowded{answers: []error{rate}}
	ctx, throttled := Throttles(t.Context())
	_, err := Over(func(Place) API { return s }).Scale(ctx, Place{}, "big", Change{}, "token")
	if diff := cmp.Diff([]string{"token"}, s.tokens); diff != "" || !errors.Is(err, rate) || throttled() != 1 {
		t.Errorf("%v, %d throttled (-want +got):\n%s", err, throttled(), diff)
	}
}

func TestTheConfigurationSaysHowOftenACallIsMade(t *testing.T) {
	t.Parallel()
	for given, want := range map[int]int{0: throttledCalls, 1: 1, 9: 9} {
		if got := Patient(aws.Config{RetryMaxAttempts: given}).calls; got != want {
			t.Errorf("%d attempts: found %d calls; want %d", given, got, want)
		}
	}
}

func TestNoWaitOutlastsTheInvocation(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), callTime)
	defer cancel()
	if sleep(ctx, time.Millisecond) {
		t.Error("it waits although no time would be left for the call")
	}
	if !sleep(t.Context(), time.Nanosecond) {
		t.Error("it does not wait although nothing ends the call")
	}
}
