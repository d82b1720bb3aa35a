package main

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/tables"
	"eks-scaling-automation/statemachine"
)

// store is where the configuration lies.
type store interface {
	Read(ctx context.Context) (tables.Snapshot, error)
}

type handler struct {
	store store
	now   func() time.Time
}

func (h handler) handle(ctx context.Context, log *slog.Logger, in statemachine.LoadConfigRequest) (statemachine.LoadConfigResult, error) {
	input, err := parseInput(in.Input)
	if err != nil {
		return statemachine.LoadConfigResult{}, err
	}
	stored, err := h.store.Read(ctx)
	if err != nil {
		return statemachine.LoadConfigResult{}, err
	}
	result := statemachine.LoadConfigResult{
		Run:      h.run(in.Execution, input),
		Clusters: []config.Standalone{}, Invalid: []statemachine.ClusterNotice{}, Skipped: []statemachine.ClusterNotice{},
	}
	settings, configured, err := stored.CheckedSettings()
	switch {
	case err != nil:
	case !configured:
		result.Notice = "nothing is configured yet; write a configuration with: eks-scaling config apply FILE"
	default:
		err = load(&result, settings, stored, input)
	}
	log.Info("loaded", "clusters", len(result.Clusters), "invalid", len(result.Invalid), "notice", result.Notice)
	return result, err
}

// run takes the run's one instant.
func (h handler) run(execution statemachine.Execution, in statemachine.Input) statemachine.Run {
	now := h.now().UTC().Truncate(time.Millisecond)
	run := statemachine.Run{
		Execution: execution, Trigger: in.Trigger, Actor: in.Actor, Reason: in.Reason, At: now, TakenAt: now,
		Profile: in.Profile, Nodegroups: in.Nodegroups, DryRun: in.DryRun, Force: in.Force,
	}
	if !in.At.IsZero() {
		run.At = in.At.UTC()
	}
	return run
}

// load sorts the clusters into those that take part, those that are skipped and those that cannot be used.
func load(result *statemachine.LoadConfigResult, s config.Settings, stored tables.Snapshot, in statemachine.Input) error {
	if !s.Enabled {
		result.Notice = "the switch is off: enabled is false in the settings; nothing is scaled until it is true again"
		return nil
	}
	if err := known("clusters", in.Clusters, names(stored.Clusters)); err != nil {
		return err
	}
	clusters, broken := s.Assemble(stored.Parts(), result.Run.TakenAt)
	for _, c := range clusters {
		if selected(in, c.Name) {
			place(result, c)
		}
	}
	for _, b := range broken {
		if selected(in, b.Cluster) {
			result.Invalid = append(result.Invalid, statemachine.ClusterNotice{Cluster: b.Cluster, Message: config.OneLine(b.Err)})
		}
	}
	if err := checkSelection(result.Clusters, in, len(result.Invalid) > 0); err != nil {
		return err
	}
	if len(result.Clusters) == 0 && len(result.Invalid) == 0 {
		result.Notice = notice(result.Skipped)
	}
	return nil
}

// selected says whether the input wants a cluster to take part. A list that is not given is all; an empty one is none,
// so that a script that comes up with no names does not scale everything.
func selected(in statemachine.Input, cluster string) bool {
	if in.Nodegroups != nil && len(in.Nodegroups) == 0 {
		return false
	}
	return in.Clusters == nil || slices.Contains(in.Clusters, cluster)
}

// place puts a cluster where it belongs.
func place(result *statemachine.LoadConfigResult, c config.Cluster) {
	if !c.Enabled {
		notice := statemachine.ClusterNotice{Cluster: c.Name, Message: "enabled is false for this cluster"}
		result.Skipped = append(result.Skipped, notice)
		return
	}
	result.Clusters = append(result.Clusters, c.Standalone(result.Run.At))
}

// notice says why no cluster takes part.
func notice(skipped []statemachine.ClusterNotice) string {
	if len(skipped) == 0 {
		return "nothing is selected: no cluster is configured, or clusters or nodegroups is an empty list (leave it out for all)"
	}
	var parts []string
	for _, s := range skipped {
		parts = append(parts, s.Cluster+": "+s.Message)
	}
	return "nothing is selected: " + strings.Join(parts, "; ")
}

// checkSelection holds the names in the input against the clusters that take part: a node group must be in one of them,
// a profile in all. What a cluster with a broken configuration holds is not known, so then names get the benefit of the
// doubt.
func checkSelection(clusters []config.Standalone, in statemachine.Input, someBroken bool) error {
	if len(clusters) == 0 {
		return nil
	}
	var nodegroups []string
	for _, c := range clusters {
		nodegroups = slices.AppendSeq(nodegroups, maps.Keys(c.Nodegroups))
		if in.Profile == "" {
			continue
		}
		if _, ok := c.Profiles[in.Profile]; !ok {
			return statemachine.Errorf(statemachine.InputInvalidError, "profile: unknown profile %q in cluster %s; known: %s",
				in.Profile, c.Name, strings.Join(slices.Sorted(maps.Keys(c.Profiles)), ", "))
		}
	}
	if someBroken {
		return nil
	}
	return known("nodegroups", in.Nodegroups, nodegroups)
}
