// Package loadconfig is the step that begins a run: it checks the input and selects the units. Each unit is read when its turn
// comes, so that later changes count.
package loadconfig

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/functions/internal/alert"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/signal"
)

// Store reads the configuration.
type Store interface {
	Names(ctx context.Context) (inventory.Snapshot, error)
	Read(ctx context.Context) (inventory.Snapshot, error)
}

// Handler is the step.
type Handler struct {
	Store Store
	// Region limits runs to the clusters of one region; empty is no limit.
	Region string
	Now    func() time.Time
}

// Handle begins a run.
func (h Handler) Handle(ctx context.Context, log *slog.Logger, in run.LoadConfigRequest) (run.LoadConfigResult, error) {
	now := h.Now().UTC().Truncate(time.Millisecond)
	input, err := parseInput(in.Input, now)
	if err != nil {
		return run.LoadConfigResult{}, err
	}
	whole, err := h.Store.Names(ctx)
	if err != nil {
		return run.LoadConfigResult{}, err
	}
	stored := whole.In(h.Region)
	result := run.LoadConfigResult{
		Run: runOf(in.Execution, input, now), Units: []string{}, Concurrency: config.DefaultFleet().Units, Readings: signal.Readings{},
	}
	settings, configured, err := stored.CheckedSettings()
	if err == nil && configured {
		result.Concurrency, result.Signals = settings.Fleet.Units, len(settings.Signals) > 0
	}
	switch {
	case err != nil:
		return result, err
	case !configured:
		result.Notice = "nothing is configured yet; write a configuration with: eks-scaling config apply FILE"
	case stored.Held() != nil:
		result.Notice, err = onHold(stored, input, now)
	case settings.Paused:
		result.Notice = "scaling is paused"
	default:
		err = h.selectUnits(ctx, &result, stored, input)
	}
	log.Info("loaded", "units", len(result.Units), "notice", result.Notice, "notes", strings.Join(result.Notes, "; "))
	return result, err
}

// maxHold limits the text about a hold, in bytes.
const maxHold = 300

// onHold returns why a run is skipped while a configuration is being written. A reconcile run fails if the write was interrupted:
// otherwise nobody would learn that scaling stays paused.
func onHold(stored inventory.Snapshot, in run.Input, now time.Time) (notice string, err error) {
	e := stored.Settings
	text := alert.Cut(fmt.Sprintf("a configuration is written only in part since %s by %s (%s)", e.UpdatedAt.UTC().Format(time.RFC3339), e.UpdatedBy, e.Reason), maxHold)
	if in.Trigger == run.ReconcileTrigger && stored.Interrupted(now) {
		return "", run.Errorf(run.ConfigIncompleteError, "settings/global: %s; nothing is scaled until the rest is written", text)
	}
	return "scaling is paused: " + text + "; nothing is scaled until the rest is written", nil
}

// runOf sets the run's first instant.
func runOf(execution run.Execution, in run.Input, now time.Time) run.Run {
	run := run.Run{
		Execution: execution, Trigger: in.Trigger, Actor: in.Actor, Reason: in.Reason, TakenAt: now,
		Profile: in.Profile, Nodegroups: in.Nodegroups, DryRun: in.DryRun, Force: in.Force, BeyondBlastRadius: in.BeyondBlastRadius,
	}
	if !in.At.IsZero() {
		run.At = in.At.UTC()
	}
	if !in.Due.IsZero() {
		run.Due = in.Due.UTC()
	}
	return run
}

// selectUnits finds the units that the input selects. A missing list selects all, an empty one none, so that a script without
// names does not scale everything.
func (h Handler) selectUnits(ctx context.Context, result *run.LoadConfigResult, stored inventory.Snapshot, in run.Input) error {
	clusters, units := names(stored.Clusters)
	schedules := append(units, clusters...) // a cluster's name stands for its schedules
	if in.Trigger == run.ScheduleTrigger {
		result.Notes = slices.Concat(gone("cluster", in.Clusters, clusters, stored), gone("schedule", in.Schedules, schedules, stored))
	} else if err := cmp.Or(here("clusters", in.Clusters, stored), here("schedules", in.Schedules, stored),
		known("clusters", in.Clusters, clusters), known("schedules", in.Schedules, schedules)); err != nil {
		return err
	}
	if in.Nodegroups == nil || len(in.Nodegroups) > 0 {
		result.Units = takingTurns(stored.Clusters, in.Selects)
	}
	if len(result.Units) == 0 {
		result.Notice = "nothing is selected: " + h.whyNothing(result.Notes, stored)
		return nil
	}
	if in.Profile == "" && in.Nodegroups == nil {
		return nil
	}
	full, err := h.Store.Read(ctx)
	if err != nil {
		return err
	}
	return checkSelection(inventory.Check(full.In(h.Region), result.Run.TakenAt), result, in)
}

// whyNothing returns why a run has no units.
func (h Handler) whyNothing(notes []string, stored inventory.Snapshot) string {
	switch {
	case len(notes) > 0:
		return "nothing that the trigger names is configured any longer"
	case len(stored.Clusters) == 0 && len(stored.Elsewhere()) > 0:
		return "no cluster of " + h.Region + " is configured, and this hub takes no others"
	default:
		return "no cluster is configured, or clusters, schedules or nodegroups is an empty list (leave it out for all)"
	}
}

// checkSelection checks the names in the input: a node group must be in one of the selected units, a profile in all. If a unit's
// configuration is invalid, its names are unknown, so any name is accepted.
func checkSelection(checked inventory.Checked, result *run.LoadConfigResult, in run.Input) error {
	units := slices.DeleteFunc(slices.Clone(checked.Runnable), func(u config.Unit) bool { return !slices.Contains(result.Units, u.Name) })
	var nodegroups []string
	for _, u := range units {
		nodegroups = slices.AppendSeq(nodegroups, maps.Keys(u.Nodegroups))
		if in.Profile == "" {
			continue
		}
		if _, ok := u.Profiles[in.Profile]; !ok {
			return invalid("profile: unknown profile %q in %s; known: %s",
				in.Profile, run.UnitInWords(u.Name), strings.Join(slices.Sorted(maps.Keys(u.Profiles)), ", "))
		}
	}
	if slices.ContainsFunc(result.Units, func(unit string) bool { return checked.UnusableErr(unit) != nil }) {
		return nil
	}
	return known("nodegroups", in.Nodegroups, nodegroups)
}
