package decide

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/integration/simulation/memdb"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/blastradius"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// The tests run on a Tuesday, ten seconds into the night: small must go up to 1, and then big down to 0.
var (
	night = time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	early = night.Add(10 * time.Second)
)

const unit = "production"

const production = `{"name":"production","region":"sa-east-1","nodegroups":{"small":{"minSize":0,"maxSize":1},"big":{"minSize":0,"maxSize":5}},
"profiles":{"sleep":{"small":1,"big":0},"normal":{"small":0,"big":1}},"enforce":"transition",
"schedule":{"default":"normal","periods":[{"name":"night","profile":"sleep","from":"01:00","to":"06:30"}]}}`

// world fakes everything around the step. Its table is in memory and checks conditions on the claim as DynamoDB does.
type world struct {
	t *testing.T
	*tables.Logs
	db *memdb.DB

	settings, spec string
	region         string // of the hub, if it takes no other
	overrides      []inventory.Item
	configured     bool
	groups         map[string]nodegroups.State
	unread         map[string]error
	updates        map[string]nodegroups.UpdateStatus
	running        map[string]string // updates that nobody recorded
	uncounted      error             // why the counter cannot be written

	now   time.Time
	calls []string
	// beforeClaim is called once, right before a claim is taken, and beforeRead right before the record is read.
	beforeClaim, beforeRead func()
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db := memdb.New(memdb.Table{Name: "logs", PartitionKey: "subject", SortKey: "at"})
	return &world{
		t: t, db: db, Logs: tables.NewLogs(db, "logs"), now: early, configured: true,
		settings: `{"paused":false,"timezone":"UTC"}`, spec: production,
		groups: map[string]nodegroups.State{"small": active(1, 0), "big": active(5, 1)},
		unread: map[string]error{}, updates: map[string]nodegroups.UpdateStatus{}, running: map[string]string{},
	}
}

func active(most, desired int32) nodegroups.State {
	return nodegroups.State{Status: nodegroups.Active, Sizes: scaling.Sizes{MaxSize: most, DesiredSize: desired}}
}

type configuration struct{ *world }

func (c configuration) Unit(context.Context, string) (inventory.Snapshot, error) {
	s := inventory.Snapshot{Settings: &inventory.Item{Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Spec: json.RawMessage(c.settings)}}
	if c.configured {
		s.Clusters = []inventory.Item{{Kind: inventory.KindCluster, Name: unit, Spec: json.RawMessage(c.spec)}}
		s.Overrides = c.overrides
	}
	return s, nil
}

func (w *world) Unit(ctx context.Context, name string) (claim.Unit, error) {
	if before := w.beforeRead; before != nil {
		w.beforeRead = nil
		before()
	}
	return w.Logs.Unit(ctx, name)
}

func (w *world) Claim(ctx context.Context, u claim.Unit, c claim.Claim, nodegroups []string) (claim.Unit, error) {
	if before := w.beforeClaim; before != nil {
		w.beforeClaim = nil
		before()
	}
	w.calls = append(w.calls, "claim")
	return w.Logs.Claim(ctx, u, c, nodegroups)
}

func (w *world) Decided(ctx context.Context, u claim.Unit, me claim.Order, now time.Time, r tables.Round) error {
	w.calls = append(w.calls, "decided")
	return w.Logs.Decided(ctx, u, me, now, r)
}

func (w *world) Reserve(ctx context.Context, r blastradius.Reservation) (blastradius.Taken, bool, error) {
	if w.uncounted != nil {
		return blastradius.Taken{}, false, w.uncounted
	}
	return w.Logs.Reserve(ctx, r)
}

func (w *world) Describe(_ context.Context, _ nodegroups.Place, name string) (nodegroups.State, error) {
	w.calls = append(w.calls, "describe "+name)
	return w.groups[name], w.unread[name]
}

func (w *world) Update(_ context.Context, _ nodegroups.Place, _, id string) (nodegroups.Update, error) {
	status, ok := w.updates[id]
	if !ok {
		return nodegroups.Update{}, &smithy.GenericAPIError{Code: "ResourceNotFoundException"}
	}
	return nodegroups.Update{Status: status}, nil
}

func (w *world) InProgress(_ context.Context, _ nodegroups.Place, name string) (string, error) {
	w.calls = append(w.calls, "list "+name)
	return w.running[name], nil
}

// run returns the task of a run whose first instant is now.
func (w *world) run(name string) run.UnitTask {
	return run.UnitTask{Run: run.Run{Execution: run.Execution{Name: name}, TakenAt: w.now}, Unit: unit}
}

// decide calls the step once.
func (w *world) decide(task run.UnitTask) (run.UnitTask, error) {
	w.calls = nil
	h := Handler{
		Config: configuration{w}, Units: w, Counter: w, EKS: w, Region: w.region, Now: func() time.Time { return w.now },
	}
	return h.Handle(w.t.Context(), slog.New(slog.DiscardHandler), task)
}

// next calls the step, which must succeed.
func (w *world) next(task run.UnitTask) run.UnitTask {
	w.t.Helper()
	got, err := w.decide(task)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// record returns the unit's record.
func (w *world) record() claim.Unit {
	w.t.Helper()
	u, err := w.Unit(w.t.Context(), unit)
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

// scaled returns the task after its wave, with one outcome for all. After a success, EKS has the new sizes.
func (w *world) scaled(task run.UnitTask, outcome run.Outcome) run.UnitTask {
	wave := *task.Wave
	for _, d := range wave.Decisions {
		result := run.ChangeResult{Nodegroup: d.Nodegroup, Activation: d.Activation, Outcome: outcome, Before: d.Before}
		if outcome == run.Succeeded {
			result.After = &d.After
			group := w.groups[d.Nodegroup]
			group.Sizes, group.Status = d.After, nodegroups.Active
			w.groups[d.Nodegroup] = group
		}
		if outcome == run.Failed {
			result.Error = &run.StepError{Error: string(run.NodegroupFailedError), Cause: "no capacity"}
		}
		wave.Results = append(wave.Results, result)
	}
	task.Wave = &wave
	return task
}

// described names a unit's next step: the wave, what it waits for, or how it ended.
func described(task run.UnitTask) string {
	switch {
	case task.Next == run.NextScale:
		return "scale " + strings.Join(namesOf(task.Wave.Decisions), " ")
	case task.Next == run.NextWait && task.Waiting == nil:
		return "wait"
	case task.Next == run.NextWait:
		return "wait for " + task.Waiting.Run
	}
	text := string(task.Outcome)
	if task.OvertakenBy != "" {
		text += " by " + task.OvertakenBy
	}
	if task.Error != nil {
		text += " " + task.Error.Error
	}
	return text
}

// looks counts the reads of node groups in the last decision.
func (w *world) looks() (n int) {
	for _, call := range w.calls {
		if strings.HasPrefix(call, "describe ") {
			n++
		}
	}
	return n
}
