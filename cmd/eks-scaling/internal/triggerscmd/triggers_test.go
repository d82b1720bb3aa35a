package triggerscmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/triggers"
)

// timetable is a tool on a configuration in memory, with EventBridge Scheduler beside it.
type timetable struct {
	*schedulerlocal.Server
	config *clitest.Memory
	env    frame.Environment
	clock  *time.Time // this machine's; EventBridge Scheduler's stays
}

const stacksGroup, triggersGroup = "eks-scaling", "eks-scaling-triggers"

// scheduled has the rich configuration, and every trigger in sync.
func scheduled(t *testing.T) timetable {
	t.Helper()
	server, err := schedulerlocal.Start(func() time.Time { return clitest.Monday })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	server.CreateGroup(stacksGroup)
	server.CreateGroup(triggersGroup)
	clitest.AtServer(t, server.URL())
	clock := clitest.Monday
	w := timetable{server, clitest.Filled(t), frame.Environment{}, &clock}
	w.env = clitest.Holding(w.config)
	w.env.Now = func() time.Time { return clock }
	inMemory := w.env.Connect
	w.env.Connect = func(ctx context.Context, place frame.AWSPlace, notes io.Writer, now func() time.Time) (frame.Session, error) {
		s, err := inMemory(ctx, place, notes, now)
		cfg, awsErr := frame.OpenAWS(ctx, place)
		s.AWS, s.Stack = cfg, deployment.Stack{
			Partition: "aws", ReconcileGroup: stacksGroup, TriggersGroup: triggersGroup, Reconcile: "cron(23 * ? * * *)",
			StateMachineARN:  "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling",
			SchedulerRoleARN: "arn:aws:iam::123456789012:role/scheduler", DeadLetterARN: "arn:aws:sqs:sa-east-1:123456789012:undelivered",
		}
		return s, errors.Join(err, awsErr)
	}
	reconcile := triggers.Reconcile("cron(23 * ? * * *)")
	w.Put(schedulerlocal.Schedule{
		Name: reconcile.Name, Group: stacksGroup, Expression: reconcile.Expression, Timezone: "UTC", Description: reconcile.Description, State: "ENABLED",
		Input: reconcile.StartExecution("arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling"), TargetArn: triggers.TargetARN("aws"),
		RoleArn: "arn:aws:iam::123456789012:role/scheduler", DeadLetterArn: "arn:aws:sqs:sa-east-1:123456789012:undelivered",
		MaximumEventAgeInSeconds: triggers.MaxAgeSeconds, MaximumRetryAttempts: triggers.MaxAttempts, ActionAfterCompletion: "NONE", FlexibleMode: "OFF",
	})
	w.asks(t, "sync", "--yes")
	return w
}

// pausedNote is on stderr after every verb, as one of the clusters is paused.
const pausedNote = "Cluster paused is PAUSED since 2026-11-23 12:00 UTC by ana. Resume with: eks-scaling resume paused\n"

// asks calls a verb of triggers, which is to go well and to have nothing else to say.
func (w timetable) asks(t *testing.T, args ...string) string {
	t.Helper()
	a := clitest.AskIn(t, w.env, append([]string{"triggers"}, args...)...)
	if a.Err != nil || a.Stderr != pausedNote {
		t.Fatalf("%q failed: %v, and printed to stderr %q; want it to go well\n%s", args, a.Err, a.Stderr, a.Stdout)
	}
	return a.Stdout
}

// breaks changes one, removes another, disables a third and adds one that nobody needs.
func (w timetable) breaks(t *testing.T) {
	t.Helper()
	for _, s := range w.Schedules(triggersGroup) {
		switch triggers.WithoutFingerprint(s.Name) {
		case "weekly-America-Sao_Paulo-0630":
			s.Expression, s.MaximumRetryAttempts = "cron(30 6 ? * MON *)", 185
			w.Put(s)
		case "weekly-America-Sao_Paulo-2200":
			s.State = "DISABLED"
			w.Put(s)
		case "weekly-Europe-Berlin-0230":
			w.remove(t, s.Name)
		}
	}
	w.Put(schedulerlocal.Schedule{
		Name: "my-own", Group: triggersGroup, Expression: "rate(5 minutes)", TargetArn: "arn:aws:lambda:sa-east-1:123456789012:function:mine",
		RoleArn: "arn:aws:iam::123456789012:role/scheduler",
	})
}

// scheduleOf is the name of the schedule of a trigger that follows the configuration; empty if there is none.
func (w timetable) scheduleOf(trigger string) string {
	for _, s := range w.Schedules(triggersGroup) {
		if triggers.WithoutFingerprint(s.Name) == trigger {
			return s.Name
		}
	}
	return ""
}

