package triggers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/triggers"
)

func TestTriggersThatFireOnce(t *testing.T) {
	const (
		now   = "2026-11-23T12:00:00Z"
		dated = "a dated period of a starts or ends."
	)
	override := func(from, until string) string { return override("o", from, until) }
	one := func(zone string, periods ...string) string { return document(cluster("a", zone, periods...)) }
	plain := one("UTC")
	skips := func(clock, zone string) string {
		return clock + " does not exist in " + zone + " on that day, as the clock goes forward"
	}
	for _, row := range []struct {
		rule, now, doc string
		want           []string
	}{
		// Overrides.
		{
			"an override that has begun has its end left", now, plain + override("2026-11-23T11:00:00Z", "2026-11-23T13:00:00Z"),
			[]string{"20261123T130000Z override o ends."},
		},
		{
			"an override that begins now needs no trigger for that", now, plain + override(now, "2026-11-23T13:00:00Z"),
			[]string{"20261123T130000Z override o ends."},
		},
		{"an override that has ended has nothing left", now, plain + override("2026-11-22T11:00:00Z", now), nil},
		{
			"an override may be given by its cluster's clock", now, one("Asia/Tokyo") + override("2026-11-24 03:00", "2026-11-24 22:00"),
			[]string{"20261123T180000Z override o starts.", "20261124T130000Z override o ends."},
		},
		{
			"a fraction of a minute is rounded up", now, plain + override("2026-11-23T12:00:00.001Z", "2026-11-23T13:00:00.999999999Z"),
			[]string{"20261123T120100Z override o starts.", "20261123T130100Z override o ends."},
		},
		{
			"the horizon is 366 days away", now, plain + override("2027-11-24T11:59:59Z", "2027-11-24T12:00:00Z"),
			[]string{"20271124T120000Z override o starts."},
		},
		{
			"a second later it has moved on", "2026-11-23T12:00:01Z", plain + override("2027-11-24T11:59:59Z", "2027-11-24T12:00:00Z"),
			[]string{"20271124T120000Z override o ends; override o starts."},
		},

		// Dates.
		{
			"a dated window fires at its ends, and not by the week", now, one("Asia/Tokyo", "dates: ['2026-12-24'], from: '20:00', to: '02:00'"),
			[]string{"20261224T110000Z " + dated, "20261224T170000Z " + dated},
		},
		{
			"one that has begun has its end left", "2026-12-24T12:00:00Z", one("Asia/Tokyo", "dates: ['2026-12-24'], from: '20:00', to: '02:00'"),
			[]string{"20261224T170000Z " + dated},
		},
		{"a date beyond the horizon can wait", now, one("UTC", "dates: ['2026-11-20', '2027-11-30'], to: '24:00'"), nil},
		{
			"a period for the dates of a calendar is dated", now,
			one("UTC", "calendars: {only: [holidays]}, days: [thu, fri], from: '08:00', to: '09:00'") +
				"calendars: {holidays: {dates: ['2026-12-24..2026-12-26']}}\n",
			[]string{
				"20261224T080000Z " + dated, "20261224T090000Z " + dated,
				"20261225T080000Z " + dated, "20261225T090000Z " + dated,
			},
		},
		{
			"what happens in the same minute shares a trigger, and each cause is said once", now,
			document(cluster("a", "UTC", "dates: ['2026-12-24']", "dates: ['2026-12-24..2026-12-26']"), cluster("b", "UTC", "dates: ['2026-12-24']")) +
				override("2026-12-24T00:00:00Z", "2026-12-26T00:00:00Z") + entry("n", "b", "2026-12-23T23:59:59.5Z", "2026-12-26T00:00:00Z"),
			[]string{
				"20261224T000000Z a dated period of a starts or ends; a dated period of b starts or ends; override n starts; override o starts. a b",
				"20261225T000000Z a dated period of a starts or ends; a dated period of b starts or ends. a b",
				"20261226T000000Z a dated period of a starts or ends; override n ends; override o ends. a b",
				"20261227T000000Z " + dated,
			},
		},

		// Clocks that go forward.
		{
			"a window that starts in a gap starts at its end", now, one("Europe/Berlin", "from: '02:30', to: '12:00'"),
			[]string{"20270328T010000Z " + skips("02:30", "Europe/Berlin") + "."},
		},
		{
			"a window that ends in a gap ends at its end", now, one("Europe/Berlin", "days: [sat], from: '12:00', to: '02:30'"),
			[]string{"20270328T010000Z " + skips("02:30", "Europe/Berlin") + "."},
		},
		{
			"a gap of two hours skips so much", now, one("Antarctica/Troll", "from: '01:15', to: '02:45'"),
			[]string{"20270328T010000Z " + skips("01:15", "Antarctica/Troll") + "; " + skips("02:45", "Antarctica/Troll") + "."},
		},
		{
			"a gap concerns the clusters that have the transition on that day", now,
			document(
				cluster("a", "Europe/Berlin", "days: [mon], from: '02:30', to: '12:00'"),
				cluster("b", "Europe/Berlin", "days: [sun], from: '02:30', to: '12:00'"),
			),
			[]string{"20270328T010000Z " + skips("02:30", "Europe/Berlin") + ". b"},
		},
		{
			"two gaps may lie within the horizon", "2026-03-29T00:59:59Z", one("Europe/Berlin", "from: '02:30', to: '12:00'"),
			[]string{"20260329T010000Z " + skips("02:30", "Europe/Berlin") + ".", "20270328T010000Z " + skips("02:30", "Europe/Berlin") + "."},
		},
		{
			"a dated window in a gap is dated, and no more", now, one("Europe/Berlin", "dates: ['2027-03-28'], from: '02:30', to: '12:00'"),
			[]string{"20270328T010000Z " + dated, "20270328T100000Z " + dated},
		},

		// What the week brings anyway.
		{
			"an instant at which the week brings a run needs no other", now,
			one("Asia/Tokyo", "days: [tue], from: '08:00', to: '09:00'") + override("2026-11-30T23:00:00Z", "2026-12-01T00:00:00Z"), nil,
		},
		{
			"nor does one that is rounded up to it", now,
			one("UTC", "from: '08:00', to: '09:00'") + override("2026-12-01T07:59:59.5Z", "2026-12-01T08:59:59.5Z"), nil,
		},
		{"nor does the end of a gap", now, one("Europe/Berlin", "from: '02:30', to: '03:00'"), nil},
		{
			"a fraction later it does", now,
			one("UTC", "from: '08:00', to: '09:00'") + override("2026-12-01T08:00:00.5Z", "2026-12-01T09:00:00.5Z"),
			[]string{"20261201T080100Z override o starts.", "20261201T090100Z override o ends."},
		},
		{
			"what the week brings to another cluster does not count", now,
			document(cluster("a", "UTC"), cluster("b", "UTC", "from: '08:00', to: '09:00'"), cluster("c", "UTC")) +
				override("2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z") + entry("n", "b", "2026-12-01T08:00:00Z", "2026-12-01T09:30:00Z") +
				entry("m", "c", "2026-12-01T08:00:00Z", "2026-12-01T09:30:00Z"),
			[]string{
				"20261201T080000Z override m starts; override o starts. a c", "20261201T090000Z override o ends.",
				"20261201T093000Z override m ends; override n ends. b c",
			},
		},
		{
			"on another day of the week it does", now,
			one("Asia/Tokyo", "days: [mon], from: '08:00', to: '09:00'") + override("2026-11-30T23:00:00Z", "2026-12-01T00:00:00Z"),
			[]string{"20261130T230000Z override o starts.", "20261201T000000Z override o ends."},
		},
		{
			"the time of day in another zone matters not", now,
			one("Asia/Tokyo", "from: '08:00', to: '09:00'") + override("2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z"),
			[]string{"20261201T080000Z override o starts.", "20261201T090000Z override o ends."},
		},
		{
			"nor does the week of a cluster that is paused", now,
			document(disabled(cluster("b", "UTC", "from: '08:00', to: '09:00'")), cluster("a", "UTC")) +
				override("2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z"),
			[]string{"20261201T080000Z override o starts.", "20261201T090000Z override o ends."},
		},
		{
			"of a time that comes twice it is not known which one the week brings", "2027-10-01T00:00:00Z",
			one("Europe/Berlin", "from: '02:30', to: '12:00'") + override("2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"),
			[]string{
				"20271031T003000Z override o starts.", "20271031T013000Z override o ends.",
				"20280326T010000Z " + skips("02:30", "Europe/Berlin") + ".",
			},
		},
		{
			"right before such times and right after it is known", "2027-10-01T00:00:00Z",
			one("Europe/Berlin", "from: '01:59', to: '03:00'") + override("2027-10-30T23:59:00Z", "2027-10-31T02:00:00Z"), nil,
		},
		{
			"where the clock goes back by half an hour, so much comes twice", "2027-04-01T00:00:00Z",
			one("Australia/Lord_Howe", "from: '01:29', to: '01:30'") + override("2027-04-03T14:29:00Z", "2027-04-03T15:00:00Z"),
			[]string{"20270403T150000Z override o ends."},
		},
	} {
		t.Run(row.rule, func(t *testing.T) {
			plan := once(triggers.Plan(read(t, row.doc), instant(t, row.now)))
			if diff := cmp.Diff(row.want, firing(plan)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, trigger := range plan {
				at, err := time.Parse("at(2006-01-02T15:04:05)", trigger.Expression)
				if err != nil || trigger.Zone != "UTC" || trigger.Name != "once-"+at.Format("20060102T150405Z") {
					t.Errorf("%s fires %s %s; want the instant of its name, in UTC", trigger.Name, trigger.Expression, trigger.Zone)
				}
			}
		})
	}
}

func TestManyCausesAreCutShort(t *testing.T) {
	doc := document(cluster("a", "UTC")) + "overrides:\n"
	for i := range 200 {
		name := fmt.Sprintf("%03d-%s", i, strings.Repeat("n", 90))
		doc += entry(name, "a", "2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z")
	}
	plan := triggers.Plan(read(t, doc), instant(t, "2026-11-23T12:00:00Z"))
	if len(plan) != 2 {
		t.Fatalf("found %d triggers; want 2", len(plan))
	}
	for _, trigger := range plan {
		cause, due := strings.CutSuffix(trigger.Input.Reason, ", due <aws.scheduler.scheduled-time>")
		if !due || len(cause) != 400 || len(trigger.Description) != 512 {
			t.Errorf("%d and %d bytes; want 400 and 512: %s, %s", len(cause), len(trigger.Description), trigger.Input.Reason, trigger.Description)
		}
		for _, text := range []string{cause, strings.TrimPrefix(trigger.Description, "Once: ")} {
			if !strings.HasPrefix(text, "override 000-n") || !strings.HasSuffix(text, " ...") {
				t.Errorf("found %s; want the first cause, and a sign that there are more", text)
			}
		}
	}
}
