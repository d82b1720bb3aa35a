package change

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

// RegionsReport lists the changes of several hubs, for machines.
type RegionsReport struct {
	DryRun bool        `json:"dryRun,omitempty"` // nothing was written
	Hubs   []HubReport `json:"hubs"`             // by region
}

// HubReport lists the changes of one hub.
type HubReport struct {
	Region string `json:"region"`
	// State is written, unchanged, planned (of a dry run), partly written or failed.
	State   string       `json:"state"`
	Error   string       `json:"error,omitempty"`
	Changes []ItemChange `json:"changes"`
}

// The states of a hub.
const (
	hubWritten   = "written"
	hubUnchanged = "unchanged"
	hubPlanned   = "planned"
	hubPartly    = "partly written"
	hubFailed    = "failed"
)

// HubsOf returns the hubs to which a document is written. It refuses one with clusters in a region that has no stack: nothing would scale
// them. A region without a stack does not matter if only a table still has clusters there.
func HubsOf(hubs frame.Hubs, regions []string) (frame.Hubs, error) {
	for _, hub := range hubs {
		if hub.Missing() && slices.Contains(regions, hub.Region) {
			return nil, frame.NotFound(fmt.Errorf("nothing was written: %s has clusters in the document, and no stack; deploy it there: %s, or take the clusters out",
				hub.Region, installerOf(hubs).InRegion(hub.Region)))
		}
	}
	return slices.DeleteFunc(hubs, frame.Hub.Missing), nil
}

// installerOf returns how the first hub that answers was deployed.
func installerOf(hubs frame.Hubs) deployment.Installer {
	for _, hub := range hubs.Reachable() {
		return hub.Session.Stack.Installer
	}
	return deployment.ByCDK
}

// hubPlan is what a document changes in one hub.
type hubPlan struct {
	hub      frame.Hub
	held     inventory.Checked
	prepared prepared
	text     string // the plan in words
	err      error
	made     Report
}

// WithoutVersions returns printed changes without what differs between hubs with the same change.
func WithoutVersions(text string) string {
	return regexp.MustCompile(`(?m) \(version \d+\)$`).ReplaceAllString(text, "")
}

// ApplyAll makes the tables of several hubs hold a document. It shows equal plans once, asks once, and writes to each hub by itself: a hub
// that fails does not hinder the others.
func (o Options) ApplyAll(
	cmd *cobra.Command, env frame.Environment, hubs frame.Hubs, document func(notes io.Writer, stored inventory.Snapshot) config.Config,
) (RegionsReport, error) {
	o.onlyChanges = true
	plans := o.planAll(cmd, env, hubs, document)
	printTogether(env.Told, plans)
	left := slices.DeleteFunc(slices.Clone(plans), func(p *hubPlan) bool { return p.err != nil || len(p.prepared.due) == 0 })
	switch {
	case o.DryRun:
		term.SayLine(env.Told, "Dry run: nothing was written.")
	case len(left) > 0:
		question := "Apply these changes?"
		if len(hubs) > 1 {
			question = fmt.Sprintf("Apply these changes to %s?", regionsOf(left))
		}
		if err := frame.Confirm(cmd, env, o.Yes, question); err != nil {
			return RegionsReport{}, err
		}
		o.writeAll(cmd, env, left)
		hubs.Flush(cmd.ErrOrStderr())
	}
	return o.conclude(env.Told, plans)
}

func (o Options) planAll(
	cmd *cobra.Command, env frame.Environment, hubs frame.Hubs, document func(io.Writer, inventory.Snapshot) config.Config,
) []*hubPlan {
	plans := make([]*hubPlan, len(hubs))
	var all errgroup.Group
	all.SetLimit(hubsAtOnce)
	for i, hub := range hubs {
		plans[i] = &hubPlan{hub: hub, err: hub.Err}
		if hub.Err != nil {
			continue
		}
		all.Go(func() error {
			plans[i].err = o.planHub(cmd.Context(), env, plans[i], document)
			return nil
		})
	}
	_ = all.Wait() // none fails
	hubs.Flush(cmd.ErrOrStderr())
	return plans
}

// hubsAtOnce limits the hubs that are read or written at the same time.
const hubsAtOnce = 16

func (o Options) planHub(
	ctx context.Context, env frame.Environment, p *hubPlan, document func(io.Writer, inventory.Snapshot) config.Config,
) (err error) {
	s := p.hub.Session
	p.held = inventory.Check(p.hub.Stored, s.Now)
	var text bytes.Buffer
	p.prepared, err = o.prepare(ctx, &text, env.Width, s, p.held, document(s.Notes, p.held.Snapshot))
	p.text = WithoutVersions(text.String())
	return err
}

