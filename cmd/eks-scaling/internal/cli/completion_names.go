package cli

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// completedOfUnits completes names of profiles or node groups. The first argument and --cluster limit the units that they belong to.
func completedOfUnits(env frame.Environment, namesOf func(config.Unit) []string) cobra.CompletionFunc {
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
			for _, unit := range inventory.Check(snapshot, s.Now).Valid() {
				if len(chosen) == 0 || scaling.NamesUnit(chosen, unit.Name) {
					names = append(names, namesOf(unit)...)
				}
			}
			slices.Sort(names)
			return slices.Compact(names)
		})(cmd, args, typed)
	}
}

// completedNewSchedules completes the clusters that have named schedules, such as "production:". The name of a new one follows.
func completedNewSchedules(env frame.Environment) cobra.CompletionFunc {
	names := completed(env, func(ctx context.Context, s frame.Session) (names []string) {
		snapshot, err := s.Config.Read(ctx)
		if err != nil {
			return nil // a part of the names would look like all of them
		}
		for _, e := range snapshot.Clusters {
			if len(inventory.ScheduleNames(e.Spec)) > 0 {
				names = append(names, e.Name+":")
			}
		}
		return names
	})
	return completedWithValue(names)
}

// flagValues returns the values of a flag that may be repeated.
func flagValues(cmd *cobra.Command, name string) []string {
	if list, isList := cmd.Flags().Lookup(name).Value.(pflag.SliceValue); isList {
		return list.GetSlice()
	}
	return nil
}

// completedFilter completes the values of a flag that narrows units.
func completedFilter(env frame.Environment, flag string) cobra.CompletionFunc {
	return completed(env, func(ctx context.Context, s frame.Session) []string {
		snapshot, err := s.Config.Read(ctx)
		if err != nil {
			return nil // a part of the names would look like all of them
		}
		return filter.Values(filter.Known(snapshot, s.Stack.Account), flag)
	})
}

// listed completes the last name of a list with commas, if the flag takes one.
func listed(names cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		found, directive := names(cmd, args, typed)
		if comma := strings.LastIndexByte(typed, ','); comma >= 0 {
			for i := range found {
				found[i] = typed[:comma+1] + found[i]
			}
		}
		return found, directive
	}
}

func profileNames(u config.Unit) []string { return slices.Collect(maps.Keys(u.Profiles)) }

func nodegroupNames(u config.Unit) []string { return slices.Collect(maps.Keys(u.Nodegroups)) }

// signalNames returns the signals that a unit uses, as --signal takes them, and the values that their conditions or sources name.
func signalNames(u config.Unit) (names []string) {
	for _, p := range u.Schedule.Periods {
		if p.When == nil {
			continue
		}
		name := p.When.Signal + "="
		names = append(names, name)
		values := u.Signals[p.When.Signal].Source().States()
		if values == nil && p.When.Is != "" {
			values = []string{p.When.Is}
		}
		for _, value := range values {
			names = append(names, name+value)
		}
	}
	return names
}

// completedWithValue completes names without a space after them: the rest follows.
func completedWithValue(names cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		found, directive := names(cmd, args, typed)
		return found, directive | cobra.ShellCompDirectiveNoSpace
	}
}

// completedSignals completes the names of signals, such as "rain=", and after that their values.
func completedSignals(env frame.Environment) cobra.CompletionFunc {
	names := completedOfUnits(env, signalNames)
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		found, directive := names(cmd, args, typed)
		if name, _, isValue := strings.Cut(typed, "="); isValue {
			return slices.DeleteFunc(found, func(f string) bool { return f == name+"=" || !strings.HasPrefix(f, name+"=") }), directive
		}
		return slices.DeleteFunc(found, func(f string) bool { return strings.IndexByte(f, '=') < len(f)-1 }), directive | cobra.ShellCompDirectiveNoSpace
	}
}

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
