package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

const (
	cluster    = "production"
	example    = "examples/sao-paulo.yaml"
	resultFile = "build/demo/result.json"
)

var nodegroups = []string{"small", "big"}

// play is one run of the demo with its expected result. Expectations are written by hand, so that they do not depend on the
// schedule engine under test.
type play struct {
	name    string
	at      time.Time
	input   run.Input
	profile string // the node groups must have its sizes afterwards
	status  engine.Status
	ends    string // the state in which the run must end
}

// sizes holds the sizes of the example's profiles.
var sizes = map[string]map[string]scaling.Sizes{
	"sleep":  {"small": {MaxSize: 1, DesiredSize: 1}, "big": {MaxSize: 5, DesiredSize: 0}},
	"normal": {"small": {MaxSize: 1, DesiredSize: 0}, "big": {MaxSize: 5, DesiredSize: 1}},
	"peak":   {"small": {MaxSize: 1, DesiredSize: 0}, "big": {MaxSize: 5, DesiredSize: 3}},
}

// outcome is a run's entry in the result file.
type outcome struct {
	Name       string                   `json:"name"`
	At         string                   `json:"at"`
	Input      run.Input                `json:"input"`
	Status     engine.Status            `json:"status"`
	Path       []string                 `json:"path"`
	Nodegroups map[string]scaling.Sizes `json:"nodegroups"`
	Alerts     []world.Alert            `json:"alerts"`
}

type demo struct {
	w        *world.World
	out      io.Writer
	now      func() time.Time
	zone     *time.Location
	outcomes []outcome
	wrong    []string
	states   int
}

func newDemo(w *world.World, out io.Writer, now func() time.Time) *demo {
	return &demo{w: w, out: out, now: now, zone: saoPaulo()}
}

func saoPaulo() *time.Location {
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		panic(err) // the zone database is embedded
	}
	return zone
}

func (d *demo) say(format string, args ...any) {
	_, _ = fmt.Fprintf(d.out, format+"\n", args...)
}

// play runs the demo from the seed to the records. It returns what was not as expected.
func (d *demo) play(ctx context.Context) (wrong []string, err error) {
	began := d.now()
	d.w.EKS.CreateNodegroup(world.Region, cluster, "small", eks.Sizes{Max: 1})
	d.w.EKS.CreateNodegroup(world.Region, cluster, "big", eks.Sizes{Max: 5, Desired: 1})
	d.say("\n$ eks-scaling config apply %s", example)
	if err := d.apply(ctx, example); err != nil {
		return nil, err
	}
	d.say("\nA week in São Paulo, at every transition (desiredSize before->after):\n")
	for _, p := range week(d.zone) {
		if err := d.perform(ctx, p); err != nil {
			return nil, err
		}
	}
	d.say("\nBy hand, and when things go wrong:\n")
	if err := d.specials(ctx); err != nil {
		return nil, err
	}
	if err := d.specialWeek(ctx); err != nil {
		return nil, err
	}
	if err := d.records(ctx); err != nil {
		return nil, err
	}
	if err := d.save(); err != nil {
		return nil, err
	}
	d.say("%d runs, %d state transitions, %.1f s; every run's input, path and result: %s",
		len(d.outcomes), d.states, d.now().Sub(began).Seconds(), resultFile)
	return d.wrong, nil
}

// week returns the transitions of the week from Monday 2026-11-23 to Sunday 2026-11-29.
func week(zone *time.Location) []play {
	var plays []play
	for day := 23; day <= 29; day++ {
		add := func(hour, minute int, profile string) {
			at := time.Date(2026, time.November, day, hour, minute, 0, 0, zone)
			plays = append(plays, play{
				name: strings.ToLower(at.Format("Mon-2006-01-02-1504")), at: at, profile: profile,
				input:  run.Input{Trigger: "schedule", Actor: "demo", Reason: "transition " + at.Format("15:04"), At: at},
				status: engine.Succeeded, ends: "Succeeded",
			})
		}
		date := time.Date(2026, time.November, day, 0, 0, 0, 0, zone)
		if date.Weekday() == time.Saturday || date.Weekday() == time.Sunday {
			add(0, 0, "sleep")
		}
		add(1, 0, "sleep")
		if date.Weekday() == time.Tuesday {
			add(6, 30, "peak")
		} else {
			add(6, 30, "normal")
		}
		add(11, 30, "normal")
	}
	return plays
}

