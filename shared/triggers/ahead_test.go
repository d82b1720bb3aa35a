package triggers_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/triggers"
)

// scheduleAhead sets ahead for a cluster's schedule.
func scheduleAhead(duration, cluster string) string {
	return strings.Replace(cluster, "default:", "ahead: "+duration+", default:", 1)
}

func TestTriggersOfLeads(t *testing.T) {
	const now = "2026-11-23T12:00:00Z"
	one := func(zone string, periods ...string) string { return document(cluster("a", zone, periods...)) }
	for _, row := range []struct {
		rule, doc string
		want      []string
	}{
		{
			"a lead of the week has a weekly trigger", one("UTC", "days: [mon-fri], from: '08:00', to: '18:00', ahead: 10m"),
			[]string{"cron(50 7 ? * MON,TUE,WED,THU,FRI *) UTC", "cron(0 8 ? * MON,TUE,WED,THU,FRI *) UTC", "cron(0 18 ? * MON,TUE,WED,THU,FRI *) UTC"},
		},
		{
			"over midnight it begins on the days before", one("UTC", "days: [mon, sat], from: '00:05', to: '18:00', ahead: 10m"),
			[]string{"cron(5 0 ? * MON,SAT *) UTC", "cron(0 18 ? * MON,SAT *) UTC", "cron(55 23 ? * FRI,SUN *) UTC"},
		},
		{
			"one of the schedule is before each transition that raises a node group", document(scheduleAhead("30m", cluster("a", "UTC", "from: '08:00', to: '18:00'"))),
			[]string{"cron(30 7 ? * * *) UTC", "cron(0 8 ? * * *) UTC", "cron(30 17 ? * * *) UTC", "cron(0 18 ? * * *) UTC"},
		},
		{
			"what is not raised needs no trigger", one("UTC", "from: '08:00', to: '12:00', ahead: 10m", "from: '06:00', to: '20:00'"),
			[]string{"cron(0 6 ? * * *) UTC", "cron(0 8 ? * * *) UTC", "cron(0 12 ? * * *) UTC", "cron(0 20 ? * * *) UTC"},
		},
		{
			"one that is longer than what is before it begins with that", one("UTC", "from: '08:00', to: '18:00', ahead: 2h", "days: [sun]", "from: '07:00', to: '08:00'"),
			[]string{"cron(0 0 ? * MON,SUN *) UTC", "cron(0 7 ? * * *) UTC", "cron(0 8 ? * * *) UTC", "cron(0 18 ? * * *) UTC"},
		},
		{
			"one of a period that depends on the month is on every day on which it may happen", one("UTC", "days: [tue#2], months: [dec], from: '08:00', to: '09:00', ahead: 10m"),
			[]string{"cron(50 7 ? * TUE *) UTC", "cron(0 8 ? * TUE *) UTC", "cron(0 9 ? * TUE *) UTC"},
		},
		{
			"one of a dated period fires once", one("Asia/Tokyo", "dates: ['2026-12-24'], from: '20:00', to: '02:00', ahead: 90m"),
			[]string{
				"20261224T093000Z scale-ups of a begin ahead of a transition.", "20261224T110000Z a dated period of a starts or ends.",
				"20261224T170000Z a dated period of a starts or ends.",
			},
		},
		{
			"before a change of the clocks it fires once when the week would be wrong", one("Europe/Berlin", "from: '03:10', to: '12:00', ahead: 30m"),
			[]string{
				"20270328T004000Z scale-ups of a begin ahead of a transition.", "20271031T014000Z scale-ups of a begin ahead of a transition.",
				"cron(40 2 ? * * *) Europe/Berlin", "cron(10 3 ? * * *) Europe/Berlin", "cron(0 12 ? * * *) Europe/Berlin",
			},
		},
		{
			"it begins when an override ends", one("UTC", "dates: ['2026-12-24'], from: '08:00', to: '18:00', ahead: 2h") + override("o", "2026-12-24T05:00:00Z", "2026-12-24T07:30:00Z"),
			[]string{
				"20261224T050000Z override o starts.", "20261224T073000Z override o ends; scale-ups of a begin ahead of a transition.",
				"20261224T080000Z a dated period of a starts or ends.", "20261224T180000Z a dated period of a starts or ends.",
			},
		},
		{
			"none is before an override", one("UTC", "dates: ['2026-12-24'], from: '08:00', to: '18:00', ahead: 2h") + override("o", "2026-12-24T07:30:00Z", "2026-12-24T19:00:00Z"),
			[]string{
				"20261224T073000Z override o starts.", "20261224T080000Z a dated period of a starts or ends.",
				"20261224T180000Z a dated period of a starts or ends.", "20261224T190000Z override o ends.",
			},
		},
		{
			"it shares a trigger with a transition of another cluster",
			document(cluster("a", "UTC", "days: [mon, tue], from: '08:00', to: '18:00', ahead: 1h"), cluster("b", "UTC", "days: [tue, wed], from: '07:00', to: '18:00'")),
			[]string{
				"cron(0 7 ? * MON *) UTC", "cron(0 7 ? * TUE *) UTC a b", "cron(0 7 ? * WED *) UTC b", "cron(0 8 ? * MON,TUE *) UTC",
				"cron(0 18 ? * MON *) UTC", "cron(0 18 ? * TUE *) UTC a b", "cron(0 18 ? * WED *) UTC b",
			},
		},
		{"a cluster that is paused has none", document(disabled(cluster("a", "UTC", "from: '08:00', to: '18:00', ahead: 1h"))), nil},
	} {
		t.Run(row.rule, func(t *testing.T) {
			if diff := cmp.Diff(row.want, firing(triggers.Plan(read(t, row.doc), instant(t, now)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A trigger says what it is for: a transition, scale-ups ahead of one, or both.
func TestTriggersSayThatTheyAreForLeads(t *testing.T) {
	doc := document(cluster("a", "UTC", "from: '08:00', to: '18:00', ahead: 1h"), cluster("b", "UTC", "from: '18:00', to: '20:00', ahead: 1h"),
		cluster("c", "UTC", "from: '07:00', to: '17:30'"))
	want := [][2]string{
		{"A period of the configured schedules starts or ends, or scale-ups ahead of a transition begin, at 07:00 UTC, every day.", "transition, or scale-ups begin ahead of one: 07:00 UTC"},
		{"A period of the configured schedules starts or ends at 08:00 UTC, every day.", "transition 08:00 UTC"},
		{"Scale-ups ahead of a transition of the configured schedules begin at 17:00 UTC, every day.", "scale-ups begin ahead of a transition: 17:00 UTC"},
		{"A period of the configured schedules starts or ends at 17:30 UTC, every day.", "transition 17:30 UTC"},
		{"A period of the configured schedules starts or ends at 18:00 UTC, every day.", "transition 18:00 UTC"},
		{"A period of the configured schedules starts or ends at 20:00 UTC, every day.", "transition 20:00 UTC"},
	}
	var got [][2]string
	for _, trigger := range triggers.Plan(read(t, doc), instant(t, "2026-11-23T12:00:00Z")) {
		reason, _ := strings.CutSuffix(trigger.Input.Reason, ", due <aws.scheduler.scheduled-time>")
		got = append(got, [2]string{trigger.Description, reason})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A cluster's triggers do not depend on the leads of others, unless both fire at one moment.
func TestTriggersWithoutLeadsStayTheSame(t *testing.T) {
	other := cluster("b", "Asia/Tokyo", "days: [mon-fri], from: '09:15', to: '17:45'", "dates: ['2026-12-24'], from: '20:00', to: '02:00'")
	alone := triggers.Plan(read(t, document(other)), instant(t, "2026-11-23T12:00:00Z"))
	both := triggers.Plan(read(t, document(cluster("a", "UTC", "from: '08:00', to: '18:00', ahead: 1h"), other)), instant(t, "2026-11-23T12:00:00Z"))
	var others []triggers.Trigger
	for _, trigger := range both {
		if trigger.Names("b") {
			others = append(others, trigger)
		}
	}
	if diff := cmp.Diff(alone, others); diff != "" || len(alone) < 4 {
		t.Errorf("(-alone +beside the leads of another cluster):\n%s", diff)
	}
}
