package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
)

// clusterWith is a cluster with two profiles and the given settings and periods.
func clusterWith(name, settings, periods string) string {
	return fmt.Sprintf(`
  - name: %s
    region: eu-west-1
    nodegroups: {web: {minSize: 0, maxSize: 3}}
    profiles: {on: {web: 1}, off: {web: 0}}
    schedule: {default: on, periods: [%s]}
    %s
`, name, periods, settings)
}

// triggerCases are configurations with the triggers that they need, as "name: expression zone".
var triggerCases = []struct {
	name   string
	config string
	want   []string
}{
	{
		name: "a window ends as it starts: on its days",
		config: "timezone: UTC\nclusters:" +
			clusterWith("a", "", `{name: lunch, profile: off, days: [mon-fri], from: "12:00", to: "13:15"}`),
		want: []string{
			"boundary-UTC-1200: cron(0 12 ? * MON,TUE,WED,THU,FRI *) UTC",
			"boundary-UTC-1315: cron(15 13 ? * MON,TUE,WED,THU,FRI *) UTC",
		},
	},
	{
		name: "a window over midnight ends a day later",
		config: "timezone: UTC\nclusters:" +
			clusterWith("a", "", `{name: night, profile: off, days: [fri, sat], from: "22:00", to: "05:00"}`),
		want: []string{
			"boundary-UTC-0500: cron(0 5 ? * SAT,SUN *) UTC",
			"boundary-UTC-2200: cron(0 22 ? * FRI,SAT *) UTC",
		},
	},
	{
		name: "24:00 is the next day's 00:00",
		config: "timezone: UTC\nclusters:" +
			clusterWith("a", "", `{name: weekend, profile: off, days: [sat, sun]}`),
		want: []string{"boundary-UTC-0000: cron(0 0 ? * MON,SAT,SUN *) UTC"},
	},
	{
		name: "a boundary that two clusters share is one trigger",
		config: "timezone: Europe/Berlin\nclusters:" +
			clusterWith("a", "", `{name: night, profile: off, from: "20:00", to: "06:00"}`) +
			clusterWith("b", "", `{name: night, profile: off, from: "21:00", to: "06:00"}`),
		want: []string{
			"boundary-Europe-Berlin-0600: cron(0 6 ? * * *) Europe/Berlin",
			"boundary-Europe-Berlin-2000: cron(0 20 ? * * *) Europe/Berlin",
			"boundary-Europe-Berlin-2100: cron(0 21 ? * * *) Europe/Berlin",
		},
	},
	{
		name: "the same clock on other days is one trigger with the days of both",
		config: "timezone: UTC\nclusters:" +
			clusterWith("a", "", `{name: morning, profile: off, days: [tue], from: "06:30", to: "11:00"}`) +
			clusterWith("b", "", `{name: morning, profile: off, days: [mon, wed], from: "06:30", to: "12:00"}`),
		want: []string{
			"boundary-UTC-0630: cron(30 6 ? * MON,TUE,WED *) UTC",
			"boundary-UTC-1100: cron(0 11 ? * TUE *) UTC",
			"boundary-UTC-1200: cron(0 12 ? * MON,WED *) UTC",
		},
	},
	{
		name: "the same clock in two zones is two triggers",
		config: "timezone: America/Sao_Paulo\nclusters:" +
			clusterWith("a", "", `{name: night, profile: off, from: "20:00", to: "24:00"}`) +
			clusterWith("b", "timezone: Asia/Kolkata", `{name: night, profile: off, from: "20:00", to: "24:00"}`),
		want: []string{
			"boundary-America-Sao_Paulo-0000: cron(0 0 ? * * *) America/Sao_Paulo",
			"boundary-America-Sao_Paulo-2000: cron(0 20 ? * * *) America/Sao_Paulo",
			"boundary-Asia-Kolkata-0000: cron(0 0 ? * * *) Asia/Kolkata",
			"boundary-Asia-Kolkata-2000: cron(0 20 ? * * *) Asia/Kolkata",
		},
	},
	{
		name: "a cluster that is not enabled needs none",
		config: "timezone: UTC\nclusters:" +
			clusterWith("a", "enabled: false", `{name: night, profile: off, from: "20:00", to: "06:00"}`),
	},
	{
		name: "the system's switch is looked at when a run starts",
		config: "enabled: false\ntimezone: UTC\nclusters:" +
			clusterWith("a", "", `{name: night, profile: off, from: "20:00", to: "06:00"}`),
		want: []string{"boundary-UTC-0600: cron(0 6 ? * * *) UTC", "boundary-UTC-2000: cron(0 20 ? * * *) UTC"},
	},
	{
		name: "a schedule without periods needs none",
		config: "timezone: UTC\nclusters:" +
			clusterWith("a", "", ""),
	},
	{
		name: "zones that differ in their sign have different names",
		config: "timezone: Etc/GMT+3\nclusters:" +
			clusterWith("a", "", `{name: evening, profile: off, from: "20:00"}`) +
			clusterWith("b", "timezone: Etc/GMT-3", `{name: evening, profile: off, from: "20:00"}`),
		want: []string{
			"boundary-Etc-GMTplus3-0000: cron(0 0 ? * * *) Etc/GMT+3",
			"boundary-Etc-GMTplus3-2000: cron(0 20 ? * * *) Etc/GMT+3",
			"boundary-Etc-GMT-3-0000: cron(0 0 ? * * *) Etc/GMT-3",
			"boundary-Etc-GMT-3-2000: cron(0 20 ? * * *) Etc/GMT-3",
		},
	},
}

