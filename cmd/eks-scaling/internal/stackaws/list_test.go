package stackaws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws/stackawstest"
	"eks-scaling-automation/shared/run"
)

// past is a run an hour, the last one at noon. Every third run failed.
func past(n int) []*stackawstest.Execution {
	var all []*stackawstest.Execution
	for i := range n {
		e := &stackawstest.Execution{Name: fmt.Sprintf("run-%d", i), Status: "SUCCEEDED", Started: noon.Add(-time.Duration(i) * time.Hour)}
		e.Ended = e.Started.Add(time.Minute)
		if i%3 == 2 {
			e.Status = []string{"FAILED", "TIMED_OUT", "ABORTED"}[i/3%3]
		}
		all = append(all, e)
	}
	return all
}

func TestList(t *testing.T) {
	t.Parallel()
	redriven := past(4)
	redriven[3].Redriven, redriven[3].Redrives = noon.Add(-time.Minute), 1
	redriven = []*stackawstest.Execution{redriven[0], redriven[3], redriven[1], redriven[2]} // AWS may put it there
	failures := []string{"ListExecutions FAILED", "ListExecutions TIMED_OUT", "ListExecutions ABORTED"}
	for _, tt := range []struct {
		name      string
		there     []*stackawstest.Execution
		since     time.Duration
		failed    bool
		limit     int
		want      []string
		wantCalls []string
	}{
		{"none", nil, time.Hour, false, 0, nil, []string{"ListExecutions"}},
		{"since, its instant included", past(5), 2 * time.Hour, false, 0, []string{"run-0", "run-1", "run-2"}, []string{"ListExecutions"}},
		{"a limit", past(5), 24 * time.Hour, false, 2, []string{"run-0", "run-1"}, []string{"ListExecutions"}},
		{"failed, one call a status, in order of time", past(12), 24 * time.Hour, true, 0, []string{"run-2", "run-5", "run-8", "run-11"}, failures},
		{"failed with a limit", past(12), 24 * time.Hour, true, 2, []string{"run-2", "run-5"}, failures},
		{"redriven since, though it was started before", redriven, 90 * time.Minute, false, 0, []string{"run-0", "run-1", "run-3"}, []string{"ListExecutions"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &stackawstest.Service{Executions: tt.there}
			found, err := at(s).List(t.Context(), noon.Add(-tt.since), tt.failed, tt.limit)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range found {
				got = append(got, e.Name)
			}
			if !slices.Equal(got, tt.want) || !slices.Equal(s.Calls, tt.wantCalls) {
				t.Errorf("found %q with the calls %q; want %q with %q", got, s.Calls, tt.want, tt.wantCalls)
			}
		})
	}
}

func TestListReadsPageAfterPageAndNoneTooMany(t *testing.T) {
	t.Parallel()
	s := &stackawstest.Service{Executions: past(250)}
	found, err := at(s).List(t.Context(), noon.Add(-149*time.Hour), false, 0)
	if err != nil || len(found) != 150 || len(s.Calls) != 2 {
		t.Errorf("found %d runs in %d calls (%v); want 150 in 2", len(found), len(s.Calls), err)
	}
	want := Summary{
		Name: "run-149", ARN: stackawstest.ARN("run-149"), Status: TimedOut, Started: noon.Add(-149 * time.Hour), Ended: noon.Add(-149*time.Hour + time.Minute),
	}
	if diff := cmp.Diff(want, found[149]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	s := &stackawstest.Service{Executions: []*stackawstest.Execution{{
		Name: "run", Status: "FAILED", Input: `{"trigger":"manual"}`, Started: noon, Ended: noon.Add(time.Minute), Error: "E", Cause: "c",
		NotRedrivable: "too old",
	}}}
	want := Execution{
		Summary: Summary{Name: "run", ARN: stackawstest.ARN("run"), Status: Failed, Started: noon, Ended: noon.Add(time.Minute)},
		Input:   []byte(`{"trigger":"manual"}`), Error: &run.StepError{Error: "E", Cause: "c"}, NotRedrivable: "too old",
	}
	for _, name := range []string{"run", stackawstest.ARN("run")} {
		got, err := at(s).Describe(t.Context(), name)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
	for _, name := range []string{"other", stackawstest.ARN("other"), "arn:aws:states:sa-east-1:123456789012:execution:another:run"} {
		if _, err := at(s).Describe(t.Context(), name); !errors.Is(err, ErrNoExecution) {
			t.Errorf("%s: found %v; want %v", name, err, ErrNoExecution)
		}
	}
}

// bare answers every call with nothing.
type bare struct{ ExecutionsAPI }

func (bare) StartExecution(context.Context, *sfn.StartExecutionInput, ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error) {
	return &sfn.StartExecutionOutput{}, nil
}

func (bare) DescribeExecution(context.Context, *sfn.DescribeExecutionInput, ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error) {
	return &sfn.DescribeExecutionOutput{}, nil
}

func TestAnswersThatLackWhatIsKnownAlready(t *testing.T) {
	t.Parallel()
	r := NewExecutions(bare{}, stackawstest.Machine)
	started, err := r.Start(t.Context(), "run", run.Input{})
	if want := (Summary{Name: "run", ARN: stackawstest.ARN("run"), Status: Running}); err != nil || started != want {
		t.Errorf("found %+v (%v); want %+v", started, err, want)
	}
	described, err := r.Describe(t.Context(), "run")
	if want := (Summary{Name: "run", ARN: stackawstest.ARN("run")}); err != nil || described.Summary != want {
		t.Errorf("found %+v (%v); want %+v", described.Summary, err, want)
	}
}
