package frame

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
)

// Limits on opening hubs. One that does not answer delays the others by at most hubTimeout.
const (
	hubTimeout = 4 * time.Second
	hubsAtOnce = 16
)

// Hub is the stack of one region.
type Hub struct {
	Region  string
	Session Session
	Stored  inventory.Snapshot // the whole configuration in its table
	// Err is why the hub cannot be reached; nil if it can.
	Err error

	notes *bytes.Buffer // what its session notes, see [Hubs.Flush]
}

// Missing reports that the region has no stack.
func (h Hub) Missing() bool { return errors.Is(h.Err, stackaws.ErrNoStack) }

// Hubs are the hubs of a fleet, in the order of their regions.
type Hubs []Hub

// Reachable returns the hubs that answer.
func (h Hubs) Reachable() Hubs {
	return slices.DeleteFunc(slices.Clone(h), func(hub Hub) bool { return hub.Err != nil })
}

// AddAllRegionsFlag adds --all-regions.
func AddAllRegionsFlag(cmd *cobra.Command, all *bool, what string) {
	cmd.Flags().BoolVar(all, "all-regions", false, what)
}

// LooksAtAllRegions is the help of --all-regions for a command that changes nothing.
const LooksAtAllRegions = "ask the stacks of all regions that have clusters, and merge their answers"

// OpenHubs connects to the hubs of a fleet: the one of the flags, and those in the regions of the clusters that it, every other reachable
// hub, or the caller knows. A hub that cannot be reached has an error. The error of OpenHubs means that none can be reached.
func (env Environment) OpenHubs(cmd *cobra.Command, regions ...string) (Hubs, error) {
	defer term.Progress(cmd.ErrOrStderr(), env.StderrIsTerminal, "looking for the stacks "+env.Place.Stack)()
	first := env.openHub(cmd, env.Place.Region)
	if is[usageError](first.Err) || first.Region == "" && first.Err != nil {
		return nil, WithRemedy(first.Err)
	}
	hubs, known := Hubs{first}, map[string]bool{first.Region: true}
	for {
		var missing []string
		for _, region := range slices.Concat(append([][]string{regions}, hubs.regions()...)...) {
			if !known[region] {
				known[region] = true
				missing = append(missing, region)
			}
		}
		if len(missing) == 0 {
			break
		}
		hubs = append(hubs, env.openAll(cmd, missing)...)
	}
	hubs = hubs.needed()
	slices.SortFunc(hubs, func(a, b Hub) int { return cmp.Compare(a.Region, b.Region) })
	if len(hubs.Reachable()) == 0 {
		return hubs, hubs.unreachable()
	}
	return hubs, nil
}

// regions returns the regions of the clusters in each table.
func (h Hubs) regions() (all [][]string) {
	for _, hub := range h {
		all = append(all, hub.Stored.Regions())
	}
	return all
}

// needed leaves out regions without a stack, if another hub takes the clusters of all regions.
func (h Hubs) needed() Hubs {
	if !slices.ContainsFunc(h, func(hub Hub) bool { return hub.Err == nil && hub.Session.Stack.OnlyRegion == "" }) {
		return h
	}
	return slices.DeleteFunc(h, Hub.Missing)
}

// unreachable says why no hub can be reached.
func (h Hubs) unreachable() error {
	if len(h) == 1 {
		return WithRemedy(h[0].Err)
	}
	var lines []string
	for _, hub := range h {
		lines = append(lines, hub.Region+": "+Sentence(hub.Err))
	}
	return NoAccess(errors.New("no stack can be reached: " + strings.Join(lines, "; ")))
}

func (env Environment) openAll(cmd *cobra.Command, regions []string) Hubs {
	hubs := make(Hubs, len(regions))
	var all errgroup.Group
	all.SetLimit(hubsAtOnce)
	for i, region := range regions {
		all.Go(func() error {
			hubs[i] = env.openHub(cmd, region)
			return nil
		})
	}
	_ = all.Wait() // none fails
	return hubs
}

// openHub connects to the hub of a region and reads its table. An empty region is the one of the environment.
func (env Environment) openHub(cmd *cobra.Command, region string) Hub {
	ctx, cancel := context.WithTimeout(cmd.Context(), hubTimeout)
	defer cancel()
	place, notes := *env.Place, &bytes.Buffer{}
	place.Region, place.ScalesTo = region, ScalesTo(cmd)
	s, err := env.Connect(ctx, place, notes, env.Now)
	s.Notes, s.Clock, s.Opened = &guarded{out: notes}, env.Now, env.Now()
	hub := Hub{Region: cmp.Or(region, s.Stack.Region, s.AWS.Region), Session: s, Err: err, notes: notes}
	if err == nil {
		stored, err := s.Config.Read(ctx)
		hub.Stored, hub.Session.stored, hub.Err = stored, &stored, err
	}
	if ctx.Err() != nil && cmd.Context().Err() == nil {
		hub.Err = NoAccess(Remedied{
			Found: "no answer within " + FormatDuration(hubTimeout), Remedy: "the region may be down; try again, or look at its hub alone: --region " + hub.Region, Err: hub.Err,
		})
	}
	return hub
}

// guarded is a writer for several goroutines.
type guarded struct {
	mutex sync.Mutex
	out   io.Writer
}

func (g *guarded) Write(text []byte) (int, error) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.out.Write(text)
}

// Flush writes what the sessions have noted, each line with its region.
func (h Hubs) Flush(out io.Writer) {
	for _, hub := range h {
		term.Prefix(out, hub.Region, hub.notes.String())
		hub.notes.Reset()
	}
}