func TestBoundaryTriggers(t *testing.T) {
	for _, test := range triggerCases {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, trigger := range boundaryTriggers(parseConfig(t, test.config)) {
				got = append(got, fmt.Sprintf("%s: %s %s", trigger.name, trigger.expression, trigger.zone))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestEveryChangeHasItsTrigger walks through a week of each configuration: whenever a schedule changes, a trigger fires.
func TestEveryChangeHasItsTrigger(t *testing.T) {
	data, err := os.ReadFile(defaultConfig)
	if err != nil {
		t.Fatal(err)
	}
	configs := map[string]config.Config{"reference": parseConfig(t, string(data))}
	for _, test := range triggerCases {
		configs[test.name] = parseConfig(t, test.config)
	}
	start := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for name, c := range configs {
		t.Run(name, func(t *testing.T) {
			triggers := boundaryTriggers(c)
			for _, cluster := range c.Clusters {
				timetable := cluster.Timetable()
				for next, ok := timetable.Next(start); ok && cluster.Enabled && next.Since.Before(start.AddDate(0, 0, 7)); next, ok = timetable.Next(next.Since) {
					local := next.Since.In(timetable.Location())
					if !slices.ContainsFunc(triggers, func(t trigger) bool { return t.firesAt(local) }) {
						t.Errorf("cluster %s: nothing fires at %s, when %s comes into force", cluster.Name, local, next.Profile)
					}
				}
			}
		})
	}
}

// firesAt reads the kind of cron expression that a boundary has.
func (t trigger) firesAt(local time.Time) bool {
	if t.zone != local.Location().String() {
		return false
	}
	var minute, hour int
	var days string
	if _, err := fmt.Sscanf(t.expression, "cron(%d %d ? * %s *)", &minute, &hour, &days); err != nil {
		return false
	}
	today := strings.ToUpper(local.Weekday().String()[:3])
	return minute == local.Minute() && hour == local.Hour() && (days == "*" || strings.Contains(days, today))
}

// TestEveryZoneMakesAName tries the longest zones and those with unusual characters.
func TestEveryZoneMakesAName(t *testing.T) {
	form := regexp.MustCompile(`^[0-9A-Za-z_.-]{1,64}$`)
	for _, zone := range []string{"America/Argentina/ComodRivadavia", "America/North_Dakota/New_Salem", "America/Port-au-Prince", "Etc/GMT+12"} {
		text := "timezone: " + zone + "\nclusters:" + clusterWith("a", "", `{name: night, profile: off, days: [mon, wed, fri], from: "20:00"}`)
		for _, trigger := range boundaryTriggers(parseConfig(t, text)) {
			if !form.MatchString(trigger.name) || checkRecurring(trigger.expression) != nil || len(trigger.description) > 512 {
				t.Errorf("EventBridge Scheduler refuses %+v", trigger)
			}
		}
	}
}
