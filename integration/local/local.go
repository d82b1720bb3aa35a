package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/runtime/node"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/integration/world/clock"
	"eks-scaling-automation/shared/run"
)

const (
	cluster    = "production"
	subscriber = "oncall@example.com"
	example    = "examples/sao-paulo.yaml"
	// The duration of an update by the world's clock, if that runs.
	updateTime = 30 * time.Second
	// How long a run waits before it reads a node group again: less on a fast or stopped clock, but always long enough to be
	// seen.
	maxWait = 3 * time.Second
	minWait = 700 * time.Millisecond
	// How often the world checks for due events, by the machine's clock.
	tick = 250 * time.Millisecond
)

type options struct {
	address  string
	speed    float64
	at       string
	binaries string
	in       io.Reader // where Enter moves a stopped clock
	out      io.Writer
	now      func() time.Time
}

// local is a running world.
type local struct {
	*world.World
	now  func() time.Time // the world's clock
	zone *time.Location
	runs *runs
	out  io.Writer
	hand *clock.Hand // moves a stopped clock; otherwise nil
}

func (l *local) say(format string, args ...any) {
	_, _ = fmt.Fprintf(l.out, format+"\n", args...)
}

func serve(ctx context.Context, o options) (err error) {
	begins, err := o.check()
	if err == nil {
		err = checkAddress(ctx, o.address)
	}
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(o.out, "Building the functions and starting the local AWS ...")
	if o.hasOwnClock() {
		o.binaries += "-clock"
	}
	if err := world.Build(ctx, o.binaries); err != nil {
		return unlessInterrupted(ctx, err)
	}
	pace := o.clock(begins)
	log, err := os.Create(filepath.Join(o.binaries, "functions.log"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	w, err := world.Start(ctx, world.Options{
		Binaries: o.binaries, Log: log, Now: o.now, Clock: pace, Address: o.address, WaitMillis: o.waitMillis(),
	})
	if err != nil {
		return unlessInterrupted(ctx, err)
	}
	l := &local{World: w, out: o.out, now: pace.Of(o.now), zone: saoPaulo(), runs: newRuns(), hand: pace.Hand()}
	defer func() {
		err = errors.Join(err, w.Close())
		node.EndResting()
		l.say("\nStopped the local AWS. Nothing is left behind.")
	}()
	if err := l.settle(ctx, o); err != nil {
		return unlessInterrupted(ctx, err)
	}
	url, closePage, err := l.servePage(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closePage()) }()
	l.greet(o, url)
	return l.keepUp(ctx, o.presses())
}

// unlessInterrupted returns an error, or nil after Ctrl-C.
func unlessInterrupted(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return nil
}

func saoPaulo() *time.Location {
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		panic(err) // the zone database is embedded
	}
	return zone
}

func (o options) hasOwnClock() bool {
	return o.at != "" || o.speed != 1
}

// waitMillis returns how long a run waits before it reads a node group again, in milliseconds of this machine.
func (o options) waitMillis() int {
	if o.speed == 0 {
		return int(minWait.Milliseconds())
	}
	return int(max(minWait, time.Duration(float64(maxWait)/max(o.speed, 1))).Milliseconds())
}

// check refuses invalid options, and returns the world's start; zero means now.
func (o options) check() (begins time.Time, err error) {
	if o.speed < 0 || o.speed > 3600 {
		return begins, fmt.Errorf("invalid SPEED %v: use 0 to 3600", o.speed)
	}
	if o.at == "" {
		return begins, nil
	}
	if begins, err = time.ParseInLocation("2006-01-02 15:04", o.at, saoPaulo()); err != nil {
		return begins, fmt.Errorf(`invalid AT %q: use a time in São Paulo, for example "2026-11-24 06:20"`, o.at)
	}
	return begins, nil
}

// clock returns the clock that the options select. It starts now.
func (o options) clock(begins time.Time) clock.Clock {
	if !o.hasOwnClock() {
		return clock.Clock{}
	}
	now := o.now()
	if begins.IsZero() {
		begins = now
	}
	if o.speed == 0 {
		return clock.ByHand(begins)
	}
	return clock.Clock{Machine: now.UTC(), World: begins.UTC(), Speed: o.speed}
}

