package nodegroups

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	smithy "github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/budget"
)

// queue hands out slots, each so long after the request.
type queue struct {
	waits []time.Duration // negative: no slot is free
	err   error
	asked []string
}

func (q *queue) Take(_ context.Context, r budget.Request) (int64, bool, error) {
	q.asked = append(q.asked, fmt.Sprintf("%s %s %d ahead %s", r.Place, r.Kind, r.Rate, r.Ahead))
	wait := q.waits[min(len(q.asked), len(q.waits))-1]
	return r.Now.Add(wait).UnixMicro(), wait >= 0, q.err
}

func TestCallsWaitForTheirSlot(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	rate := &smithy.GenericAPIError{Code: "TooManyRequestsException"}
	ten := budget.Budget{Updates: 10}
	for _, row := range []struct {
		rule   string
		budget budget.Budget
		queue  queue
		calls  int // how often the client makes a call
		eks    []error
		made   int
		waits  []time.Duration
		asked  []string
		err    string // empty if the call goes through
	}{
		{"without a budget there is no queue", budget.Budget{Reads: 5}, queue{}, 5, nil, 1, nil, nil, ""},
		{"a free slot", ten, queue{waits: []time.Duration{0}}, 5, nil, 1, nil, []string{"own/sa-east-1 updates 10 ahead 2s"}, ""},
		{"a slot to come", ten, queue{waits: []time.Duration{time.Second}}, 5, nil, 1, []time.Duration{time.Second}, []string{"own/sa-east-1 updates 10 ahead 2s"}, ""},
		{"no slot counts as throttled", ten, queue{waits: []time.Duration{-1}}, 5, nil, 0, nil, []string{"own/sa-east-1 updates 10 ahead 2s"}, "the budget of 10 updates a second in own/sa-east-1 is used up"},
		{"a call that is made once never waits", ten, queue{waits: []time.Duration{time.Second}}, 1, nil, 1, nil, []string{"own/sa-east-1 updates 10 ahead 0s"}, ""},
		{
			"a repetition takes a slot too", ten,
			queue{waits: []time.Duration{0, time.Second}},
			2,
			[]error{rate},
			2,
			[]time.Duration{time.Second},
			[]string{"own/sa-east-1 updates 10 ahead 2s", "own/sa-east-1 updates 10 ahead 2s"},
			"",
		},
		{"a budget that cannot be read lets nothing through", ten, queue{waits: []time.Duration{0}, err: errors.New("no table")}, 5, nil, 0, nil, []string{"own/sa-east-1 updates 10 ahead 2s"}, "no table"},
	} {
		s := &crowded{answers: row.eks}
		c := Over(func(Place) API { return s }).Within(&row.queue, func() time.Time { return time.Unix(1_800_000_000, 0) })
		var waits []time.Duration
		c.calls, c.sleep = row.calls, func(_ context.Context, wait time.Duration) bool {
			if len(row.eks) == 0 || len(waits) > 0 || wait == time.Second {
				waits = append(waits, wait)
			}
			return true
		}
		ctx, throttled := Throttles(t.Context())
		_, err := c.Scale(ctx, Place{Cluster: "production", Region: "sa-east-1", Budget: row.budget}, "big", Change{}, "token")
		if diff := cmp.Diff(row.asked, row.queue.asked) + cmp.Diff(row.waits, waits); diff != "" || len(s.tokens) != row.made || throttled() != len(row.eks) {
			t.Errorf("%s: %d calls, %d throttled (-want +got):\n%s", row.rule, len(s.tokens), throttled(), diff)
		}
		if row.err == "" && err != nil || row.err != "" && (err == nil || !errors.Is(err, row.queue.err) && !awserr.Throttled(err)) {
			t.Errorf("%s: %v; want %q", row.rule, err, row.err)
		}
	}
}

// TestAnInvocationWaitsAFewSecondsInAll and takes only free slots after that.
func TestAnInvocationWaitsAFewSecondsInAll(t *testing.T) {
	t.Parallel()
	q := &queue{waits: []time.Duration{2 * time.Second}}
	c := PatientOver(func(Place) API { return &crowded{} }).Within(q, func() time.Time { return time.Unix(1_800_000_000, 0) })
	c.sleep = func(context.Context, time.Duration) bool { return true }
	place := Place{Region: "eu-west-3", Role: account.Role{ARN: "arn:aws:iam::210987654321:role/eks-scaling-spoke"}, Budget: budget.Budget{Updates: 1}}
	ctx, _ := Throttles(t.Context())
	for range 4 {
		if _, err := c.Scale(ctx, place, "big", Change{}, "token"); err != nil {
			t.Fatal(err)
		}
	}
	var want []string
	for _, ahead := range []string{"2s", "2s", "1s", "0s"} {
		want = append(want, "210987654321/eu-west-3 updates 1 ahead "+ahead)
	}
	if diff := cmp.Diff(want, q.asked); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestACommandQueuesUntilASlotIsFree as it has more time than a function.
func TestACommandQueuesUntilASlotIsFree(t *testing.T) {
	t.Parallel()
	q, s := &queue{waits: []time.Duration{-1, -1, 0}}, &crowded{}
	c := PatientOver(func(Place) API { return s }).Queueing(q, func() time.Time { return time.Unix(1_800_000_000, 0) })
	c.sleep = func(context.Context, time.Duration) bool { return true }
	if _, err := c.Scale(t.Context(), Place{Budget: budget.Budget{Updates: 1}}, "big", Change{}, "token"); err != nil || len(q.asked) != 3 || len(s.tokens) != 1 {
		t.Errorf("%v after %d questions and %d calls; want a call after 3", err, len(q.asked), len(s.tokens))
	}
}

// answering is an HTTP client that answers every call.
type answering struct{ calls int }

func (a *answering) Do(*http.Request) (*http.Response, error) {
	a.calls++
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(`{"clusters": []}`))}, nil
}

func TestAPacedClientTakesASlotForEachCall(t *testing.T) {
	t.Parallel()
	q, http := &queue{waits: []time.Duration{0}}, &answering{}
	place := Place{Region: "sa-east-1", Role: account.Role{ARN: "arn:aws:iam::210987654321:role/viewer"}, Budget: budget.Budget{Reads: 3}}
	options := eks.Options{Region: "sa-east-1", Credentials: aws.AnonymousCredentials{}, HTTPClient: http}
	client := eks.New(options, Paced(q, func() time.Time { return time.Unix(1_800_000_000, 0) }, place))
	for range 2 {
		if _, err := client.ListClusters(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	want := slices.Repeat([]string{"210987654321/sa-east-1 reads 3 ahead 2s"}, 2)
	if diff := cmp.Diff(want, q.asked); diff != "" || http.calls != 2 {
		t.Errorf("%d calls (-want +got):\n%s", http.calls, diff)
	}
}
