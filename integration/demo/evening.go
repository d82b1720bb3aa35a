package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/weather"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
)

const signalsExample = "examples/signals.yaml"

// hour is what happens before a trigger of the evening fires, and what its run must make of it. Expectations are written by hand.
type hour struct {
	clock string // HH:MM in São Paulo
	// What becomes of the sources; empty means that they stay as they are. Rain is a number or a status.
	rain, alarm, calendar string

	trigger    string // the kind of the trigger: look, weekly or reconcile
	on         string // the periods whose condition is on afterwards
	small, big int32
	note       string
}

// stormyEvening is the evening of Tuesday 2026-11-24.
var stormyEvening = []hour{
	{clock: "18:00", trigger: "look", on: "-", big: 1},
	{clock: "18:15", rain: "24", trigger: "look", on: "storm", big: 4, note: "above 20: raised"},
	{clock: "18:23", trigger: "reconcile", on: "storm", big: 4},
	{clock: "18:30", rain: "17", trigger: "look", on: "storm", big: 4, note: "between 12 and 20: stays on"},
	{clock: "18:45", rain: "9", trigger: "look", on: "storm", big: 4, note: "below 12, but hold is 45m"},
	{clock: "19:00", trigger: "look", on: "-", big: 1, note: "hold is over: ends"},
	{clock: "19:15", alarm: "ALARM", trigger: "look", on: "backlog", big: 2, note: "the alarm raises, too"},
	{clock: "19:23", trigger: "reconcile", on: "backlog", big: 2},
	{clock: "19:30", rain: "26", trigger: "look", on: "storm, backlog", big: 4, note: "the larger size counts"},
	{clock: "19:45", rain: "503", alarm: "OK", calendar: "CLOSED", trigger: "look", on: "storm, frozen", big: 4, note: "no answer: 26 counts for 30m"},
	{clock: "20:00", trigger: "weekly", on: "storm, frozen", small: 1, big: 4, note: "night: only small follows it"},
	{clock: "20:15", trigger: "look", on: "frozen", small: 1, big: 1, note: "otherwise: false ends the storm"},
	{clock: "20:23", rain: "3", trigger: "reconcile", on: "frozen", small: 1, big: 1},
	{clock: "20:30", calendar: "OPEN", trigger: "look", on: "-", small: 1, note: "no freeze: as at night"},
}

// evening runs a stormy evening by a virtual clock, in a world of its own.
type evening struct {
	*world.World
	out   io.Writer
	zone  *time.Location
	wrong []string
	// reasons say when and why big changed.
	reasons []string
}

func newEvening(w *world.World, out io.Writer, zone *time.Location) *evening {
	return &evening{World: w, out: out, zone: zone}
}

// eveningBegins is the time of its world at the start.
func eveningBegins(zone *time.Location) time.Time {
	return time.Date(2026, time.November, 24, 17, 50, 0, 0, zone)
}

func (e *evening) say(format string, args ...any) {
	_, _ = fmt.Fprintf(e.out, format+"\n", args...)
}

// play returns what was not as expected.
func (e *evening) play(ctx context.Context) (wrong []string, err error) {
	if err := e.prepare(ctx); err != nil {
		return nil, err
	}
	begins := eveningBegins(e.zone)
	e.say("\nA stormy evening, %s. Each line is a run that a trigger started:\n", begins.Format("Mon 2006-01-02"))
	e.row("TIME", "TRIGGER", "RAIN", "ALARM", "CALENDAR", "ON", "SMALL", "BIG", "")
	for _, h := range stormyEvening {
		at, err := time.ParseInLocation("2006-01-02 15:04", begins.Format("2006-01-02 ")+h.clock, e.zone)
		if err != nil {
			return nil, err
		}
		if err := e.perform(ctx, at, h); err != nil {
			return nil, err
		}
	}
	e.say("\nThe reasons on record for big:\n")
	for _, reason := range e.reasons {
		e.say("  %s", reason)
	}
	return e.wrong, nil
}

// prepare creates the cluster and the sources, and applies the example.
func (e *evening) prepare(ctx context.Context) error {
	e.EKS.CreateNodegroup(world.Region, cluster, "small", eks.Sizes{Max: 1})
	e.EKS.CreateNodegroup(world.Region, cluster, "big", eks.Sizes{Max: 5, Desired: 1})
	e.SetSecret("weather-key", "only-in-the-demo")
	if err := e.change(hour{rain: "8", alarm: "OK", calendar: "OPEN"}); err != nil {
		return err
	}
	text, err := os.ReadFile(signalsExample)
	if err != nil {
		return err
	}
	e.say("\nSignals, and the periods that depend on them, in %s:\n", signalsExample)
	for line := range strings.Lines(string(text)) {
		if isAboutSignals(line) {
			e.say("  %s", strings.TrimRight(line, "\n"))
		}
	}
	if printed, err := e.CLI(ctx, "config", "apply", "--yes", signalsExample); err != nil {
		return fmt.Errorf("%w\n%s", err, printed)
	}
	return e.DeliverChanges(ctx)
}

// isAboutSignals selects the lines of the example that define signals and conditions.
func isAboutSignals(line string) bool {
	for _, part := range []string{"http:", "value:", "maxAge:", "otherwise:", "when:", "  rain:"} {
		if strings.Contains(line, part) {
			return true
		}
	}
	return false
}

