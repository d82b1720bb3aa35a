// Package change previews changes of the configuration, asks, and writes them. On a conflict it says who changed what.
package change

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/online"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/cmd/eks-scaling/internal/writeplan"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

// ChangesInJSON describes the answers of the verbs that change the configuration.
const ChangesInJSON = `With -o json or yaml the answer has table and changes. Each change has kind, name, change (new, changed or removed), version
and lines. After an interruption of apply it also has written: yes, no or unknown. Everything else goes to stderr.`

// ApplyFlags adds the flags that apply and edit share.
func ApplyFlags(cmd *cobra.Command, env frame.Environment, o *Options) {
	o.AddFlags(cmd, env)
	cmd.Flags().BoolVar(&o.Prune, "prune", false, "remove clusters, calendars and overrides that are not in the document; history does not show who removed them")
	cmd.Flags().BoolVar(&o.Offline, "offline", false, "do not compare new and changed clusters with EKS, nor look for the hosts and sources of signals")
	cmd.Flags().BoolVar(&o.Verbose, "verbose", false, "show the fields and the coming week of every cluster")
}

// Options holds the flags of the verbs that write a configuration.
type Options struct {
	frame.Intent
	Prune, DryRun, Offline, Verbose bool
	// FromFile reports that the configuration is from a file, which can be corrected and applied again.
	FromFile bool

	abandon     bool // end the hold of another document
	onlyChanges bool // several hubs are written: print nothing of unchanged items, so that those with the same changes have the same text
	maxItems    int  // of a transaction, in tests
}

// Apply makes the table hold the wanted configuration, unless somebody has changed it since it was read.
func (o Options) Apply(cmd *cobra.Command, env frame.Environment, s frame.Session, held inventory.Checked, wanted config.Config) (Report, error) {
	p, err := o.prepare(cmd.Context(), env.Told, env.Width, s, held, wanted)
	if err != nil {
		return Report{}, err
	}
	switch {
	case o.DryRun:
		term.SayLine(env.Told, "Dry run: nothing was written.")
		made := NewReport(s, p.due...)
		made.DryRun = true
		return made, nil
	case len(p.due) == 0:
		return NewReport(s), nil
	}
	if err := frame.Confirm(cmd, env, o.Yes, "Apply these changes?"); err != nil {
		return Report{}, err
	}
	made, err := o.writeDocument(cmd, env, s, p.plan, held.IsPaused())
	if err == nil {
		SayAlone(env.Told, s, p.after.In(s.Stack.OnlyRegion))
	}
	return made, err
}

// SayAlone says that a change was written to one of several hubs.
func SayAlone(out io.Writer, s frame.Session, after inventory.Snapshot) {
	if len(after.Elsewhere()) > 0 {
		term.Say(out, "Written to the hub of %s alone. Make the others equal with: eks-scaling config apply FILE --all-regions\n", s.Stack.Region)
	}
}

// prepared is a plan that may be written.
type prepared struct {
	plan  writeplan.Plan
	due   []inventory.Change
	after inventory.Checked
}

// prepare compares the table with the wanted configuration, prints what changes, and plans how to write it.
func (o Options) prepare(
	ctx context.Context, out io.Writer, width int, s frame.Session, held inventory.Checked, wanted config.Config,
) (ready prepared, err error) {
	wanted = OfHub(s, wanted)
	id, err := inventory.DocumentID(wanted)
	if err != nil {
		return ready, err
	}
	if err := o.refuseDuringHold(held.Snapshot, id); err != nil {
		return ready, fmt.Errorf("nothing was written: %w", err)
	}
	all, due, err := o.due(held, held.Stamp(wanted, o.By, s.Now))
	if err != nil {
		return ready, err
	}
	if o.onlyChanges {
		all = slices.DeleteFunc(all, func(c inventory.Change) bool { return !c.Needed() })
	}
	o.PrintChanges(out, all)
	p := Preview(held, due)
	if err := p.Show(out, s.Notes, width, s.Now, o.Verbose); err != nil {
		return ready, err
	}
	plan, err := o.plan(ctx, s, p, writeplan.Difference{
		Before: held, After: p.After, Due: due, Document: id, Now: s.Now, MaxItems: o.maxItems,
	})
	if err != nil {
		return ready, err
	}
	printPlan(out, all, due)
	if plan.Holds {
		due = plan.Changes()
		sayHold(out, plan)
	}
	if o.DryRun {
		continueVersions(ctx, s, plan)
		due = plan.Changes()
	}
	return prepared{plan, due, p.After}, nil
}