// specials returns runs that do not occur in an ordinary week.
func (d *demo) specials(ctx context.Context) error {
	sunday := time.Date(2026, time.November, 29, 15, 0, 0, 0, d.zone)
	manual := play{
		name: "manual-peak", at: sunday, profile: "peak", status: engine.Succeeded, ends: "Succeeded",
		input: run.Input{Trigger: "manual", Actor: "demo", Reason: "a load test", Profile: "peak", At: sunday},
	}
	dry := play{
		name: "dry-run", at: sunday.Add(10 * time.Minute), profile: "peak", status: engine.Succeeded, ends: "Succeeded",
		input: run.Input{Trigger: "manual", Actor: "demo", Reason: "what would sleep do?", Profile: "sleep", DryRun: true, At: sunday.Add(10 * time.Minute)},
	}
	off := play{
		name: "switch-off", at: sunday.Add(20 * time.Minute), profile: "peak", status: engine.Succeeded, ends: "Skipped",
		input: run.Input{Trigger: "schedule", Actor: "demo", Reason: "the switch is off", At: sunday.Add(20 * time.Minute)},
	}
	night := time.Date(2026, time.November, 30, 1, 0, 0, 0, d.zone)
	fails := play{
		name: "update-fails", at: night, profile: "peak", status: engine.Failed, ends: "Failed",
		input: run.Input{Trigger: "schedule", Actor: "demo", Reason: "transition 01:00, and EKS fails the update of small", At: night},
	}
	for _, p := range []play{manual, dry} {
		if err := d.perform(ctx, p); err != nil {
			return err
		}
	}
	if err := d.setPaused(ctx, true); err != nil {
		return err
	}
	if err := d.perform(ctx, off); err != nil {
		return err
	}
	if err := d.setPaused(ctx, false); err != nil {
		return err
	}
	d.w.EKS.FailUpdate(world.Region, cluster, "small", "AsgInstanceLaunchFailures", "We currently do not have sufficient capacity.")
	return d.perform(ctx, fails)
}

// perform runs a play, prints its line and records the result.
func (d *demo) perform(ctx context.Context, p play) error {
	before, alerts, began := d.sizes(), len(d.w.Alerts()), d.now()
	result, err := d.w.Run(ctx, p.name, p.input)
	if err != nil {
		return err
	}
	took, after := d.now().Sub(began), d.sizes()
	part, err := d.partOf(ctx, p.name)
	if err != nil {
		return err
	}
	o := outcome{
		Name: p.name, At: p.at.Format(time.RFC3339), Input: p.input, Status: result.Status, Path: result.Path,
		Nodegroups: after, Alerts: d.w.Alerts()[alerts:],
	}
	d.outcomes, d.states = append(d.outcomes, o), d.states+result.Transitions
	d.say("%s  %-24s  %-11s  %-9s  %-9s %4d ms", p.at.Format("Mon 2006-01-02 15:04"), activeProfile(part, p),
		arrow("small", before, after), arrow("big", before, after), result.Status, took.Milliseconds())
	d.explain(p, part, result, o.Alerts)
	d.check(p, o)
	return nil
}

// explain prints details below the line.
func (d *demo) explain(p play, part run.UnitRecord, result engine.Result, alerts []world.Alert) {
	var summary run.Summary
	_ = json.Unmarshal(result.Output, &summary) // a failed run has no output
	if p.ends == "Skipped" {
		d.say("      skipped: %s", summary.Message)
	}
	if p.input.DryRun {
		for _, n := range part.Nodegroups {
			d.say("      would %s %s: %s -> %s, because %s", n.Action, n.Nodegroup, n.Before, n.After, n.Reason)
		}
	}
	for _, a := range alerts {
		d.say("\n      SNS message: %s\n", a.Subject)
		for line := range strings.Lines(a.Message) {
			d.say("      | %s", strings.TrimRight(line, "\n"))
		}
	}
}

// check compares a run with its expectations.
func (d *demo) check(p play, o outcome) {
	if o.Status != p.status {
		d.wrong = append(d.wrong, fmt.Sprintf("%s: status %s; want %s", p.name, o.Status, p.status))
	}
	if last := o.Path[len(o.Path)-1]; last != p.ends {
		d.wrong = append(d.wrong, fmt.Sprintf("%s: ended in state %s; want %s", p.name, last, p.ends))
	}
	for _, name := range nodegroups {
		if got, want := o.Nodegroups[cluster+"/"+name], sizes[p.profile][name]; got != want {
			d.wrong = append(d.wrong, fmt.Sprintf("%s: %s has %s; want %s", p.name, name, got, want))
		}
	}
	if failed := p.status == engine.Failed; failed != (len(o.Alerts) == 1) {
		d.wrong = append(d.wrong, fmt.Sprintf("%s: %d alerts", p.name, len(o.Alerts)))
	}
}

// sizes reads the node groups back from EKS.
func (d *demo) sizes() map[string]scaling.Sizes {
	all := map[string]scaling.Sizes{}
	for _, name := range nodegroups {
		ng, _ := d.w.EKS.Nodegroup(world.Region, cluster, name)
		all[cluster+"/"+name] = scaling.Sizes{MinSize: ng.Sizes.Min, MaxSize: ng.Sizes.Max, DesiredSize: ng.Sizes.Desired}
	}
	return all
}

func (d *demo) apply(ctx context.Context, file string) error {
	printed, err := d.w.CLI(ctx, "config", "apply", "--yes", file)
	d.say("%s", strings.TrimRight(printed, "\n"))
	return err
}

// setPaused writes the example's configuration, paused or active.
func (d *demo) setPaused(ctx context.Context, paused bool) error {
	text, err := os.ReadFile(example)
	if err != nil {
		return err
	}
	file := "build/demo/paused.yaml"
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), "paused: false", fmt.Sprintf("paused: %t", paused), 1)), 0o600); err != nil {
		return err
	}
	printed, err := d.w.CLI(ctx, "config", "apply", "--yes", file)
	for line := range strings.Lines(printed) {
		if strings.Contains(line, "~") {
			d.say("      eks-scaling config apply:%s", strings.TrimRight(line, "\n"))
		}
	}
	return err
}