// change sets the sources as an hour says.
func (e *evening) change(h hour) error {
	if h.rain != "" {
		text := h.rain
		if len(text) < 3 { // no status
			text = fmt.Sprintf(`{"hourly":{"precipitation":[%s]}}`, h.rain)
		}
		answer, err := weather.Parse(text)
		if err != nil {
			return err
		}
		e.Weather.Set(answer)
	}
	if h.alarm != "" {
		if err := e.SetAlarm("ingest-backlog", h.alarm, false); err != nil {
			return err
		}
	}
	if h.calendar != "" {
		return e.SetCalendar("freeze", h.calendar)
	}
	return nil
}

// settles is how long a run and its updates take at most.
const settles = 7 * time.Minute

// perform fires the next trigger, which must be due at an instant, and checks what its run did.
func (e *evening) perform(ctx context.Context, at time.Time, h hour) error {
	next := e.Due(e.Now(), at.Add(time.Minute))
	next = withoutChanges(next)
	if len(next) != 1 || !next[0].At.Equal(at) {
		return fmt.Errorf("until %s found the triggers %v; want one, at that time", h.clock, namesOf(next))
	}
	if err := e.change(h); err != nil {
		return err
	}
	before := e.sizes()
	if err := e.RunUntil(ctx, at); err != nil {
		return err
	}
	x, err := e.Fire(next[0])
	if err != nil {
		return err
	}
	if err := e.RunUntil(ctx, at.Add(settles)); err != nil {
		return err
	}
	units, err := e.Units(ctx, x.Name)
	if err != nil {
		return err
	}
	if len(units) != 1 {
		return fmt.Errorf("the run at %s has %d units; want 1", h.clock, len(units))
	}
	e.tell(h, next[0], units[0], before)
	e.check(h, next[0], units[0], x.Describe().Status)
	return nil
}

// withoutChanges leaves out the trigger of the configuration's change: it finds nothing to do.
func withoutChanges(due []scheduler.Firing) (rest []scheduler.Firing) {
	for _, f := range due {
		if !strings.HasPrefix(f.Schedule.Name, "changed-") {
			rest = append(rest, f)
		}
	}
	return rest
}

func namesOf(due []scheduler.Firing) (names []string) {
	for _, f := range due {
		names = append(names, f.Schedule.Name)
	}
	return names
}

// kindOf returns the first word of a trigger's name.
func kindOf(f scheduler.Firing) string {
	kind, _, _ := strings.Cut(f.Schedule.Name, "-")
	return kind
}

// tell prints the line of a run, and keeps its reasons.
func (e *evening) tell(h hour, f scheduler.Firing, unit run.UnitRecord, before [2]int32) {
	after := e.sizes()
	clock := f.At.In(e.zone).Format("15:04")
	e.row(clock, kindOf(f), reading(unit, "rain"), reading(unit, "backlog"), reading(unit, "freeze"), conditionsOf(unit),
		fromTo(before[0], after[0]), fromTo(before[1], after[1]), h.note)
	for _, n := range unit.Nodegroups {
		if n.Nodegroup == "big" && before[1] != after[1] {
			e.reasons = append(e.reasons, clock+"  "+n.Reason)
		}
	}
}

// row prints a line of the table.
func (e *evening) row(cells ...any) {
	line := fmt.Sprintf("  %-5s  %-9s  %-13s  %-5s  %-8s  %-14s  %-5s  %-4s  %s", cells...)
	e.say("%s", strings.TrimRight(line, " "))
}

// reading returns the last value of a signal, and if it could not be read.
func reading(unit run.UnitRecord, signal string) string {
	for _, s := range unit.Signals {
		switch {
		case s.Signal != signal:
		case s.Error != "":
			return "fails, was " + s.Value
		default:
			return s.Value
		}
	}
	return "-"
}

// conditionsOf names the periods whose condition is on.
func conditionsOf(unit run.UnitRecord) string {
	var on []string
	for _, s := range unit.Signals {
		if s.On {
			on = append(on, s.Period)
		}
	}
	if len(on) == 0 {
		return "-"
	}
	return strings.Join(on, ", ")
}

func fromTo(before, after int32) string {
	if before == after {
		return fmt.Sprint(after)
	}
	return fmt.Sprintf("%d->%d", before, after)
}

// sizes returns the desired sizes of small and big.
func (e *evening) sizes() (sizes [2]int32) {
	for i, name := range nodegroups {
		ng, _ := e.EKS.Nodegroup(world.Region, cluster, name)
		sizes[i] = ng.Sizes.Desired
	}
	return sizes
}

// check compares a run with its expectations.
func (e *evening) check(h hour, f scheduler.Firing, unit run.UnitRecord, status engine.Status) {
	found := fmt.Sprintf("%s by %s with %s on, sizes %v", status, kindOf(f), conditionsOf(unit), e.sizes())
	want := fmt.Sprintf("%s by %s with %s on, sizes %v", engine.Succeeded, h.trigger, h.on, [2]int32{h.small, h.big})
	if found != want {
		e.wrong = append(e.wrong, fmt.Sprintf("evening, %s: %s; want %s", h.clock, found, want))
	}
}