// plan checks the changes and plans how to write them.
func (o Options) plan(ctx context.Context, s frame.Session, p Prospect, d writeplan.Difference) (writeplan.Plan, error) {
	if err := p.refusal(s.Now); err != nil {
		return writeplan.Plan{}, err
	}
	plan, err := d.Plan()
	if err != nil {
		return plan, fmt.Errorf("nothing was written: %w", err)
	}
	return plan, o.checkOnline(ctx, s, p)
}

// due returns how the wanted configuration differs, and the changes to write.
func (o Options) due(held inventory.Checked, wanted config.Config) (all, due []inventory.Change, err error) {
	if all, err = held.Diff(wanted); err != nil {
		return nil, nil, err
	}
	due = slices.DeleteFunc(slices.Clone(all), func(c inventory.Change) bool { return !c.Needed() || c.IsLeft(o.Prune) })
	if err := inventory.NotNewer(due); err != nil {
		return nil, nil, fmt.Errorf("nothing was written: %w", err)
	}
	return all, due, nil
}

// count counts changes by what they do.
func count(changes []inventory.Change) map[string]int {
	n := map[string]int{}
	for _, c := range changes {
		n[c.What()]++
	}
	return n
}

// printPlan counts the changes that are due.
func printPlan(out io.Writer, all, due []inventory.Change) {
	n, same := count(due), count(all)["unchanged"]
	term.Say(out, "Plan: %d to add, %d to change, %d to remove", n["new"], n["changed"], n["removed"])
	if same > 0 {
		term.Say(out, ", %d unchanged", same)
	}
	term.SayLine(out)
}

// checkOnline warns about clusters that are written and differ from EKS, and about sources of signals that do not exist: both may be
// created later. It refuses what no later change elsewhere makes right: clusters that the stack can never reach, and hosts of signals that it does not
// list.
func (o Options) checkOnline(ctx context.Context, s frame.Session, p Prospect) error {
	if o.Offline || s.AWS.Region == "" {
		return nil
	}
	var lines []string
	clusters, signals := p.scaledElsewhere(), p.readElsewhere()
	for _, f := range online.Misplaced(clusters, s.Stack) {
		lines = append(lines, f.String())
	}
	for _, f := range online.UnlistedHosts(signals, s.Stack) {
		lines = append(lines, f.Path+": "+f.Message)
	}
	if len(lines) > 0 {
		return fmt.Errorf("nothing was written: %s; skip this check with --offline", strings.Join(lines, "; and "))
	}
	if clusters = o.compared(s.Stack, clusters); len(clusters) > 0 {
		done := s.Progress("comparing clusters with EKS")
		r := online.Check(ctx, online.New(s.AWS, collect.PaceOf(s, p.After.Global.Budget)), clusters)
		done()
		warn(s, r, "differences from EKS")
	}
	if len(signals) > 0 {
		done := s.Progress("looking for the sources of signals")
		r := online.CheckSignals(ctx, online.NewSources(s.AWS), signals)
		done()
		warn(s, r, "sources of signals that do not exist")
	}
	return nil
}

// compared returns the clusters to compare with EKS. Where several hubs are written, each compares those that it scales: otherwise every
// hub would read all clusters, and repeat the same warnings.
func (o Options) compared(s deployment.Stack, clusters []config.Cluster) []config.Cluster {
	if !o.onlyChanges || s.OnlyRegion == "" {
		return clusters
	}
	return slices.DeleteFunc(slices.Clone(clusters), func(c config.Cluster) bool { return c.Region != s.OnlyRegion })
}

// warn prints what a check found.
func warn(s frame.Session, r online.Result, what string) {
	for i, f := range r.Findings {
		if i == maxWarnings {
			term.Say(s.Notes, "warning: %d more %s\n", len(r.Findings)-i, what)
			break
		}
		term.Say(s.Notes, "warning: %s\n", f)
	}
	for _, u := range r.Unchecked {
		term.Say(s.Notes, "warning: %s; skip this check with --offline\n", u)
	}
}

// maxWarnings limits the findings of a check that are listed.
const maxWarnings = 20
