package triggers_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

func TestTheTriggersOfTheReferenceSchedule(t *testing.T) {
	doc, err := os.ReadFile("../../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const zone = "America/Sao_Paulo"
	input := func(clock string) run.Input {
		return run.Input{
			Trigger: "schedule", Actor: "eventbridge-scheduler",
			Reason:   "transition " + clock + " America/Sao_Paulo, due <aws.scheduler.scheduled-time>",
			Clusters: []string{"production"},
		}
	}
	want := []triggers.Trigger{
		{
			Name: "weekly-America-Sao_Paulo-0000", Expression: "cron(0 0 ? * SAT,SUN *)", Zone: zone, Input: input("00:00"),
			Description: "A period of the configured schedules starts or ends at 00:00 America/Sao_Paulo, sat, sun.",
		},
		{
			Name: "weekly-America-Sao_Paulo-0100", Expression: "cron(0 1 ? * * *)", Zone: zone, Input: input("01:00"),
			Description: "A period of the configured schedules starts or ends at 01:00 America/Sao_Paulo, every day.",
		},
		{
			Name: "weekly-America-Sao_Paulo-0630", Expression: "cron(30 6 ? * * *)", Zone: zone, Input: input("06:30"),
			Description: "A period of the configured schedules starts or ends at 06:30 America/Sao_Paulo, every day.",
		},
		{
			Name: "weekly-America-Sao_Paulo-1130", Expression: "cron(30 11 ? * TUE *)", Zone: zone, Input: input("11:30"),
			Description: "A period of the configured schedules starts or ends at 11:30 America/Sao_Paulo, tue.",
		},
	}
	if diff := cmp.Diff(want, triggers.Plan(read(t, string(doc)), instant(t, "2026-11-23T12:00:00Z"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWeeklyTriggers has zones that change no clock within the year.
func TestWeeklyTriggers(t *testing.T) {
	for _, row := range []struct {
		rule string
		doc  string
		want []string
	}{
		{"without periods there is nothing to follow", document(cluster("a", "UTC")), nil},
		{
			"both ends of a window have a trigger",
			document(cluster("a", "UTC", "from: '08:00', to: '18:00'")),
			[]string{"cron(0 8 ? * * *) UTC", "cron(0 18 ? * * *) UTC"},
		},
		{
			"a window over midnight ends on the days after",
			document(cluster("a", "UTC", "days: [fri, sun], from: '22:00', to: '06:15'")),
			[]string{"cron(15 6 ? * MON,SAT *) UTC", "cron(0 22 ? * FRI,SUN *) UTC"},
		},
		{
			"the end of a day is the next day's begin",
			document(cluster("a", "UTC", "days: [sun], from: '12:00', to: '24:00'")),
			[]string{"cron(0 0 ? * MON *) UTC", "cron(0 12 ? * SUN *) UTC"},
		},
		{
			"a window of several days has a trigger on its first and on its last",
			document(cluster("a", "UTC", "from: fri 20:00, to: mon 08:00")),
			[]string{"cron(0 8 ? * MON *) UTC", "cron(0 20 ? * FRI *) UTC"},
		},
		{
			"what a month filters fires on every day on which it may happen",
			document(cluster("a", "UTC", "days: [tue#2], months: [dec], from: '08:00', to: '09:00'", "monthDays: [-1], from: '10:00', to: '11:00'")),
			[]string{"cron(0 8 ? * TUE *) UTC", "cron(0 9 ? * TUE *) UTC", "cron(0 10 ? * * *) UTC", "cron(0 11 ? * * *) UTC"},
		},
		{
			"a period that spares a calendar's dates fires by the week",
			document(cluster("a", "UTC", "days: [mon], calendars: {except: [holidays]}, from: '08:00', to: '09:00'")) +
				"calendars: {holidays: {dates: ['2026-12-07']}}\n",
			[]string{"cron(0 8 ? * MON *) UTC", "cron(0 9 ? * MON *) UTC"},
		},
		{
			"clusters that share a transition share its trigger",
			document(
				cluster("a", "Asia/Tokyo", "days: [mon], from: '08:00', to: '09:00'"), cluster("b", "Asia/Tokyo", "days: [mon], from: '08:00', to: '10:00'"),
			),
			[]string{"cron(0 8 ? * MON *) Asia/Tokyo a b", "cron(0 9 ? * MON *) Asia/Tokyo", "cron(0 10 ? * MON *) Asia/Tokyo b"},
		},
		{
			"clusters that have it on different days have triggers of their own",
			document(
				cluster("a", "Asia/Tokyo", "days: [mon], from: '08:00', to: '09:00'"), cluster("b", "Asia/Tokyo", "days: [fri], from: '08:00', to: '10:00'"),
			),
			[]string{"cron(0 8 ? * FRI *) Asia/Tokyo b", "cron(0 8 ? * MON *) Asia/Tokyo", "cron(0 9 ? * MON *) Asia/Tokyo", "cron(0 10 ? * FRI *) Asia/Tokyo b"},
		},
		{
			"days on which the same clusters have it share a trigger",
			document(
				cluster("a", "UTC", "days: [mon-fri], from: '08:00', to: '23:00'"), cluster("b", "UTC", "days: [tue, thu, sat], from: '08:00', to: '22:00'"),
			),
			[]string{
				"cron(0 8 ? * MON,WED,FRI *) UTC", "cron(0 8 ? * SAT *) UTC b", "cron(0 8 ? * TUE,THU *) UTC a b",
				"cron(0 22 ? * TUE,THU,SAT *) UTC b", "cron(0 23 ? * MON,TUE,WED,THU,FRI *) UTC",
			},
		},
		{
			"a time of day in another zone is another trigger",
			document(
				cluster("a", "Asia/Tokyo", "days: [mon], from: '08:00', to: '09:00'"), cluster("b", "Asia/Seoul", "days: [mon], from: '08:00', to: '09:00'"),
			),
			[]string{"cron(0 8 ? * MON *) Asia/Seoul b", "cron(0 9 ? * MON *) Asia/Seoul b", "cron(0 8 ? * MON *) Asia/Tokyo", "cron(0 9 ? * MON *) Asia/Tokyo"},
		},
		{
			"a cluster that is paused has none",
			document(disabled(cluster("a", "UTC", "from: '08:00', to: '18:00'")), cluster("b", "UTC", "from: '09:00', to: '17:00'")) +
				override("later", "2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z"),
			[]string{"cron(0 9 ? * * *) UTC b", "cron(0 17 ? * * *) UTC b"},
		},
		{
			"the system's switch does not count",
			"paused: true\n" + document(cluster("a", "UTC", "from: '08:00', to: '18:00'")),
			[]string{"cron(0 8 ? * * *) UTC", "cron(0 18 ? * * *) UTC"},
		},
	} {
		t.Run(row.rule, func(t *testing.T) {
			if diff := cmp.Diff(row.want, firing(triggers.Plan(read(t, row.doc), instant(t, "2026-11-23T12:00:00Z")))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// firing says of each trigger when it fires: a weekly one by its expression and zone, one that fires once by its instant and
// why. Behind that are the clusters that it names, unless it names cluster a alone.
func firing(plan []triggers.Trigger) []string {
	var texts []string
	for _, trigger := range plan {
		text := trigger.Expression + " " + trigger.Zone
		if trigger.Once {
			text = strings.TrimPrefix(trigger.Name, "once-") + " " + strings.TrimPrefix(trigger.Description, "Once: ")
		}
		if names := strings.Join(trigger.Input.Clusters, " "); names != "a" {
			text += " " + names
		}
		texts = append(texts, text)
	}
	return texts
}

// once leaves the weekly triggers out.
func once(plan []triggers.Trigger) []triggers.Trigger {
	var single []triggers.Trigger
	for _, trigger := range plan {
		if trigger.Once {
			single = append(single, trigger)
		}
	}
	return single
}

// document has the given clusters and the zone UTC for the rest.
func document(clusters ...string) string {
	return "timezone: UTC\nclusters:\n" + strings.Join(clusters, "")
}

// cluster is one of a document; a period is given by its filters and its window.
func cluster(name, zone string, periods ...string) string {
	var texts []string
	for i, fields := range periods {
		texts = append(texts, fmt.Sprintf("{name: p%d, profile: %s, %s}", i, []string{"high", "peak", "low"}[i%3], fields))
	}
	return fmt.Sprintf("  - {name: %s, region: eu-central-1, timezone: %s, "+
		"nodegroups: {big: {minSize: 0, maxSize: 9}, small: {minSize: 0, maxSize: 9}}, "+
		"profiles: {low: {big: 0, small: 1}, high: {big: 3, small: 0}, peak: {big: 9}}, "+
		"schedule: {default: low, periods: [%s]}}\n", name, zone, strings.Join(texts, ", "))
}

func disabled(cluster string) string {
	return strings.Replace(cluster, "{", "{paused: true, ", 1)
}

// override is the end of a document, with an override of cluster a.
func override(name, from, until string) string {
	return "overrides:\n" + entry(name, "a", from, until)
}

func entry(name, cluster, from, until string) string {
	return fmt.Sprintf("  - {name: %s, cluster: %s, profile: high, from: '%s', until: '%s', reason: test}\n", name, cluster, from, until)
}

func read(t rapid.TB, doc string) []config.Unit {
	t.Helper()
	c, err := config.Parse([]byte(doc))
	if err != nil {
		t.Fatalf("%v, in\n%s", err, doc)
	}
	return c.Units()
}

func instant(t rapid.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
