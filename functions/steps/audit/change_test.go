package audit

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

var began = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

// trail is an audit trail that remembers its records.
type trail struct {
	unit    claim.Unit
	unread  error // the error of reading the unit
	full    error // the error of every write
	records []tables.Record
	units   []run.UnitRecord // the units' records
	asked   []string         // the runs whose units were read
	lost    error            // the error of every event
	events  []event.Event
	calls   int // how often events were sent
	told    map[string]bool
}

func (t *trail) Told(_ context.Context, id string) (bool, error) { return t.told[id], t.unread }

func (t *trail) SetTold(_ context.Context, id string, _ time.Time) error {
	if t.told == nil {
		t.told = map[string]bool{}
	}
	t.told[id] = true
	return t.full
}

func (t *trail) emit(_ context.Context, events ...event.Event) error {
	t.events = append(t.events, events...)
	t.calls++
	return t.lost
}

func (t *trail) UnitRecords(_ context.Context, run string) ([]run.UnitRecord, error) {
	t.asked = append(t.asked, run)
	return t.units, t.unread
}

func (t *trail) Put(_ context.Context, r tables.Record) error {
	t.records = append(t.records, r)
	return t.full
}

func (t *trail) Unit(context.Context, string) (claim.Unit, error) { return t.unit, t.unread }

func (t *trail) audit(in run.AuditRequest) (any, error) {
	h := Handler{Logs: t, Retention: 24 * time.Hour, Now: func() time.Time { return began }, Metrics: &bytes.Buffer{}, Emit: t.emit}
	return h.Handle(context.Background(), slog.New(slog.DiscardHandler), in)
}

func sized(desired int32) scaling.Sizes { return scaling.Sizes{MaxSize: 5, DesiredSize: desired} }

// scaledUp returns a successful change of big from 1 to 3 nodes.
func scaledUp() run.ChangeTask {
	return run.ChangeTask{
		Run:  run.Run{Execution: run.Execution{Name: "run"}, TakenAt: began},
		Unit: "production", Wanted: scaling.Wanted{Profile: "peak", Period: "tuesday-peak"},
		Decision: scaling.Decision{Nodegroup: "big", Action: scaling.ScaleUp, Reason: "it is time", Before: new(sized(0))},
		Progress: &run.Progress{
			Status: run.Ended, Outcome: run.Succeeded, UpdateID: "u", Before: sized(1), After: sized(3),
			StartedAt: began, EndedAt: began.Add(90 * time.Second),
		},
	}
}

