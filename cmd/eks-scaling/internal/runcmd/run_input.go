package runcmd

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// participants returns the units that the run would scale. It fails if a named one is unknown or invalid, and warns about others
// that are paused or invalid.
func (o *manualRun) participants(s frame.Session, checked inventory.Checked) ([]config.Unit, error) {
	if checked.SettingsErr != nil {
		return nil, fmt.Errorf("settings: invalid, so no run can start: %w", checked.SettingsErr)
	}
	if !checked.Configured {
		return nil, frame.NotFound(errors.New("no configuration yet; write one with: eks-scaling init, or eks-scaling config apply FILE"))
	}
	for _, name := range o.clusters {
		units, err := checked.UnitNames(name)
		if err != nil {
			return nil, err
		}
		for _, unit := range units {
			if err := checked.UnusableErr(unit); err != nil {
				return nil, fmt.Errorf("%s: invalid configuration: %s%s", run.UnitInWords(name), config.OneLine(err), frame.FixFirst(err))
			}
		}
	}
	broken := slices.DeleteFunc(slices.Clone(checked.Unusable), func(b inventory.Unusable) bool { return !o.selects(b.Name) })
	part, skipped := []config.Unit{}, "no cluster is configured"
	for _, c := range checked.Runnable {
		switch {
		case !o.selects(c.Name):
		case c.Paused: // reading the configuration has announced it
			skipped = "everything selected is paused"
		default:
			part = append(part, c)
		}
	}
	if checked.Global.Paused {
		skipped = "scaling is paused"
	}
	warnOutcome(s.Notes, checked.Global.Paused, len(part), broken, skipped)
	return part, o.checkNames(part, len(broken) > 0)
}

func (o *manualRun) selects(unit string) bool {
	return len(o.clusters) == 0 || scaling.NamesUnit(o.clusters, unit)
}

// warnOutcome warns about units that will fail the run, or that it will be skipped. While scaling is paused, a run reads none.
func warnOutcome(notes io.Writer, paused bool, part int, broken []inventory.Unusable, skipped string) {
	effect := "; the run will fail"
	switch {
	case paused:
		effect = ""
	case part > 0:
		effect += " after scaling the others"
	}
	for _, b := range broken {
		term.Say(notes, "warning: %s: invalid configuration%s: %s\n", run.UnitInWords(b.Name), effect, config.OneLine(b.Err))
	}
	if paused || part+len(broken) == 0 {
		term.SayLine(notes, "warning: the run will be skipped: "+skipped)
	}
}

// checkNames checks the node groups and the profile as the run does. A node group must be in one of the units; an invalid one may
// have any. A profile must be in all of them.
func (o *manualRun) checkNames(part []config.Unit, someBroken bool) error {
	var known []string
	for _, c := range part {
		known = slices.AppendSeq(known, maps.Keys(c.Nodegroups))
		if _, ok := c.Profiles[o.profile]; o.profile != "" && !ok {
			profiles := slices.Sorted(maps.Keys(c.Profiles))
			return frame.NotFound(fmt.Errorf("unknown profile %q in %s; known: %s%s", o.profile, run.UnitInWords(c.Name), english.OrNone(profiles), english.DidYouMean(o.profile, profiles)))
		}
	}
	if len(part) == 0 || someBroken {
		return nil
	}
	slices.Sort(known)
	for _, name := range o.nodegroups {
		if !slices.Contains(known, name) {
			known = slices.Compact(known)
			return frame.NotFound(fmt.Errorf("unknown node group %q; known: %s%s", name, english.OrNone(known), english.DidYouMean(name, known)))
		}
	}
	return nil
}

// input returns the input of the run.
func (o *manualRun) input(part []config.Unit) (run.Input, error) {
	in := run.Input{
		Trigger: runwords.ManualTrigger, Actor: o.By, Reason: o.Reason, Nodegroups: o.nodegroups,
		Profile: o.profile, DryRun: o.dryRun, Force: o.force, BeyondBlastRadius: o.beyond,
	}
	in.Select(o.clusters)
	if n := limits.NamesBytes(o.clusters); n > limits.MaxNamesBytes {
		return in, fmt.Errorf("--cluster: the names are too long (%d bytes; at most %d): name fewer clusters, or none to select all", n, limits.MaxNamesBytes)
	}
	if o.at == "" {
		return in, nil
	}
	if len(part) == 0 && !strings.Contains(o.at, "T") {
		return in, fmt.Errorf(`--at: no cluster is selected whose time zone applies to %q: use RFC 3339, for example "2026-12-24T20:00:00-03:00"`, o.at)
	}
	at, err := agenda.Instant(o.at, part)
	if err != nil {
		return in, fmt.Errorf("--at: %w", err)
	}
	in.At = at
	return in, nil
}
