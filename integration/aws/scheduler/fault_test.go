package scheduler_test

import (
	"errors"
	"net/http"
	"testing"

	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	smithy "github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/scheduler"
)

var throttled = scheduler.Failure{Status: http.StatusTooManyRequests, Type: "ThrottlingException", Message: "Rate exceeded"}

func TestAFaultIsForItsOperationAndName(t *testing.T) {
	w := start(t)
	w.Fail("DeleteSchedule", "", 1, scheduler.Failure{Status: http.StatusConflict, Type: "ConflictException"})
	w.Fail("CreateSchedule", "other", 1, throttled)
	w.Fail("ListSchedules", "", 1, scheduler.Failure{Status: http.StatusInternalServerError, Type: "InternalServerException"})
	w.mustCreate(night())
	if err := w.delete("night"); code(err) != "ConflictException" {
		t.Error(err)
	}
	if err := w.create(plain("other", "rate(1 day)")); code(err) != "ThrottlingException" {
		t.Error(err)
	}
	_, err := w.client.ListSchedules(t.Context(), &awsscheduler.ListSchedulesInput{})
	if _, ok := errors.AsType[*types.InternalServerException](err); !ok {
		t.Error(err)
	}
	w.holds(stored())
}

func TestALostReplyIsOfACallThatWasDone(t *testing.T) {
	w := start(t)
	w.LoseReply("CreateSchedule", "", 1)
	if err := w.create(night()); err == nil || code(err) != err.Error() {
		t.Error("there was a reply:", err)
	}
	w.holds(stored())
	if err := w.create(night()); code(err) != "ConflictException" {
		t.Error(err)
	}
	w.LoseReply("DeleteSchedule", "night", 1)
	if err := w.delete("night"); err == nil {
		t.Error("there was a reply")
	}
	w.holds()
	w.called("CreateSchedule scaling/night 0", "CreateSchedule scaling/night 409 ConflictException", "DeleteSchedule scaling/night 0")
}

func TestAHookBeforeACallMayCallToo(t *testing.T) {
	w := start(t)
	other := client(w.Server, "other")
	w.Before(func(c scheduler.Call) {
		if c.Principal == "tester" {
			if _, err := other.CreateSchedule(t.Context(), plain("night", "rate(1 day)")); err != nil {
				t.Error(err)
			}
		}
	})
	if err := w.create(night()); code(err) != "ConflictException" {
		t.Error(err)
	}
	w.holds(defaults("night", "rate(1 day)"))
	want := []scheduler.Call{
		{Operation: "CreateSchedule", Group: scaling, Name: "night", Principal: "other", Status: 200},
		{Operation: "CreateSchedule", Group: scaling, Name: "night", Principal: "tester", Status: 409, ErrorType: "ConflictException"},
	}
	if diff := cmp.Diff(want, w.Calls()); diff != "" {
		t.Error(diff)
	}
}

func TestAHookMayKillACallBeforeItIsDone(t *testing.T) {
	w := start(t)
	w.Before(func(c scheduler.Call) {
		if c.Operation == "DeleteSchedule" {
			panic(http.ErrAbortHandler)
		}
	})
	w.mustCreate(night())
	if err := w.delete("night"); err == nil {
		t.Error("there was a reply")
	}
	w.holds(stored())
	w.called("CreateSchedule scaling/night 200")
	w.Before(nil)
	if err := w.delete("night"); err != nil {
		t.Error(err)
	}
}

func TestAuthorizeIsAskedAboutEveryCall(t *testing.T) {
	w := start(t)
	w.SetAuthorize(func(c scheduler.Call) error {
		if c.Operation == "CreateSchedule" && c.Group == scaling {
			return errors.New(c.Principal + " may not create " + c.Name)
		}
		return nil
	})
	err := w.create(night())
	if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != "AccessDeniedException" || api.ErrorMessage() != "tester may not create night" {
		t.Error(err)
	}
	elsewhere := night()
	elsewhere.GroupName = nil
	w.mustCreate(elsewhere)
	w.SetAuthorize(nil)
	w.mustCreate(night())
	w.called("CreateSchedule scaling/night 403 AccessDeniedException", "CreateSchedule default/night 200", "CreateSchedule scaling/night 200")
}