func TestAChangeOnRecord(t *testing.T) {
	t.Parallel()
	failure := &run.StepError{Error: "NodegroupFailedError", Cause: "no capacity"}
	newer := claim.NewOrder(began.Add(time.Minute), "newer")
	older := claim.NewOrder(began.Add(-time.Minute), "older")
	base := func(outcome run.Outcome) run.ChangeResult {
		return run.ChangeResult{Nodegroup: "big", Outcome: outcome, Before: new(sized(1)), Seconds: 90}
	}
	for _, row := range []struct {
		rule   string
		set    func(task *run.ChangeTask, on *trail)
		want   func(*run.ChangeResult)
		record bool
	}{
		{"one that arrived", func(*run.ChangeTask, *trail) {}, func(r *run.ChangeResult) { r.After = new(sized(3)) }, true},
		{"one that had nothing to change", func(c *run.ChangeTask, _ *trail) { c.Progress.Outcome = run.Unchanged }, func(r *run.ChangeResult) {
			r.Outcome, r.After = run.Unchanged, new(sized(3))
		}, true},
		{"with a note", func(c *run.ChangeTask, _ *trail) { c.Progress.Note = "it has more" }, func(r *run.ChangeResult) {
			r.After, r.Note = new(sized(3)), "it has more"
		}, true},
		{"with the calls that EKS throttled", func(c *run.ChangeTask, _ *trail) { c.Progress.Throttled = 7 }, func(r *run.ChangeResult) {
			r.After, r.Throttled = new(sized(3)), 7
		}, true},
		{"one that failed", func(c *run.ChangeTask, _ *trail) { c.Error = failure }, func(r *run.ChangeResult) {
			r.Outcome, r.Error = run.Failed, failure
		}, true},
		{"one that failed before its first look", func(c *run.ChangeTask, _ *trail) { c.Error, c.Progress = failure, nil }, func(r *run.ChangeResult) {
			r.Outcome, r.Error, r.Before, r.Seconds = run.Failed, failure, new(sized(0)), 0
		}, true},
		{"one that EKS has throttled until waitTimeout", func(c *run.ChangeTask, _ *trail) {
			c.Error = failure
			c.Progress = &run.Progress{Status: run.Busy, Note: "Rate exceeded", After: sized(3), Throttled: 9}
		}, func(r *run.ChangeResult) {
			r.Outcome, r.Error, r.Before, r.Throttled, r.Seconds = run.Failed, failure, new(sized(0)), 9, 0
		}, true},
		{"one with neither progress nor an error", func(c *run.ChangeTask, _ *trail) { c.Progress = nil }, func(r *run.ChangeResult) {
			r.Outcome, r.Before, r.Seconds = run.Failed, new(sized(0)), 0
			r.Error = &run.StepError{Error: "InternalError", Cause: "the change has neither progress nor an error"}
		}, true},
		{"a failure after a newer run has taken the node group", func(c *run.ChangeTask, on *trail) {
			c.Error, on.unit.Orders = failure, map[string]claim.Order{"big": newer}
		}, func(r *run.ChangeResult) {
			r.Outcome, r.Error, r.OvertakenBy = run.Overtaken, failure, "newer"
		}, true},
		{"a failure of the newest run", func(c *run.ChangeTask, on *trail) {
			c.Error, on.unit.Orders = failure, map[string]claim.Order{"big": older, "small": newer}
		}, func(r *run.ChangeResult) { r.Outcome, r.Error = run.Failed, failure }, true},
		{"a failure in doubt", func(c *run.ChangeTask, on *trail) {
			c.Error, on.unread, on.unit.Orders = failure, errors.New("throttled"), map[string]claim.Order{"big": newer}
		}, func(r *run.ChangeResult) { r.Outcome, r.Error = run.Failed, failure }, true},
		{"one that was overtaken", func(c *run.ChangeTask, _ *trail) {
			c.Progress.Outcome, c.Progress.OvertakenBy = run.Overtaken, "newer"
		}, func(r *run.ChangeResult) { r.Outcome, r.OvertakenBy = run.Overtaken, "newer" }, true},
		{"one that went back to decide", func(c *run.ChangeTask, _ *trail) {
			c.Progress.Outcome, c.Progress.Note = run.Returned, "its time is over"
		}, func(r *run.ChangeResult) { r.Outcome, r.Note = run.Returned, "its time is over" }, false},
	} {
		task, on := scaledUp(), &trail{}
		row.set(&task, on)
		want := base(run.Succeeded)
		row.want(&want)
		got, err := on.audit(run.AuditRequest{Change: &task})
		if diff := cmp.Diff(any(want), got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", row.rule, err, diff)
		}
		if recorded := len(on.records) == 1; recorded != row.record {
			t.Errorf("%s: recorded: %t; want %t", row.rule, recorded, row.record)
			continue
		}
		if row.record {
			r := on.records[0]
			change, ok := r.Detail.(run.Change)
			if diff := cmp.Diff(want, change.ChangeResult); diff != "" || !ok || r.Subject != "production/big" || change.Profile != "peak" {
				t.Errorf("%s: the record is %+v (-want +got):\n%s", row.rule, r, diff)
			}
			if took := change.EndedAt.Sub(change.StartedAt).Seconds(); took != want.Seconds {
				t.Errorf("%s: the record says that it lasted %v s; want %v", row.rule, took, want.Seconds)
			}
		}
	}
}

func TestAChangeThatCannotBeRecordedFails(t *testing.T) {
	t.Parallel()
	task, on := scaledUp(), &trail{full: errors.New("throttled")}
	if _, err := on.audit(run.AuditRequest{Change: &task}); !errors.Is(err, on.full) {
		t.Errorf("found %v; want %v", err, on.full)
	}
}

func TestARunOnRecord(t *testing.T) {
	t.Parallel()
	on := &trail{}
	out, err := on.audit(run.AuditRequest{Run: &run.Task{
		Execution: run.Execution{Name: "run"}, StartTime: began, Input: []byte(`{"trigger":"reconcile"}`),
	}})
	if err != nil || len(on.records) != 1 {
		t.Fatalf("%v, and %d records; want one", err, len(on.records))
	}
	r := on.records[0]
	if run, ok := r.Detail.(run.Record); !ok || r.Subject != tables.SubjectRun || !r.ExpiresAt.Equal(began.Add(24*time.Hour)) || string(run.Input) != `{"trigger":"reconcile"}` {
		t.Errorf("the record is %+v", r)
	}
	if summary, ok := out.(run.Summary); !ok || summary.Outcome != run.Succeeded {
		t.Errorf("the output is %+v; want the summary", out)
	}
	if _, err := on.audit(run.AuditRequest{}); err == nil {
		t.Error("a payload with neither a change nor a run goes through")
	}
}
