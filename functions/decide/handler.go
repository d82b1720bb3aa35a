package main

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/nodegroups"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/statemachine"
)

// describer is what this step needs of EKS.
type describer interface {
	Describe(ctx context.Context, p nodegroups.Place, nodegroup string) (nodegroups.State, error)
}

// memory knows what was last applied to the node groups of a cluster.
type memory interface {
	Applied(ctx context.Context, cluster string) (map[string]scaling.Application, error)
}

type handler struct {
	eks  describer
	logs memory
}

func (h handler) handle(ctx context.Context, log *slog.Logger, in statemachine.DecideRequest) (statemachine.ClusterTask, error) {
	cluster := in.Cluster
	applied, err := h.logs.Applied(ctx, cluster.Name)
	if err != nil {
		return statemachine.ClusterTask{}, err
	}
	at := in.Run.At.In(cluster.Timetable().Location())
	wanted := scaling.ByPeriod(cluster.Timetable(), at)
	if in.Run.Profile != "" {
		wanted = scaling.ByPerson(cluster.Timetable(), at, in.Run.Profile, in.Run.Actor, in.Run.Reason)
	}
	observed, err := h.observe(ctx, cluster, wanted.Profile, in.Run.Nodegroups, applied)
	if err != nil {
		return statemachine.ClusterTask{}, err
	}
	plan := scaling.Decide(wanted, scaling.Rules{At: at, TakenAt: in.Run.TakenAt, Enforce: cluster.Enforce, Force: in.Run.Force}, observed)
	for _, d := range plan.Decisions {
		log.Info("decided", "nodegroup", d.Nodegroup, "action", string(d.Action), "after", d.After.String(), "reason", d.Reason)
	}
	return statemachine.ClusterTask{
		Run: in.Run,
		Cluster: statemachine.Cluster{
			Name: cluster.Name, Region: cluster.Region, RoleARN: cluster.RoleARN, Timezone: at.Location().String(),
			WaitTimeoutSeconds: int(time.Duration(cluster.WaitTimeout) / time.Second), Concurrency: cluster.Concurrency,
		},
		Wanted: wanted, Plan: plan, WaveCount: len(plan.Waves), Done: statemachine.ChangeResults{},
	}, nil
}

// observe reads the node groups that the profile names, in the order of their names. A nil selection is all of them.
func (h handler) observe(ctx context.Context, c config.Cluster, profile string, selection []string, applied map[string]scaling.Application) ([]scaling.Nodegroup, error) {
	place := nodegroups.Place{Cluster: c.Name, Region: c.Region, RoleARN: c.RoleARN}
	targets := c.Profiles[profile]
	observed := []scaling.Nodegroup{}
	for _, name := range slices.Sorted(maps.Keys(targets)) {
		if selection != nil && !slices.Contains(selection, name) {
			continue
		}
		ng := scaling.Nodegroup{Name: name, Limits: c.Nodegroups[name], Target: targets[name]}
		if last, ok := applied[name]; ok {
			ng.Applied = &last
		}
		state, err := h.eks.Describe(ctx, place, name)
		switch class := step.Classify(err); {
		case err == nil:
			ng.Current = &state.Sizes
			if state.Degraded() {
				ng.Degraded = strings.Join(state.Health, "; ")
			}
		case class == statemachine.TargetNotFoundError || class == statemachine.AccessDeniedError:
			ng.Unreadable = err.Error() // its own failure, not the cluster's
		default:
			return nil, err
		}
		observed = append(observed, ng)
	}
	return observed, nil
}
