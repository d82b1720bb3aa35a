package cli

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// completedOfClusters completes names that belong to clusters: the cluster in the first argument, else the clusters of --cluster,
// else all.
func completedOfClusters(env frame.Environment, namesOf func(config.Cluster) []string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		chosen := args
		if flag := cmd.Flags().Lookup("cluster"); flag != nil {
			chosen = slices.Concat(chosen, flagValues(cmd, "cluster"))
		}
		return completed(env, func(ctx context.Context, s frame.Session) (names []string) {
			snapshot, err := s.Config.Read(ctx)
			if err != nil {
				return nil // a part of the names would look like all of them
			}
			for name, cluster := range inventory.Check(snapshot, s.Now).ClusterByName {
				if len(chosen) == 0 || slices.Contains(chosen, name) {
					names = append(names, namesOf(cluster)...)
				}
			}
			slices.Sort(names)
			return slices.Compact(names)
		})(cmd, args, typed)
	}
}

// flagValues returns the values of a flag that may be repeated.
func flagValues(cmd *cobra.Command, name string) []string {
	values, _ := cmd.Flags().GetStringArray(name) // nothing if it is of another type
	return values
}

func profileNames(c config.Cluster) []string { return slices.Collect(maps.Keys(c.Profiles)) }

func nodegroupNames(c config.Cluster) []string { return slices.Collect(maps.Keys(c.Nodegroups)) }

// completedVersions completes the versions of the cluster in the first argument, the newest first.
func completedVersions(env frame.Environment) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		names, directive := completed(env, func(ctx context.Context, s frame.Session) (names []string) {
			changes, _ := s.Logs.ConfigChanges(ctx, inventory.KindCluster, args[0]) // nothing after an error
			for _, c := range changes {
				if c.Version > 0 {
					names = append(names, strconv.Itoa(c.Version))
				}
			}
			return names
		})(cmd, args, typed)
		return names, directive | cobra.ShellCompDirectiveKeepOrder
	}
}
