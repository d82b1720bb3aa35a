package statuscmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/aws/tables"
)

func TestOnlyTheNodegroupsOfTheNamedClustersAreRead(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	r := s.looks(t, "berlin")
	var described []string
	for _, call := range s.Calls() {
		if strings.HasPrefix(call, "DescribeNodegroup") || strings.HasPrefix(call, "AppliedTo") || strings.HasPrefix(call, "ConfigChanges") {
			described = append(described, call)
		}
	}
	slices.Sort(described)
	if diff := cmp.Diff([]string{"AppliedTo [berlin]", "DescribeNodegroup eu-central-1 berlin/web"}, described); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if len(r.Problems) > 0 || len(r.Clusters) != 1 || r.Clusters[0].Name != "berlin" {
		t.Errorf("found %d clusters and %v; want berlin alone, and nothing wrong", len(r.Clusters), r.Problems)
	}
	_, err := s.sources().look(t.Context(), afternoon, question{Filter: filter.Filter{Clusters: []string{"nowhere"}}})
	if frame.ExitCode(err) != frame.ExitNotFound {
		t.Errorf("found %v; want that there is no such cluster", err)
	}
}

// TestWhatDoesNotNeedAnotherAnswerIsAskedAtOnce: no call is answered before all that can be are there. The others wait for
// the configuration alone.
func TestWhatDoesNotNeedAnotherAnswerIsAskedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calm, s := calmSystem(t), calmSystem(t)
		calm.looks(t)
		arrived, all := 0, make(chan struct{})
		var guard sync.Mutex
		s.Meet = func(call string) {
			if call == "Read" {
				return
			}
			guard.Lock()
			if arrived++; arrived == len(calm.Calls())-1 {
				close(all)
			}
			guard.Unlock()
			<-all // for ever, and the test fails, if one waits for another's answer
		}
		if r := s.looks(t); len(r.Problems) > 0 {
			t.Errorf("found %v", r.Problems)
		}
	})
}

func TestWhatCannotBeReadHidesNothingElse(t *testing.T) {
	t.Parallel()
	denied := &smithy.OperationError{ServiceID: "X", OperationName: "Y", Err: &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "ana may not"}}
	calm := calmSystem(t)
	calm.looks(t)
	for _, call := range calm.Calls() {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			s := calmSystem(t)
			s.Failing = map[string]error{call: fmt.Errorf("asking: %w", denied)}
			r := s.looks(t)
			if strings.HasPrefix(call, "ConfigChanges") {
				if len(r.Problems) > 0 {
					t.Errorf("found %v; want no problem: who paused scaling is shown only if it is known", r.Problems)
				}
				return
			}
			if known := r.Configuration.State == report.Valid; known == (call == "Read") || known && len(r.Clusters) != 3 {
				t.Errorf("found the configuration %s and %d clusters; want all 3, unless nothing is known of it", r.Configuration.State, len(r.Clusters))
			}
			if len(r.Problems) != 1 || r.Problems[0].Kind != report.Unreadable || !strings.Contains(r.Problems[0].Message, "access denied (ana may not); ask for the permission") {
				t.Errorf("found %v; want only that this could not be read, and why", r.Problems)
			}
		})
	}
}

// TestWhyDoesNotRepeatWhatWasRead, unless it is needed to find what is not there.
func TestWhyDoesNotRepeatWhatWasRead(t *testing.T) {
	t.Parallel()
	api := func(code string) error {
		return fmt.Errorf("listing the runs of eks-scaling: %w", &smithy.OperationError{ServiceID: "SFN", OperationName: "ListExecutions", Err: &smithy.GenericAPIError{Code: code, Message: "ana may not"}})
	}
	for _, w := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{errors.New("one\ntwo"), "one; two"},
		{api("AccessDenied"), "access denied (ana may not); ask for the permission, or use another --profile"},
		{api("Odd"), "AWS says Odd: ana may not"},
		{api("StateMachineDoesNotExist"), "listing the runs of eks-scaling: state machine not found; deploy the stack again, or name another: --stack, --region"},
	} {
		if got := collect.Why(w.err); got != w.want {
			t.Errorf("found %q; want %q", got, w.want)
		}
	}
}

func TestAlarmsOnASecondPageAreRead(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	s.Alarms, s.MoreAlarms = nil, s.Alarms
	s.MoreAlarms[0].ActionsEnabled = new(false)
	r := s.looks(t)
	if len(r.Problems) != 1 || r.Problems[0].Kind != report.AlarmSilenced || r.Problems[0].Subject != "alarm eks-scaling-reconcile-missing" {
		t.Errorf("found %v; want only that one alarm notifies no one", r.Problems)
	}
}

// TestAnInvalidUnitIsItsClustersProblemAlone and the other clusters are shown as usual.
func TestAnInvalidUnitIsItsClustersProblemAlone(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	s.brokenUnits = map[string]error{"berlin": &tables.UnitError{Unit: "berlin", Table: "logs", Err: errors.New("claim: must be an object")}}
	r := s.looks(t)
	const why = "the last applied sizes are unknown, so it is not scaled: item berlin/unit of table logs is invalid: claim: must be an object"
	if len(r.Problems) != 1 || r.Problems[0].Subject != "cluster berlin" || r.Problems[0].Message != why {
		t.Errorf("found %v; want one about berlin: %s", r.Problems, why)
	}
	if r.Clusters[2].Nodegroups[0].Applied.At.IsZero() {
		t.Errorf("what was applied to %s is not known any more", r.Clusters[2].Name)
	}
}

// TestWhatRunsAtWorkWereStartedWith is asked only of those that were started by hand, and not of those that have ended.
func TestWhatRunsAtWorkWereStartedWith(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	s.Size("production/big", 0, 5, 4)
	delete(s.applied["production"], "big")
	state := func() report.State { return s.looks(t).Clusters[2].Nodegroups[0].State }
	s.ran("manual-20261123T135900Z-ab12", stackaws.Succeeded, time.Minute, "manual", "0 scaled")
	if got := state(); got != report.NotInSync {
		t.Errorf("found %s; want that nothing is at it", got)
	}
	s.executions[0].Status, s.executions[0].Ended = stackaws.Running, time.Time{}
	for input, want := range map[string]report.State{
		"": report.Updating, `{"dryRun": true}`: report.NotInSync, `{"clusters": ["berlin"]}`: report.NotInSync, `{"clusters": ["production"]}`: report.Updating,
	} {
		s.inputs = map[string]json.RawMessage{s.executions[0].ARN: json.RawMessage(input)}
		if got := state(); got != want {
			t.Errorf("a run with the input %q: found %s; want %s", input, got, want)
		}
	}
	s.executions[0].Name = "9f0c3a52-6a3f-4a0e-9b6b-0d2f4d1c8a11"
	s.Forget()
	if got := state(); got != report.Updating {
		t.Errorf("found %s; want that a run of a schedule is at it", got)
	}
	if slices.ContainsFunc(s.Calls(), func(call string) bool { return strings.HasPrefix(call, "DescribeExecution") }) {
		t.Errorf("found the calls %q; want its input not to be read", s.Calls())
	}
}

func TestAQueueThatDoesNotCount(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	s.letters("many")
	if r := s.looks(t); len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Message, `found "many"`) {
		t.Errorf("found %v; want that the queue could not be read", r.Problems)
	}
}

func TestStatusRefuses(t *testing.T) {
	t.Parallel()
	clitest.Refuses(t, clitest.AskIn(t, frame.Environment{StdoutIsTerminal: true}, "status", "--watch", "--every", "1s"), frame.ExitUsage, "must be at least 2s")
}
