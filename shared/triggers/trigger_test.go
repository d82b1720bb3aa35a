package triggers_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

func TestReconcile(t *testing.T) {
	want := triggers.Trigger{
		Name:        "reconcile",
		Fixed:       true,
		Description: "Corrects what lost or late triggers missed, and repairs the triggers.",
		Expression:  "cron(23 * ? * * *)",
		Zone:        "UTC",
		Input: run.Input{
			Trigger: run.ReconcileTrigger, Actor: "eventbridge-scheduler", Reason: "reconcile, due <aws.scheduler.scheduled-time>",
		},
	}
	if diff := cmp.Diff(want, triggers.Reconcile("cron(23 * ? * * *)")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestChangedIsOneToTwoMinutesAhead(t *testing.T) {
	for _, row := range []struct{ rule, now, want string }{
		{"right at a minute", "2026-11-23T12:00:00Z", "2026-11-23T12:02:00Z"},
		{"right after it", "2026-11-23T12:00:00.000000001Z", "2026-11-23T12:02:00Z"},
		{"right before the next", "2026-11-23T12:00:59.999999999Z", "2026-11-23T12:02:00Z"},
		{"over midnight, by another clock", "2026-11-24T05:28:30+05:30", "2026-11-24T00:00:00Z"},
		{"over a year's end", "2026-12-31T23:59:30Z", "2027-01-01T00:01:00Z"},
	} {
		at := instant(t, row.want)
		want := triggers.Trigger{
			Name: "changed-" + at.Format("20060102T150405Z"), Description: "Once: the configuration has changed.",
			Expression: "at(" + at.Format("2006-01-02T15:04:05") + ")", Zone: "UTC", Once: true,
			Input: run.Input{
				Trigger: "schedule", Actor: "eventbridge-scheduler",
				Reason: "the configuration has changed, due <aws.scheduler.scheduled-time>",
			},
		}
		if diff := cmp.Diff(want, triggers.Changed(instant(t, row.now), nil)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

// TestChangesOfOneMinuteAreTriggersOfTheirOwn so that no invocation overwrites what another one has made.
func TestChangesOfOneMinuteAreTriggersOfTheirOwn(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	now := instant(t, "2026-11-23T12:00:00Z")
	all, some, other := triggers.Changed(now, nil), triggers.Changed(now, []string{"b", "a", "b"}), triggers.Changed(now, []string{"a", "c"})
	if diff := cmp.Diff([]string{"a", "b"}, some.Input.Clusters); diff != "" || all.Input.Clusters != nil {
		t.Errorf("found the clusters of all %v, and of some (-want +got):\n%s", all.Input.Clusters, diff)
	}
	if again := triggers.Changed(now.Add(time.Second), []string{"a", "b"}); again.Name != some.Name {
		t.Errorf("the same clusters have %s and %s", some.Name, again.Name)
	}
	names := map[string]bool{all.Name: true, some.Name: true, other.Name: true}
	if len(names) != 3 {
		t.Errorf("found %v; want three names", names)
	}
	for name := range names {
		if !allowed.MatchString(name) || triggers.Removable(name, now) || !triggers.Removable(name, now.Add(time.Hour)) {
			t.Errorf("%s: want a name that is kept until it has fired", name)
		}
	}
	for _, one := range []triggers.Trigger{all, some} {
		if one.TooLate(now) || !one.TooLate(now.Add(time.Minute+time.Nanosecond)) || one.Expression != all.Expression {
			t.Errorf("%s fires %s; want %s", one.Name, one.Expression, all.Expression)
		}
	}
}

// TestNamesThatDoNotFitAreLeftOut so that the run takes all: the input travels beside the state of the run.
func TestNamesThatDoNotFitAreLeftOut(t *testing.T) {
	now := instant(t, "2026-11-23T12:00:00Z")
	for _, row := range []struct{ names, length, want int }{
		{1, 100, 1}, {291, 100, 291}, {292, 100, 0}, {1000, 26, 1000}, {1000, 27, 0}, {10_000, 100, 0},
	} {
		var names []string
		for i := range row.names {
			names = append(names, fmt.Sprintf("%0*d", row.length, i))
		}
		trigger := triggers.Changed(now, names)
		if got := len(trigger.Input.Clusters); got != row.want || (trigger.Input.Clusters == nil) != (row.want == 0) {
			t.Errorf("%d names of %d characters: found %d; want %d", row.names, row.length, got, row.want)
		}
		text, err := json.Marshal(trigger.Input)
		if err != nil || len(text) > limits.MaxInputBytes {
			t.Errorf("%d names of %d characters: the input has %d bytes, %v; want %d at most", row.names, row.length, len(text), err, limits.MaxInputBytes)
		}
	}
}

// TestOver has the instant itself on the side of the past.
func TestOver(t *testing.T) {
	now := instant(t, "2026-11-23T12:00:00Z")
	changed := triggers.Changed(now, []string{"a"}) // at 12:02
	for _, row := range []struct {
		rule    string
		trigger triggers.Trigger
		after   time.Duration
		want    bool
	}{
		{"to come", changed, 2*time.Minute - 1, false},
		{"now", changed, 2 * time.Minute, true},
		{"what fires again and again", triggers.Reconcile("cron(23 * ? * * *)"), time.Hour, false},
	} {
		if got := row.trigger.Over(now.Add(row.after)); got != row.want {
			t.Errorf("%s: it is over: %t; want %t", row.rule, got, row.want)
		}
	}
}

func TestRemovable(t *testing.T) {
	const now = "2026-11-23T12:00:00Z"
	for _, row := range []struct {
		rule, name string
		want       bool
	}{
		{"a transition that nobody has", "weekly-America-Sao_Paulo-0100", true},
		{"what a person has put there", "my-own", true},
		{"an instant to come that is no more", "once-20261123T120001Z", true},
		{"an instant that has come is being delivered", "once-20261123T120000Z", false},
		{"so it is with a fingerprint", "once-20261123T120000Z-abcdefg2", false},
		{"a change with a fingerprint", "changed-20261123T120100Z-abcdefg2", false},
		{"a look to come that is no more", "look-20261123T120001Z", true},
		{"a look that has come is being delivered", "look-20261123T120000Z", false},
		{"a weekly look", "look-UTC-1200-mon", true},
		{"an instant to come with a fingerprint", "once-20261123T120001Z-abcdefg2", true},
		{"after half an hour it still is", "once-20261123T113000Z", false},
		{"after more it is left over", "once-20261123T112959Z", true},
		{"an instant of years ago", "once-20200101T000000Z", true},
		{"a change is in no later plan, so it stays", "changed-20261123T120100Z", false},
		{"a change whose run is due is being delivered", "changed-20261123T120000Z", false},
		{"after half an hour it still is", "changed-20261123T113000Z", false},
		{"a change of long ago is left over", "changed-20261123T112959Z", true},
		{"a change to some clusters stays", "changed-20261123T120100Z-0a1b2c3d4e", false},
		{"and is left over like others", "changed-20261123T112959Z-0a1b2c3d4e", true},
		{"a name like that, without an instant", "once-upon-a-time", true},
		{"a change without an instant", "changed-", true},
		{"an instant that no calendar has", "changed-20261131T120000Z", true},
		{"another word before the instant", "never-20261123T120000Z", true},
		{"the word in another place", "x-once-20261123T120000Z", true},
	} {
		if got := triggers.Removable(row.name, instant(t, now)); got != row.want {
			t.Errorf("%s: %s is removable: %t; want %t", row.rule, row.name, got, row.want)
		}
	}
}

func TestTooLate(t *testing.T) {
	doc := document(cluster("a", "UTC", "from: '12:00', to: '13:00'")) + override("o", "2026-11-23T12:01:00Z", "2026-11-24T00:00:00Z")
	for _, row := range []struct {
		rule, now string
		want      []string
	}{
		{"a minute is enough", "2026-11-23T12:00:00Z", nil},
		{"less than a minute is not", "2026-11-23T12:00:00.000000001Z", []string{"once-20261123T120100Z"}},
		{"later even less", "2026-11-23T12:30:00Z", []string{"once-20261123T120100Z"}},
		{"what fires every week always comes in time", "2026-11-25T12:00:00Z", []string{"once-20261123T120100Z", "once-20261124T000000Z"}},
	} {
		var got []string
		for _, trigger := range triggers.Plan(read(t, doc), instant(t, "2026-11-22T00:00:00Z")) {
			if trigger.TooLate(instant(t, row.now)) {
				got = append(got, trigger.Name)
			}
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
	for _, now := range []string{"2026-11-23T12:00:00Z", "2026-11-23T12:00:59.999999999Z"} {
		if triggers.Changed(instant(t, now), nil).TooLate(instant(t, now)) {
			t.Errorf("at %s it is too late for a run that follows a change", now)
		}
	}
}

// TestStartExecution has the text itself: what EventBridge Scheduler replaces must not be written in another way.
func TestStartExecution(t *testing.T) {
	const (
		machine = "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling"
		want    = `{"StateMachineArn":"arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling",` +
			`"Name":"<aws.scheduler.execution-id>",` +
			`"Input":"{\"trigger\":\"reconcile\",\"actor\":\"eventbridge-scheduler\",\"reason\":\"reconcile, due <aws.scheduler.scheduled-time>\",` +
			`\"due\":\"<aws.scheduler.scheduled-time>\"}"}`
	)
	trigger := triggers.Reconcile("rate(1 hour)")
	got := trigger.StartExecution(machine)
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	var request struct {
		StateMachineArn, Name, Input string
	}
	const due = "2026-11-24T09:30:00Z"
	fired := strings.ReplaceAll(got, "<aws.scheduler.scheduled-time>", due)
	if err := json.Unmarshal([]byte(fired), &request); err != nil {
		t.Fatal(err)
	}
	var input run.Input
	if err := json.Unmarshal([]byte(request.Input), &input); err != nil {
		t.Fatal(err)
	}
	wanted := run.Input{
		Trigger: run.ReconcileTrigger, Actor: "eventbridge-scheduler", Reason: "reconcile, due " + due, Due: instant(t, due),
	}
	if diff := cmp.Diff(wanted, input); diff != "" {
		t.Errorf("the run's input (-want +got):\n%s", diff)
	}
}

func TestTargetARN(t *testing.T) {
	for partition, want := range map[string]string{
		"aws":    "arn:aws:scheduler:::aws-sdk:sfn:startExecution",
		"aws-cn": "arn:aws-cn:scheduler:::aws-sdk:sfn:startExecution",
	} {
		if got := triggers.TargetARN(partition); got != want {
			t.Errorf("in %s it is %s; want %s", partition, got, want)
		}
	}
}
