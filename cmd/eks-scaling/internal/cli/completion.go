package cli

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runscmd"
	"eks-scaling-automation/shared/inventory"
)

// completionTimeout limits how long a shell waits for names.
const completionTimeout = 3 * time.Second

// completeNames makes the shell complete names of the deployed stack, and files where a command takes a file.
func completeNames(root *cobra.Command, env frame.Environment) {
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	clusters, units := completed(env, itemNames(clusterNames)), completed(env, unitNames)
	files := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveDefault
	}
	byArgument := map[string]cobra.CompletionFunc{
		"CLUSTER": clusters, "CLUSTER:SCHEDULE": units, "NAME": completed(env, itemNames(overrideNames)), "RUN": completed(env, runNames), "FILE": files,
	}
	bySecond := map[string]cobra.CompletionFunc{"[UNIT]": completedUnits(env), "VERSION": completedVersions(env)}
	byFlag := map[string]cobra.CompletionFunc{
		"cluster": listed(units), "schedule": listed(completedFilter(env, "schedule")), "account": listed(completedFilter(env, "account")),
		"in-region": listed(completedFilter(env, "in-region")), "config": files, "file": files, "to": completedOfUnits(env, profileNames), "nodegroup": completedOfUnits(env, nodegroupNames),
		"signal": completedSignals(env),
		"color":  cobra.FixedCompletions(frame.ColorModes, cobra.ShellCompDirectiveNoFileComp),
	}
	var complete func(cmd *cobra.Command)
	complete = func(cmd *cobra.Command) {
		completeArguments(cmd, byArgument, bySecond)
		for name, names := range byFlag {
			if cmd.Flags().Lookup(name) != nil && !namesNewCluster(cmd) || name == "color" && cmd == root {
				register(cmd, name, names)
			}
		}
		if cmd.Name() == "init" {
			register(cmd, "cluster", completedNewSchedules(env))
		}
		for _, verb := range cmd.Commands() {
			complete(verb)
		}
	}
	complete(root)
}

func register(cmd *cobra.Command, flag string, names cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, names); err != nil {
		panic(err) // only if it has one already
	}
}

// wordCompletion makes the completion command refuse unknown shells, and describes it as the other commands are.
func wordCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() != "completion" {
			continue
		}
		frame.Family(cmd)
		cmd.Short, cmd.Long = "Prints the completion script for a shell", ""
		for _, shell := range cmd.Commands() {
			shell.Short = "Prints the completion script for " + shell.Name()
		}
	}
}

// completeArguments completes the first and the second argument of a command, by their names in its usage.
func completeArguments(cmd *cobra.Command, byFirst, bySecond map[string]cobra.CompletionFunc) {
	argument := firstArgument(cmd)
	if byFirst[argument] == nil {
		return
	}
	words := usageWords(cmd)
	cmd.ValidArgsFunction = first(byFirst[argument], argument == "FILE" || strings.HasSuffix(words[0], "..."))
	if len(words) > 1 && bySecond[words[1]] != nil {
		cmd.ValidArgsFunction = second(cmd.ValidArgsFunction, bySecond[words[1]])
	}
}

// firstArgument returns the first argument in the usage of a verb, such as CLUSTER or CLUSTER:SCHEDULE; empty if it takes none.
func firstArgument(cmd *cobra.Command) string {
	words := usageWords(cmd)
	if len(words) == 0 {
		return ""
	}
	argument, _, _ := strings.Cut(strings.TrimLeft(strings.Replace(words[0], "[:SCHEDULE]", ":SCHEDULE", 1), "["), "[")
	return strings.TrimRight(argument, "].")
}

// usageWords returns the usage of a verb without its name and without flags that have no value, such as [--strict].
func usageWords(cmd *cobra.Command) []string {
	return slices.DeleteFunc(strings.Fields(cmd.Use)[1:], func(word string) bool {
		return strings.HasPrefix(word, "[--") && strings.HasSuffix(word, "]")
	})
}

// namesNewCluster reports whether a verb takes the name of a cluster that is not configured yet.
func namesNewCluster(cmd *cobra.Command) bool {
	return cmd.Name() == "init" || cmd.Parent().Name() == "import"
}

// first completes the first argument, or all of several.
func first(names cobra.CompletionFunc, several bool) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 && !several {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return names(cmd, args, typed)
	}
}

// second completes the second argument by other names than the first.
func second(first, then cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 1 {
			return then(cmd, args, typed)
		}
		return first(cmd, args, typed)
	}
}

// completedUnits completes the units of the run in the first argument: the recorded ones, or else all. The units of a running
// run take a call each.
func completedUnits(env frame.Environment) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		return completed(env, func(ctx context.Context, s frame.Session) (names []string) {
			records, _ := s.Logs.UnitRecords(ctx, args[0]) // nothing after an error
			for _, r := range records {
				names = append(names, r.Cluster)
			}
			if len(names) == 0 {
				return unitNames(ctx, s)
			}
			return names
		})(cmd, args, typed)
	}
}

// completed completes names of the deployed stack. It hides errors from the shell.
func completed(env frame.Environment, names func(context.Context, frame.Session) []string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		ctx, cancel := context.WithTimeout(cmd.Context(), completionTimeout)
		defer cancel()
		s, err := env.Connect(ctx, *env.Place, io.Discard, env.Now)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return names(ctx, s), cobra.ShellCompDirectiveNoFileComp
	}
}

func clusterNames(held inventory.Snapshot) []inventory.Item { return held.Clusters }

func overrideNames(held inventory.Snapshot) []inventory.Item { return held.Overrides }

// itemNames returns the names of items in the config table.
func itemNames(of func(inventory.Snapshot) []inventory.Item) func(context.Context, frame.Session) []string {
	return func(ctx context.Context, s frame.Session) (names []string) {
		snapshot, err := s.Config.Read(ctx)
		if err != nil {
			return nil // a part of the names would look like all of them
		}
		for _, e := range of(snapshot) {
			names = append(names, e.Name)
		}
		return names
	}
}

// unitNames returns the names of the clusters, and of their named schedules.
func unitNames(ctx context.Context, s frame.Session) (names []string) {
	snapshot, err := s.Config.Read(ctx)
	if err != nil {
		return nil // a part of the names would look like all of them
	}
	for _, e := range snapshot.Clusters {
		names = append(append(names, e.Name), e.UnitNames()...)
	}
	return slices.Compact(names)
}

// runNames returns the names of the latest runs.
func runNames(ctx context.Context, s frame.Session) (names []string) {
	found, _ := s.Executions().List(ctx, s.Now.AddDate(0, 0, -1), false, runscmd.DefaultRuns) // nothing after an error
	for _, e := range found {
		names = append(names, e.Name)
	}
	return names
}
