package cli

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runscmd"
	"eks-scaling-automation/shared/inventory"
)

// completionTimeout is for how long a shell may wait for names. Without an answer by then it completes nothing.
const completionTimeout = 3 * time.Second

// completeNames has the shell complete what verbs are given: the names of clusters, overrides and runs of the deployed stack, and
// files where a file is meant. Everything else has no completion of its own, and least of all the files that lie around.
func completeNames(root *cobra.Command, env frame.Environment) {
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	clusters, files := completed(env, clusterNames), func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveDefault
	}
	byArgument := map[string]cobra.CompletionFunc{
		"CLUSTER": clusters, "NAME": completed(env, overrideNames), "EXECUTION": completed(env, runNames), "FILE": files,
	}
	byFlag := map[string]cobra.CompletionFunc{"cluster": clusters, "config": files}
	var complete func(cmd *cobra.Command)
	complete = func(cmd *cobra.Command) {
		if argument := firstArgument(cmd); byArgument[argument] != nil {
			cmd.ValidArgsFunction = first(byArgument[argument], argument == "FILE")
		}
		for name, names := range byFlag {
			if cmd.Flags().Lookup(name) != nil && !namesNewCluster(cmd) {
				if err := cmd.RegisterFlagCompletionFunc(name, names); err != nil {
					panic(err) // only if it has one already
				}
			}
		}
		for _, verb := range cmd.Commands() {
			complete(verb)
		}
	}
	complete(root)
}

// firstArgument is such as CLUSTER, as the usage of a verb has it; empty if it takes none.
func firstArgument(cmd *cobra.Command) string {
	fields := strings.Fields(cmd.Use)
	if len(fields) < 2 {
		return ""
	}
	argument, _, _ := strings.Cut(strings.TrimLeft(fields[1], "["), "[")
	return strings.TrimRight(argument, "].")
}

// namesNewCluster says that what a verb is given is the name of a cluster that is not configured yet.
func namesNewCluster(cmd *cobra.Command) bool {
	return cmd.Name() == "init" || cmd.Parent().Name() == "import"
}

// first completes the first argument, or each of them if there may be several.
func first(names cobra.CompletionFunc, several bool) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 && !several {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return names(cmd, args, typed)
	}
}

// completed are names in the deployed stack. Whatever goes wrong, a shell is told nothing.
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

func clusterNames(ctx context.Context, s frame.Session) []string {
	return namesOf(ctx, s, func(held inventory.Snapshot) []inventory.Item { return held.Clusters })
}

func overrideNames(ctx context.Context, s frame.Session) []string {
	return namesOf(ctx, s, func(held inventory.Snapshot) []inventory.Item { return held.Overrides })
}

func namesOf(ctx context.Context, s frame.Session, of func(inventory.Snapshot) []inventory.Item) []string {
	snapshot, err := s.Config.Read(ctx)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range of(snapshot) {
		names = append(names, e.Name)
	}
	return names
}

// runNames are the latest runs.
func runNames(ctx context.Context, s frame.Session) []string {
	found, err := s.Executions().List(ctx, s.Now.AddDate(0, 0, -1), false, runscmd.DefaultRuns)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range found {
		names = append(names, e.Name)
	}
	return names
}