// settle creates the cluster, subscribes to the alerts, applies the configuration, and starts a first run that brings the cluster in
// sync. The first updates finish at once, later ones take their time. On a stopped clock, reading an update ends it.
func (l *local) settle(ctx context.Context, o options) error {
	l.EKS.GoBy(l.now)
	l.EKS.CreateNodegroup(world.Region, cluster, "small", eks.Sizes{Max: 1})
	l.EKS.CreateNodegroup(world.Region, cluster, "big", eks.Sizes{Max: 5, Desired: 1})
	if o.speed > 0 {
		l.EKS.SetLooks(world.Region, cluster, "small", 0)
		l.EKS.SetLooks(world.Region, cluster, "big", 0)
	}
	l.Topics.Subscribe(l.Template.Of("AWS::SNS::Topic")[0].ARN, endpoint.Subscription{Protocol: "email", Endpoint: subscriber, Confirmed: true})
	if printed, err := l.CLI(ctx, "config", "apply", "--yes", "--by", "local", "--reason", "the example", example); err != nil {
		return fmt.Errorf("writing %s: %w\n%s", example, err, printed)
	}
	if err := l.DeliverChanges(ctx); err != nil {
		return err
	}
	_, err := l.Run(ctx, "the-first", run.Input{Trigger: run.ReconcileTrigger, Actor: "local", Reason: "the world begins"})
	l.runs.ended(l.Engine.Executions()) // so that the first run is not reported
	if o.speed > 0 {
		l.EKS.UpdatesTake(updateTime)
	}
	return err
}

func (l *local) greet(o options, pageURL string) {
	l.say("The local AWS is running in %s, with the stack deployed. Do not run make deploy here: it needs an AWS account.", world.Region)
	l.say("Cluster %s has the node groups small and big, and the configuration of %s.", cluster, example)
	l.say("%s is subscribed to the alerts. They are printed below.", subscriber)
	pace := ""
	switch o.speed {
	case 0:
		pace = fmt.Sprintf(" and stands still. Press Enter here to move it %v minutes", step.Minutes())
	case 1:
	default:
		pace = fmt.Sprintf(" and runs %v times as fast as yours", o.speed)
	}
	l.say("The clock says %s in São Paulo%s.\n", l.local(l.now()), pace)
	l.say("In another terminal, in this folder:\n")
	for _, variable := range l.Variables() {
		l.say("  export %s", variable)
	}
	l.say("  export PATH=\"%s:$PATH\"\n", inThisFolder(o.binaries))
	l.say("  eks-scaling status")
	l.say("  eks-scaling --help")
	l.say("  aws eks describe-nodegroup --cluster-name %s --nodegroup-name big\n", cluster)
	l.say("The report as a page, which follows what happens here: %s", pageURL)
	l.say("docs/signals.md shows how to set the weather, alarms and calendars here.\n")
	l.say("Ctrl-C stops it and leaves nothing behind. Activity:\n")
}

// inThisFolder returns a path that works in a shell of another terminal.
func inThisFolder(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return "$PWD/" + path
}

func (l *local) local(t time.Time) string {
	return t.In(l.zone).Format("Mon 2006-01-02 15:04:05")
}

// keepUp lets time pass until the context ends: schedules fire, the stream delivers changes of the configuration, items expire,
// and alarms change.
func (l *local) keepUp(ctx context.Context, presses <-chan struct{}) error {
	ticks := time.NewTicker(tick)
	defer ticks.Stop()
	seen := l.now()
	alerts := len(l.Alerts())
	for {
		moved := false
		select {
		case <-ctx.Done():
			return nil
		case <-presses:
			l.forward(ctx, seen)
			moved = true
		case <-ticks.C:
			l.fire(seen, l.now())
		}
		now := l.now()
		if err := errors.Join(l.handOn(ctx), l.Expire(ctx, now), l.Tick(ctx, seen, now)); err != nil && ctx.Err() == nil {
			l.say("%s  %v", l.local(now), err)
		}
		seen = now
		for _, x := range l.runs.ended(l.Engine.Executions()) {
			l.say("%s  %s", l.local(x.Describe().Ended), l.runs.sentence(x))
		}
		l.Evaluate()
		for _, alert := range l.Alerts()[alerts:] {
			alerts++
			l.say("%s  alert: %s", l.local(now), alert.Subject)
		}
		if moved {
			l.say("The clock says %s.", l.local(now))
		}
	}
}

// handOn delivers changes of the configuration to the functions that follow it, and reports them.
func (l *local) handOn(ctx context.Context) error {
	batch, err := l.Tables.TakeChanges()
	if err != nil || batch == nil {
		return err
	}
	if err := l.Deliver(ctx, batch); err != nil {
		return err
	}
	var changes struct {
		Records []struct {
			DynamoDB struct {
				Keys struct{ Kind, Name struct{ S string } }
			}
		}
	}
	if err := json.Unmarshal(batch, &changes); err != nil {
		return err
	}
	for _, r := range changes.Records {
		keys := r.DynamoDB.Keys
		l.say("%s  configuration changed: %s/%s; recorded, triggers synced", l.local(l.now()), keys.Kind.S, keys.Name.S)
	}
	return nil
}

// fire fires the due schedules.
func (l *local) fire(from, until time.Time) {
	for _, f := range l.Due(from, until) {
		x, err := l.Fire(f)
		if err != nil {
			l.say("%s  %v", l.local(f.At), err)
			continue
		}
		l.runs.fired(x, f.Schedule.Name)
	}
}