// printTogether prints each plan once, with all regions that have it.
func printTogether(out io.Writer, plans []*hubPlan) {
	for i, p := range plans {
		same := func(other *hubPlan) bool { return other.err == nil && other.text == p.text }
		switch {
		case p.err != nil:
			term.SayLine(out, p.hub.Region+": "+frame.Sentence(p.err))
			term.SayLine(out)
		case slices.IndexFunc(plans, same) == i:
			group := slices.DeleteFunc(slices.Clone(plans), func(other *hubPlan) bool { return !same(other) })
			term.SayLine(out, regionsOf(group)+":")
			_, _ = io.WriteString(out, p.text+"\n")
		}
	}
}

func regionsOf(plans []*hubPlan) string {
	var names []string
	for _, p := range plans {
		names = append(names, p.hub.Region)
	}
	return strings.Join(names, ", ")
}

// writeAll writes to each hub by itself.
func (o Options) writeAll(cmd *cobra.Command, env frame.Environment, plans []*hubPlan) {
	done := term.Progress(cmd.ErrOrStderr(), env.StderrIsTerminal, "writing to "+regionsOf(plans))
	texts := make([]bytes.Buffer, len(plans))
	var all errgroup.Group
	all.SetLimit(hubsAtOnce)
	for i, p := range plans {
		all.Go(func() error {
			own := env
			own.Told = &texts[i]
			p.made, p.err = o.writeDocument(cmd, own, p.hub.Session, p.prepared.plan, p.held.IsPaused())
			return nil
		})
	}
	_ = all.Wait() // none fails
	done()
	for i, p := range plans {
		term.Prefix(env.Told, p.hub.Region, texts[i].String())
	}
}

// conclude reports each hub. The error has those that were not written completely.
func (o Options) conclude(out io.Writer, plans []*hubPlan) (RegionsReport, error) {
	made := RegionsReport{DryRun: o.DryRun, Hubs: []HubReport{}}
	var failed []error
	for _, p := range plans {
		report := HubReport{Region: p.hub.Region, State: p.state(o.DryRun), Changes: append([]ItemChange{}, p.made.Changes...)}
		if p.err == nil && len(p.made.Changes) == 0 {
			report.Changes = append(report.Changes, NewReport(p.hub.Session, p.prepared.due...).Changes...)
		}
		if p.err != nil {
			report.Error = frame.Sentence(p.err)
			failed = append(failed, fmt.Errorf("%s: %w", p.hub.Region, frame.WithRemedy(p.err)))
		}
		made.Hubs = append(made.Hubs, report)
	}
	if len(failed) == 0 {
		return made, nil
	}
	if !o.DryRun {
		term.Say(out, "Up to date: %d of %s. The same command writes the rest.\n", len(plans)-len(failed), english.Count(len(plans), "hub"))
	}
	return made, frame.AnsweredError{Answer: made, Err: errors.Join(failed...)}
}

func (p *hubPlan) state(dryRun bool) string {
	stopped, isStopped := errors.AsType[*StoppedError](p.err)
	switch {
	case isStopped && !stopped.wroteNothing():
		return hubPartly
	case p.err != nil:
		return hubFailed
	case len(p.prepared.due) == 0:
		return hubUnchanged
	case dryRun:
		return hubPlanned
	default:
		return hubWritten
	}
}

// OfHub returns a document as the hub of a session stores it. An override belongs only to the hub that scales its cluster, as only that
// one ends and cancels it.
func OfHub(s frame.Session, wanted config.Config) config.Config {
	region := s.Stack.OnlyRegion
	if region == "" {
		return wanted
	}
	elsewhere := map[string]bool{}
	for _, c := range wanted.Clusters {
		elsewhere[c.Name] = c.Region != region
	}
	own := wanted.Overrides[:0:0]
	for _, o := range wanted.Overrides {
		if !elsewhere[o.Cluster] {
			own = append(own, o)
		}
	}
	wanted.Overrides = own
	return wanted
}

// WrittenTo reports what was written to a hub.
func WrittenTo(region string, made Report) HubReport {
	state := hubWritten
	if len(made.Changes) == 0 {
		state = hubUnchanged
	}
	return HubReport{Region: region, State: state, Changes: made.Changes}
}

// NotWrittenTo reports a hub that could not be written.
func NotWrittenTo(u frame.Unreachable) HubReport {
	return HubReport{Region: u.Region, State: hubFailed, Error: u.Error, Changes: []ItemChange{}}
}