// remove takes a schedule away, as a person with a console would.
func (w timetable) remove(t *testing.T, name string) {
	t.Helper()
	cfg, err := frame.OpenAWS(t.Context(), frame.AWSPlace{})
	if err != nil {
		t.Fatal(err)
	}
	in := &awsscheduler.DeleteScheduleInput{Name: &name, GroupName: new(triggersGroup)}
	if _, err := awsscheduler.NewFromConfig(cfg).DeleteSchedule(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

// TestWhatIsDoneIsWhatIsDueAfterTheQuestion and not what was shown before it, while others went on working.
func TestWhatIsDoneIsWhatIsDueAfterTheQuestion(t *testing.T) {
	const theirs = "once-20261123T140000Z" // the end of the override that a colleague sets
	for name, row := range map[string]struct {
		meanwhile func(t *testing.T, w timetable)
		typed     string
		says      []string
		silent    []string // never said
		has       bool     // their trigger, at the end
	}{
		"a colleague's override keeps its triggers": {
			meanwhile: func(t *testing.T, w timetable) {
				override(t, w)
				if a := clitest.AskIn(t, w.env, "triggers", "sync", "--yes"); a.Err != nil {
					t.Error(a.Err)
				}
			},
			typed: "y\n", has: true,
			says: []string{"In sync: nothing to do."}, silent: []string{"- remove once-"},
		},
		"what is due besides is shown, and asked about again": {
			meanwhile: override, typed: "y\ny\n", has: true,
			says: []string{"The changes are different now:", "+ create " + theirs, "Done: 2 created, 2 changed, 1 removed."},
		},
		"and a no counts": {
			meanwhile: override, typed: "y\nn\n",
			says: []string{"The changes are different now:", "+ create " + theirs}, silent: []string{"Done: "},
		},
		"one that has come due in the meantime is left alone": {
			meanwhile: func(t *testing.T, w timetable) {
				override(t, w)
				*w.clock = clitest.Monday.Add(3 * time.Hour)
			},
			typed: "y\n", says: []string{"Done: 1 created, 2 changed, 1 removed."}, silent: []string{theirs},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := scheduled(t)
			w.breaks(t)
			typing := &clitest.Typist{Text: row.typed, Before: func() { row.meanwhile(t, w) }}
			a := clitest.AskTyping(t, clitest.OnTerminal(w.env), typing, "triggers", "sync")
			if strings.HasSuffix(row.typed, "n\n") != errors.Is(a.Err, term.ErrDeclined) {
				t.Fatalf("found %v\n%s", a.Err, a.Stdout)
			}
			clitest.Says(t, a.Stdout, row.says...)
			for _, part := range row.silent {
				if strings.Contains(a.Stdout, part) {
					t.Errorf("found\n%s\nwant no %q in it", a.Stdout, part)
				}
			}
			if has := w.scheduleOf(theirs) != ""; has != row.has {
				t.Errorf("found %s there: %t; want %t\n%s", theirs, has, row.has, a.Stdout)
			}
		})
	}
}

// override is what a colleague sets: for two hours, from now on.
func override(t *testing.T, w timetable) {
	t.Helper()
	if a := clitest.AskIn(t, w.env, "override", "set", "berlin", "--to", "low", "--for", "2h", "--reason", "r", "--yes"); a.Err != nil {
		t.Error(a.Err)
	}
}

// TestSyncNamesEachScheduleThatIsRefused, as one keeps no other from being made.
func TestSyncNamesEachScheduleThatIsRefused(t *testing.T) {
	w := scheduled(t)
	var names []any
	for _, trigger := range []string{"weekly-America-Sao_Paulo-0630", "weekly-Europe-Berlin-0230"} {
		name := w.scheduleOf(trigger)
		names = append(names, name)
		w.remove(t, name)
		w.Fail("CreateSchedule", name, 1, schedulerlocal.Failure{Status: http.StatusBadRequest, Type: "ValidationException", Message: "no such zone"})
	}
	refused := clitest.AskIn(t, w.env, "triggers", "sync", "--yes")
	want := fmt.Sprintf("creating schedule eks-scaling-triggers/%s: AWS says ValidationException: no such zone; "+
		"creating schedule eks-scaling-triggers/%s: AWS says ValidationException: no such zone; changes already made are kept; run the command again to make the rest", names...)
	if refused.Exit != frame.ExitNoAccess || !strings.HasPrefix(refused.Err.Error(), want) {
		t.Errorf("found exit code %d: %v; want %d: %s", refused.Exit, refused.Err, frame.ExitNoAccess, want)
	}
}

func TestTimings(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		parsed, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	zero := time.Time{}
	for _, w := range []struct {
		timing
		words string
		now   time.Time
		next  time.Time
	}{
		{timing{"cron(30 6 ? * * *)", "America/Sao_Paulo"}, "daily 06:30 America/Sao_Paulo", at("2026-11-23T09:29:59Z"), at("2026-11-23T09:30:00Z")},
		{timing{"cron(30 6 ? * * *)", "America/Sao_Paulo"}, "daily 06:30 America/Sao_Paulo", at("2026-11-23T09:30:00Z"), at("2026-11-24T09:30:00Z")},
		{timing{"cron(0 8 ? * MON,FRI *)", "UTC"}, "mon, fri 08:00 UTC", at("2026-11-23T08:00:00Z"), at("2026-11-27T08:00:00Z")},
		{timing{"cron(0 8 ? * MON *)", "UTC"}, "mon 08:00 UTC", at("2026-11-23T08:00:00Z"), at("2026-11-30T08:00:00Z")},
		{timing{"cron(30 2 ? * * *)", "Europe/Berlin"}, "daily 02:30 Europe/Berlin", at("2026-03-28T12:00:00Z"), at("2026-03-30T00:30:00Z")}, // the 29th skips it
		{timing{"cron(30 2 ? * SUN *)", "Europe/Berlin"}, "sun 02:30 Europe/Berlin", at("2026-03-23T12:00:00Z"), at("2026-04-05T00:30:00Z")},
		{timing{"cron(23 * ? * * *)", "UTC"}, "hourly at :23 UTC", at("2026-11-23T09:23:00Z"), at("2026-11-23T10:23:00Z")},
		{timing{"cron(5 * ? * * *)", "UTC"}, "hourly at :05 UTC", at("2026-11-23T23:23:00Z"), at("2026-11-24T00:05:00Z")},
		{timing{"cron(99 * ? * * *)", "UTC"}, "hourly at :99 UTC", at("2026-11-23T23:23:00Z"), zero},
		{timing{"cron(0,15,30,45 7-21 ? * MON *)", "UTC"}, "mon 07:00 to 21:45 every 15m UTC", at("2026-11-23T21:30:00Z"), at("2026-11-23T21:45:00Z")},
		{timing{"cron(0,15,30,45 7-21 ? * MON *)", "UTC"}, "mon 07:00 to 21:45 every 15m UTC", at("2026-11-23T21:45:00Z"), at("2026-11-30T07:00:00Z")},
		{timing{"cron(15,30,45 6 ? * * *)", "UTC"}, "daily 06:15, 06:30, 06:45 UTC", at("2026-11-23T06:40:00Z"), at("2026-11-23T06:45:00Z")},
		{timing{"cron(0,30 0,8,16-17 ? * * *)", "UTC"}, "daily 8 times from 00:00 to 17:30 UTC", at("2026-11-23T09:00:00Z"), at("2026-11-23T16:00:00Z")},
		{timing{"at(2026-11-23T13:00:00)", "UTC"}, "once 2026-11-23 13:00 UTC", at("2026-11-23T12:00:00Z"), at("2026-11-23T13:00:00Z")},
		{timing{"at(2026-11-23T13:00:30)", "UTC"}, "once 2026-11-23 13:00:30 UTC", at("2026-11-24T12:00:00Z"), zero},
		{timing{"rate(1 hour)", "UTC"}, "every 1 hour", at("2026-11-23T12:00:00Z"), zero},
		{timing{"cron(0 8 1 * ? *)", "Nowhere"}, "cron(0 8 1 * ? *) Nowhere", at("2026-11-23T12:00:00Z"), zero},
	} {
		if got := w.String(); got != w.words {
			t.Errorf("%v: found %q; want %q", w.timing, got, w.words)
		}
		if got := w.timing.next(w.now); !got.Equal(w.next) {
			t.Errorf("%v after %s: found %s; want %s", w.timing, w.now, got, w.next)
		}
		if strings.HasPrefix(w.expression, "cron") && !w.next.IsZero() {
			fires, err := schedulerlocal.Times(w.expression, w.zone, w.now.Add(time.Second), w.now.AddDate(0, 0, 15))
			if err != nil || !fires[0].Equal(w.next) {
				t.Errorf("%v after %s: EventBridge Scheduler fires at %v (%v); want %s", w.timing, w.now, fires, err, w.next)
			}
		}
	}
}

func TestTheTableOfSchedulesFitsTheTerminal(t *testing.T) {
	timetable := scheduled(t)
	timetable.breaks(t)
	clitest.FitsTheTerminal(t, timetable.env, "triggers")
}
