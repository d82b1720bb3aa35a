package scale

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

var taken = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

var limits = scaling.Limits{MinSize: 0, MaxSize: 5}

func sizes(desired int32) scaling.Sizes { return scaling.Sizes{MaxSize: 5, DesiredSize: desired} }

// world fakes everything around the step. It records the calls in order.
type world struct {
	groups map[string]nodegroups.State
	unread map[string]error // why a node group cannot be described
	answer error            // of UpdateNodegroupConfig
	stored inventory.Snapshot
	broken error // why the configuration cannot be read
	record claim.Unit
	later  claim.Unit // the record after the announcement; without a name, the same
	lost   bool       // another run has the claim
	stuck  bool       // an intent cannot be cleared

	now   time.Time
	slow  time.Duration // how long reading the configuration takes
	calls []string
	asked []nodegroups.Change
	// tokens lists the tokens of the calls to EKS, intents the announced ones, and effect is the last one's effect.
	tokens   []string
	intents  []claim.Intent
	effect   tables.Effect
	updateID string
}

func (w *world) note(format string, args ...any) {
	w.calls = append(w.calls, fmt.Sprintf(format, args...))
}

func (w *world) Describe(_ context.Context, _ nodegroups.Place, name string) (nodegroups.State, error) {
	w.note("describe %s", name)
	return w.groups[name], w.unread[name]
}

func (w *world) Scale(ctx context.Context, p nodegroups.Place, name string, c nodegroups.Change, token string) (string, error) {
	w.note("scale %s", name)
	w.asked, w.tokens = append(w.asked, c), append(w.tokens, token)
	return nodegroups.Over(func(nodegroups.Place) nodegroups.API { return answering{err: w.answer} }).Scale(ctx, p, name, c, token)
}

// answering returns an EKS with one answer to updates.
type answering struct {
	nodegroups.API
	err error
}

func (a answering) UpdateNodegroupConfig(
	context.Context, *eks.UpdateNodegroupConfigInput, ...func(*eks.Options),
) (*eks.UpdateNodegroupConfigOutput, error) {
	return &eks.UpdateNodegroupConfigOutput{Update: &types.Update{Id: new("update-1")}}, a.err
}

// configuration, units: the two stores have a method of the same name.
type configuration struct{ *world }

func (c configuration) Unit(context.Context, string) (inventory.Snapshot, error) {
	c.note("configuration")
	c.now = c.now.Add(c.slow)
	return c.stored, c.broken
}

type units struct{ *world }

func (u units) held() error {
	if u.lost {
		return fmt.Errorf("unit production: %w", tables.ErrClaimLost)
	}
	return nil
}

func (u units) Unit(context.Context, string) (claim.Unit, error) {
	if u.later.Name != "" {
		return u.later, nil
	}
	return u.record, nil
}

func (u units) Renew(context.Context, string, string, claim.Order, time.Time) error {
	u.note("renew")
	return u.held()
}

func (u units) Announce(_ context.Context, _, id string, i claim.Intent, _ time.Time, e tables.Effect) (claim.Unit, error) {
	u.note("announce %s", id)
	u.intents, u.effect = append(u.intents, i), e
	return u.record, u.held()
}

func (u units) Clear(_ context.Context, _, id string, _ claim.Intent, updateID string) error {
	u.note("clear %s", id)
	u.updateID = updateID
	if u.stuck {
		return errors.New("throttled")
	}
	return nil
}

func (u units) Withdraw(ctx context.Context, before claim.Unit, id string, i claim.Intent) error {
	return u.Clear(ctx, before.Name, id, i, "")
}

func (w *world) handle(t *testing.T, task run.ChangeTask) (run.ChangeTask, error) {
	t.Helper()
	h := Handler{
		Config: configuration{w}, Units: units{w}, EKS: w, Now: func() time.Time { return w.now },
		Left: func(context.Context) time.Duration { return 29 * time.Second },
	}
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "r1"})
	return h.Handle(ctx, slog.New(slog.DiscardHandler), task)
}

// versioned is a configuration: only its versions matter here.
func versioned(version int) inventory.Snapshot {
	return inventory.Snapshot{
		Settings: &inventory.Item{Kind: inventory.KindSettings, Name: "global", Version: 1, Spec: []byte(`{}`)},
		Clusters: []inventory.Item{{Kind: inventory.KindCluster, Name: "production", Version: version, Spec: []byte(`{}`)}},
	}
}

// at returns a world in which big is ACTIVE with a size.
func at(desired int32) *world {
	return &world{
		groups: map[string]nodegroups.State{"big": {Sizes: sizes(desired), Status: nodegroups.Active}},
		unread: map[string]error{}, stored: versioned(1), now: taken,
	}
}

// to returns a change of big.
func to(action scaling.Action, before, after int32) run.ChangeTask {
	return run.ChangeTask{
		Run:  run.Run{Execution: run.Execution{Name: "run"}, TakenAt: taken},
		Unit: "production", Round: 1, Basis: versioned(1).Basis(),
		Cluster: run.Cluster{Name: "production", WaitTimeoutSeconds: 1200},
		Wanted:  scaling.Wanted{Profile: "peak"},
		Decision: scaling.Decision{
			Nodegroup: "big", Action: action, Goal: scaling.Desired(after).Goal(limits), Limits: limits, Activation: "today's",
			Before: new(sizes(before)), After: sizes(after),
		},
	}
}

// described describes a change on one line.
func described(task run.ChangeTask, err error) string {
	if err != nil {
		return string(step.Classify(err))
	}
	p := task.Progress
	text := string(p.Status)
	if p.Outcome != "" {
		text += " " + string(p.Outcome)
	}
	if p.Note != "" && p.Status == run.Ended {
		text += ": " + p.Note
	}
	return text
}

func with(task run.ChangeTask, change func(*run.ChangeTask)) run.ChangeTask {
	change(&task)
	return task
}
