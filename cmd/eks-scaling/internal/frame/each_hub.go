package frame

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

// Regions says which hubs a merged answer is from. It is empty for the answer of one hub.
type Regions struct {
	Regions     []string      `json:"regions,omitempty"`     // that answered
	Unreachable []Unreachable `json:"unreachable,omitempty"` // that did not
}

// Unreachable is a hub whose part of an answer is missing.
type Unreachable struct {
	Region  string `json:"region"`
	Error   string `json:"error"`
	Missing bool   `json:"missing,omitempty"` // the region has no stack
}

// Print names the hubs that are missing.
func (r Regions) Print(cmd *cobra.Command) {
	for _, u := range r.Unreachable {
		term.Say(cmd.ErrOrStderr(), "%s: not shown: %s\n", u.Region, u.Error)
	}
}

// Part is the answer of one hub.
type Part[T any] struct {
	Region string
	Hub    Hub
	Answer T
}

// InRegion returns a remedy that works on the hub of a region, wherever it is called. Other commands than those of this tool stay as they
// are, and so does everything without a region: a stack that takes the clusters of all regions has none of its own.
func InRegion(remedy, region string) string {
	rest, ofTool := strings.CutPrefix(remedy, "eks-scaling ")
	if !ofTool || region == "" || strings.Contains(rest, "--region ") || strings.Contains(rest, "--all-regions") {
		return remedy
	}
	return "eks-scaling --region " + region + " " + rest
}

// PrintParts prints the part of each hub below its region.
func PrintParts[T any](out io.Writer, parts []Part[T], inWords func(io.Writer, T) error) error {
	for i, p := range parts {
		if i > 0 {
			term.SayLine(out)
		}
		term.SayLine(out, p.Region+":")
		if err := inWords(out, p.Answer); err != nil {
			return err
		}
	}
	return nil
}

// AskAll opens the hubs of a fleet and asks each of them at the same time. A hub that fails is named, and the others' answers are returned
// in the order of the regions. An unknown name is an error only if no hub knows it; if a hub that failed may know it, that failure is the
// error. With [ErrFindings] or [ErrCouldNotLook] an answer
// counts, and the worse of them is returned.
func AskAll[T any](cmd *cobra.Command, env Environment, ask func(Hub) (T, error), regions ...string) ([]Part[T], Regions, error) {
	hubs, err := env.OpenHubs(cmd, regions...)
	if err != nil {
		return nil, Regions{}, err
	}
	done := term.Progress(cmd.ErrOrStderr(), env.StderrIsTerminal, "asking "+english.Count(len(hubs), "stack"))
	answers, failed := make([]T, len(hubs)), make([]error, len(hubs))
	var all errgroup.Group
	all.SetLimit(hubsAtOnce)
	for i, hub := range hubs {
		if hub.Err != nil {
			failed[i] = hub.Err
			continue
		}
		all.Go(func() error {
			answers[i], failed[i] = ask(hub)
			return nil
		})
	}
	_ = all.Wait() // none fails
	done()
	hubs.Flush(cmd.ErrOrStderr())
	return merge(hubs, answers, failed)
}

// merge keeps the answers that count.
func merge[T any](hubs Hubs, answers []T, failed []error) (parts []Part[T], regions Regions, findings error) {
	var unknown, lost error
	for i, hub := range hubs {
		err := failed[i]
		switch {
		case err == nil || errors.Is(err, ErrFindings):
			parts = append(parts, Part[T]{hub.Region, hub, answers[i]})
			regions.Regions = append(regions.Regions, hub.Region)
			findings = worse(findings, err)
		case is[usageError](err):
			return nil, Regions{}, err
		case isUnknownName(err) && !hub.Missing():
			unknown = betterUnknown(unknown, err)
			regions.Regions = append(regions.Regions, hub.Region)
		default:
			lost = cmp.Or(lost, fmt.Errorf("%s: %w", hub.Region, WithRemedy(err)))
			regions.Unreachable = append(regions.Unreachable, Unreachable{hub.Region, Sentence(err), hub.Missing()})
		}
	}
	switch {
	case len(parts) > 0:
		return parts, regions, findings
	case unknown != nil && (lost == nil || !isElsewhere(unknown)):
		return nil, regions, unknown
	default:
		return nil, regions, lost
	}
}

// worse returns the worse of two results: findings count more than what could not be read.
func worse(a, b error) error {
	if a == nil || errors.Is(a, ErrCouldNotLook) && b != nil {
		return b
	}
	return a
}

func isUnknownName(err error) bool {
	return ExitCode(err) == ExitNotFound
}

// betterUnknown prefers an error that does not send people to another hub: that one was asked too.
func betterUnknown(a, b error) error {
	if a == nil || isElsewhere(a) {
		return b
	}
	return a
}

// isElsewhere reports whether another hub may know the name.
func isElsewhere(err error) bool {
	return is[*inventory.ElsewhereError](err) || is[elsewhereError](err)
}
