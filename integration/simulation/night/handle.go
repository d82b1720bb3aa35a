package night

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"eks-scaling-automation/functions/step"
	auditstep "eks-scaling-automation/functions/steps/audit"
	decidestep "eks-scaling-automation/functions/steps/decide"
	"eks-scaling-automation/functions/steps/loadconfig"
	lookstep "eks-scaling-automation/functions/steps/look"
	scalestep "eks-scaling-automation/functions/steps/scale"
	"eks-scaling-automation/integration/simulation/planted"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
)

// handle calls the real handler through the functions' shared boundary.
func (i *invocation) handle(payload json.RawMessage) (any, error) {
	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: i.id})
	log := slog.New(slog.DiscardHandler)
	plant := i.planted()
	config, logs := tables.NewConfig(dynamo{i}, deployment.ConfigTable), tables.NewLogs(dynamo{i}, deployment.LogsTable)
	eks := change(plant.eks, i, planted.EKS(nodegroups.Over(func(nodegroups.Place) nodegroups.API { return kubernetes{i} })))
	units := change(plant.units, i, planted.Units(logs))
	switch i.function {
	case loadConfig:
		h := loadconfig.Handler{Store: config, Now: i.now}
		return step.Run(ctx, log, change(plant.loadConfig, i, h.Handle), payload)
	case readSignals:
		return i.readSignals(ctx, log, config, payload)
	case decide:
		h := decidestep.Handler{Config: parsed{config, i}, Units: units, Counter: change(plant.counter, i, decidestep.Counter(logs)), EKS: eks, Now: i.now}
		inner := change(plant.decide, i, h.Handle)
		return step.Run(ctx, log, func(ctx context.Context, log *slog.Logger, task run.UnitTask) (run.UnitTask, error) {
			i.judges(task)
			task, err := inner(ctx, log, task)
			if plant.rewrite != nil && task.Basis != "" {
				task.Basis = i.judging.basis
			}
			if err == nil {
				i.decided(task)
			}
			return task, err
		}, payload)
	case scale:
		h := scalestep.Handler{Config: config, Units: units, EKS: eks, Now: i.now, Left: i.left}
		inner := change(plant.scale, i, h.Handle)
		return step.Run(ctx, log, func(ctx context.Context, log *slog.Logger, task run.ChangeTask) (run.ChangeTask, error) {
			i.task = task
			i.grow(task.Decision.Nodegroup)
			return inner(ctx, log, task)
		}, payload)
	case look:
		h := lookstep.Handler{Units: units, EKS: eks, Now: i.now}
		return step.Run(ctx, log, func(ctx context.Context, log *slog.Logger, task run.ChangeTask) (run.ChangeTask, error) {
			i.task = task
			return h.Handle(ctx, log, task)
		}, payload)
	case audit:
		h := auditstep.Handler{Logs: change(plant.trail, i, auditstep.Trail(logs)), Retention: 400 * 24 * time.Hour, Now: i.now, Metrics: io.Discard, Emit: i.emit}
		return step.Run(ctx, log, h.Handle, payload)
	default:
		return nil, fmt.Errorf("no function %s", i.function)
	}
}
