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
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/run"
)

// participants returns the clusters that the run would scale. It fails if a named cluster is unknown or invalid, and notes others that
// are disabled or invalid.
func (o *manualRun) participants(s frame.Session, held inventory.Checked) ([]config.Cluster, error) {
	if held.SettingsErr != nil {
		return nil, fmt.Errorf("no run can use the settings as they are in the table: %w", held.SettingsErr)
	}
	if !held.Configured {
		return nil, frame.NotFound(errors.New("nothing is configured yet; write a configuration with: eks-scaling config apply FILE"))
	}
	for _, name := range o.clusters {
		if _, err := held.FindCluster(name); err != nil {
			return nil, err
		}
	}
	broken := slices.DeleteFunc(slices.Clone(held.Unusable), func(b inventory.UnusableCluster) bool { return !o.selects(b.Cluster) })
	for _, b := range broken {
		if slices.Contains(o.clusters, b.Cluster) {
			return nil, fmt.Errorf("cluster %s cannot be used as it is in the table: %s%s", b.Cluster, config.OneLine(b.Err), frame.FixFirst(b.Err))
		}
	}
	part := []config.Cluster{}
	for _, c := range held.Runnable {
		switch {
		case !o.selects(c.Name):
		case c.Paused:
			notePaused(s, held, c.Name)
		default:
			part = append(part, c)
		}
	}
	warnOutcome(s.Notes, held.Global.Paused, len(part), broken)
	return part, o.checkNames(part, len(broken) > 0)
}

// notePaused notes that a cluster is paused, unless reading the configuration has done so.
func notePaused(s frame.Session, held inventory.Checked, cluster string) {
	if e, err := held.FindCluster(cluster); err != nil || !frame.AnnounceDisabled(e) {
		term.Say(s.Notes, "cluster %s is paused; resume it with: eks-scaling resume %s\n", cluster, cluster)
	}
}

func (o *manualRun) selects(cluster string) bool {
	return len(o.clusters) == 0 || slices.Contains(o.clusters, cluster)
}

// warnOutcome warns about clusters for which the run will fail, or that it will be skipped. While the switch is off a run looks at no
// cluster.
func warnOutcome(notes io.Writer, paused bool, part int, broken []inventory.UnusableCluster) {
	failing := ", so the run will fail for it"
	switch {
	case paused:
		failing = ""
	case part > 0:
		failing += ", after scaling the others"
	}
	for _, b := range broken {
		term.Say(notes, "warning: cluster %s is invalid%s: %s\n", b.Cluster, failing, config.OneLine(b.Err))
	}
	switch {
	case paused:
		term.SayLine(notes, "warning: the run will be skipped: scaling is paused")
	case part+len(broken) == 0:
		term.SayLine(notes, "warning: the run will be skipped: no cluster takes part in it")
	}
}

// checkNames checks the node groups and the profile as the run does. A node group must be in one of the clusters, unless a broken
// cluster may have it. A profile must be in all.
func (o *manualRun) checkNames(part []config.Cluster, someBroken bool) error {
	var known []string
	for _, c := range part {
		known = slices.AppendSeq(known, maps.Keys(c.Nodegroups))
		if _, ok := c.Profiles[o.profile]; o.profile != "" && !ok {
			return frame.NotFound(fmt.Errorf("unknown profile %q in cluster %s; known: %s", o.profile, c.Name, english.OrNone(slices.Sorted(maps.Keys(c.Profiles)))))
		}
	}
	if len(part) == 0 || someBroken {
		return nil
	}
	slices.Sort(known)
	for _, name := range o.nodegroups {
		if !slices.Contains(known, name) {
			return frame.NotFound(fmt.Errorf("unknown node group %q in the clusters of this run; known: %s", name, english.OrNone(slices.Compact(known))))
		}
	}
	return nil
}

// input returns the input of the run.
func (o *manualRun) input(part []config.Cluster) (run.Input, error) {
	in := run.Input{
		Trigger: manualTrigger, Actor: o.By, Reason: o.Reason, Clusters: o.clusters, Nodegroups: o.nodegroups,
		Profile: o.profile, DryRun: o.dryRun, Force: o.force,
	}
	if n := limits.NamesBytes(o.clusters); n > limits.MostNamesBytes {
		return in, fmt.Errorf("--cluster: the names have %d bytes; want at most %d: name fewer, or none for all", n, limits.MostNamesBytes)
	}
	if o.at == "" {
		return in, nil
	}
	if len(part) == 0 && !strings.Contains(o.at, "T") {
		return in, fmt.Errorf(`--at: found %q, but no cluster takes part whose clock could be meant; want RFC 3339 ("2026-12-24T20:00:00-03:00")`, o.at)
	}
	at, err := agenda.Instant(o.at, part)
	if err != nil {
		return in, fmt.Errorf("--at: %w", err)
	}
	in.At = at
	return in, nil
}
