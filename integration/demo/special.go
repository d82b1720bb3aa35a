package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
	"time"

	"eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
)

// specialConfig is a week with a holiday on Wednesday, a weekend that begins on Friday evening, and an override on Saturday.
// Overrides must lie in the future, so the dates are in a coming week.
var specialConfig = template.Must(template.New("").Parse(`timezone: America/Sao_Paulo
calendars:
  holidays: {dates: [{date: {{.Wednesday}}, name: a holiday}]}
clusters:
  - name: production
    region: sa-east-1
    nodegroups:
      small: {minSize: 0, maxSize: 1}
      big:   {minSize: 0, maxSize: 5}
    profiles:
      sleep:  {small: 1, big: 0}
      normal: {small: 0, big: 1}
      peak:   {small: 0, big: 3}
    schedule:
      default: normal
      periods:
        - {name: holiday, profile: sleep, calendars: {only: [holidays]}, from: "06:30", to: "01:00"}
        - {name: weekend, profile: sleep, from: fri 20:00, to: mon 06:30}
        - {name: night, profile: sleep, from: "01:00", to: "06:30"}
        - {name: tuesday-peak, profile: peak, days: [tue], from: "06:30", to: "11:30"}
overrides:
  - {cluster: production, profile: peak, from: {{.Saturday}} 10:00, until: {{.Saturday}} 14:00, reason: a release, createdBy: ana}
`))

// specialProfiles lists the profile that must be active after each trigger of that week. It is written by hand, like the week.
var specialProfiles = map[string]string{
	"Mon 01:00": "sleep", "Mon 06:30": "normal",
	"Tue 01:00": "sleep", "Tue 06:30": "peak", "Tue 11:30": "normal",
	"Wed 01:00": "sleep", "Wed 06:30": "sleep", // a holiday
	"Thu 01:00": "sleep", "Thu 06:30": "normal",
	"Fri 01:00": "sleep", "Fri 06:30": "normal", "Fri 20:00": "sleep",
	"Sat 01:00": "sleep", "Sat 06:30": "sleep", "Sat 10:00": "peak", "Sat 14:00": "sleep",
	"Sun 01:00": "sleep", "Sun 06:30": "sleep",
}

const specialFile = "build/demo/special-week.yaml"

// specialWeek writes another configuration, syncs its triggers, and then fires them one after the other.
func (d *demo) specialWeek(ctx context.Context) error {
	today := d.now().In(d.zone)
	monday := time.Date(today.Year(), today.Month(), today.Day()+14-(int(today.Weekday())+6)%7, 0, 0, 0, 0, d.zone)
	if err := d.writeSpecialConfig(monday); err != nil {
		return err
	}
	d.say("\nA week with a holiday, a long weekend and an override:\n\n$ eks-scaling config apply %s", specialFile)
	if err := d.apply(ctx, specialFile); err != nil {
		return err
	}
	args := []string{"preview", "--config", specialFile, "--from", monday.Format(time.RFC3339)}
	d.say("\n$ eks-scaling %s", strings.Join(args, " "))
	printed, err := d.w.CLI(ctx, args...)
	d.say("%s", strings.TrimRight(printed, "\n"))
	if err != nil {
		return err
	}
	if err := d.w.DeliverChanges(ctx); err != nil {
		return err
	}
	d.say("\nThe change of the configuration has made these triggers:\n")
	for _, s := range d.w.Scheduler.Schedules(world.ScheduleGroup) {
		d.say("  %-32s %-26s %s", s.Name, s.Expression, s.Timezone)
	}
	d.say("\nFired one after the other:\n")
	return d.fire(ctx, d.w.Scheduler.Firings(world.ScheduleGroup, monday, monday.AddDate(0, 0, 7)))
}

func (d *demo) writeSpecialConfig(monday time.Time) error {
	file, err := create(specialFile)
	if err != nil {
		return err
	}
	dates := map[string]string{"Wednesday": monday.AddDate(0, 0, 2).Format(time.DateOnly), "Saturday": monday.AddDate(0, 0, 5).Format(time.DateOnly)}
	return errors.Join(specialConfig.Execute(file, dates), file.Close())
}

// fire starts a run for each firing, with the input that the schedule sends.
func (d *demo) fire(ctx context.Context, firings []scheduler.Firing) error {
	missing := maps.Clone(specialProfiles)
	for _, f := range firings {
		at := f.At.In(d.zone)
		due := at.Format("Mon 15:04")
		input, err := inputOf(f)
		if err != nil {
			return err
		}
		input.At, input.Due = at, time.Time{} // the local clock stays in the present
		name := strings.ToLower(at.Format("Mon-2006-01-02-1504")) + "-special"
		if err := d.perform(ctx, play{name: name, at: at, input: input, profile: specialProfiles[due], status: engine.Succeeded, ends: "Succeeded"}); err != nil {
			return err
		}
		delete(missing, due)
	}
	for _, due := range slices.Sorted(maps.Keys(missing)) {
		d.wrong = append(d.wrong, "no trigger fires on "+due)
	}
	return nil
}

// inputOf returns the execution's input from the request that a firing sends to Step Functions.
func inputOf(f scheduler.Firing) (input run.Input, err error) {
	var request struct{ Input string }
	if err := json.Unmarshal([]byte(world.Request(f)), &request); err != nil {
		return input, fmt.Errorf("schedule %s: %w", f.Schedule.Name, err)
	}
	return input, json.Unmarshal([]byte(request.Input), &input)
}
