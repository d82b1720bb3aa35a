package filter

import (
	"context"
	"slices"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// Reader reads the config table: all of it, or the part of one unit.
type Reader interface {
	Read(ctx context.Context) (inventory.Snapshot, error)
	Unit(ctx context.Context, unit string) (inventory.Snapshot, error)
}

// maxNamed limits the clusters that are read one by one. For more, the whole table takes fewer calls.
const maxNamed = 10

// Read reads what the filter needs of the configuration. If it has nothing but a few names, only those clusters are read, and partial
// is true. An unknown name takes the whole configuration, to suggest another. A region limits it to what the hub of the region takes.
func (f Filter) Read(ctx context.Context, table Reader, region string) (s inventory.Snapshot, partial bool, err error) {
	s, partial, err = f.read(ctx, table)
	return s.In(region), partial, err
}

func (f Filter) read(ctx context.Context, table Reader) (s inventory.Snapshot, partial bool, err error) {
	clusters := f.named()
	if len(clusters) == 0 {
		s, err = table.Read(ctx)
		return s, false, err
	}
	parts := make([]inventory.Snapshot, len(clusters))
	all, inner := errgroup.WithContext(ctx)
	for i, name := range clusters {
		all.Go(func() (err error) {
			parts[i], err = table.Unit(inner, name)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return s, false, err
	}
	for _, part := range parts {
		if len(part.Clusters) == 0 {
			s, err = table.Read(ctx)
			return s, false, err
		}
		s.Settings = part.Settings
		s.Clusters, s.Overrides = append(s.Clusters, part.Clusters...), append(s.Overrides, part.Overrides...)
		for _, c := range part.Calendars {
			if !slices.ContainsFunc(s.Calendars, func(known inventory.Item) bool { return known.Name == c.Name }) {
				s.Calendars = append(s.Calendars, c)
			}
		}
	}
	return s, true, nil
}

// named returns the clusters to read one by one; none if the whole configuration is needed.
func (f Filter) named() (clusters []string) {
	if !f.OnlyNames() {
		return nil
	}
	for _, name := range f.Clusters {
		cluster, _ := scaling.SplitUnit(name)
		clusters = append(clusters, cluster)
	}
	slices.Sort(clusters)
	if clusters = slices.Compact(clusters); len(clusters) > maxNamed {
		return nil
	}
	return clusters
}

// Table names the configuration in errors.
const Table = "the config table"

// Open connects to the deployed stack, and reads and checks what the filter needs of the configuration. It returns the units that match.
func (f Filter) Open(cmd *cobra.Command, env frame.Environment) (frame.Session, inventory.Checked, []string, error) {
	s, err := env.Open(cmd)
	if err != nil {
		return s, inventory.Checked{}, nil, err
	}
	held, names, err := f.From(cmd.Context(), s)
	return s, held, names, frame.WithRemedy(err)
}

// From reads and checks what the filter needs of the configuration of a stack, and says what is paused. It returns the units that match.
func (f Filter) From(ctx context.Context, s frame.Session) (inventory.Checked, []string, error) {
	done := s.Progress("reading the configuration")
	snapshot, _, err := f.Read(ctx, s.Config, s.Stack.OnlyRegion)
	done()
	if err != nil {
		return inventory.Checked{}, nil, err
	}
	s.Announce(ctx, snapshot)
	names, err := f.Select(snapshot, s.Stack.Account)
	return inventory.Check(snapshot, s.Now), names, err
}
