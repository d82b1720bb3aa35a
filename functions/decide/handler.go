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
	timeline := cluster.Timeline()
	at := in.Run.At.In(timeline.Schedule.Location())
	wanted, demands := timeline.Wanted(at), timeline.Demands(at)
	if in.Run.Profile != "" {
		wanted = timeline.ByPerson(at, in.Run.Profile, in.Run.Actor, in.Run.Reason)
		demands = demandsOf(cluster.Profiles[in.Run.Profile], wanted)
	}
	observed, err := h.observe(ctx, cluster.Cluster, wanted, selected(demands, in.Run.Nodegroups), applied)
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

// demandsOf is what a profile wants, in the order of the node groups' names.
func demandsOf(profile map[string]scaling.Target, wanted scaling.Wanted) []scaling.Demand {
	var demands []scaling.Demand
	for _, name := range slices.Sorted(maps.Keys(profile)) {
		demands = append(demands, scaling.Demand{Nodegroup: name, Target: profile[name], Wanted: wanted})
	}
	return demands
}

// selected are the demands on the named node groups; a nil selection is all.
func selected(demands []scaling.Demand, names []string) []scaling.Demand {
	return slices.DeleteFunc(demands, func(d scaling.Demand) bool {
		return names != nil && !slices.Contains(names, d.Nodegroup)
	})
}

// observe reads the node groups of which something is wanted.
func (h handler) observe(
	ctx context.Context, c config.Cluster, wanted scaling.Wanted, demands []scaling.Demand, applied map[string]scaling.Application,
) ([]scaling.Nodegroup, error) {
	place := nodegroups.Place{Cluster: c.Name, Region: c.Region, RoleARN: c.RoleARN}
	observed := []scaling.Nodegroup{}
	for _, demand := range demands {
		name := demand.Nodegroup
		ng := scaling.Nodegroup{Name: name, Limits: c.Nodegroups[name], Target: demand.Target}
		if demand.Wanted != wanted {
			ng.Wanted = &demand.Wanted
		}
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
			ng.Unreadable = step.Plain(err) // its own failure, not the cluster's
		default:
			return nil, err
		}
		observed = append(observed, ng)
	}
	return observed, nil
}
