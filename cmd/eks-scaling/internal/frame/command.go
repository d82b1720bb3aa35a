package frame

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"eks-scaling-automation/shared/english"
)

// Family makes a command that only holds its verbs.
func Family(cmd *cobra.Command, verbs ...*cobra.Command) *cobra.Command {
	cmd.Args, cmd.DisableFlagsInUseLine = OnlyVerbs, true
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(verbs...)
	return cmd
}

// OnlyVerbs refuses arguments that are not a verb of the command.
func OnlyVerbs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return Usage(cmd, fmt.Errorf("unknown command %q%s", args[0], suggestVerb(cmd, args[0])))
}

// suggestVerb suggests a verb of a command: one with this other name (SuggestFor), the verb of a family with this name, such as
// "config apply", or the closest.
func suggestVerb(cmd *cobra.Command, word string) string {
	var verbs, families []string
	for _, verb := range cmd.Commands() {
		if slices.Contains(verb.SuggestFor, word) {
			return didYouMean(verb.Name())
		}
		verbs = append(append(verbs, verb.Name()), verb.Aliases...)
		for _, member := range verb.Commands() {
			if member.Name() == word {
				families = append(families, verb.Name()+" "+word)
			}
		}
	}
	if len(families) > 0 {
		return didYouMean(families[0])
	}
	return english.DidYouMean(word, verbs)
}

func didYouMean(verb string) string { return fmt.Sprintf("; did you mean %q?", verb) }

// NoArguments refuses all arguments.
func NoArguments(cmd *cobra.Command, args []string) error { return between(0, 0)(cmd, args) }

// Arguments accepts one argument for each of the names.
func Arguments(names ...string) cobra.PositionalArgs {
	return between(len(names), len(names), names...)
}

// ArgumentAndMore accepts one argument, and a second one that may be left out.
func ArgumentAndMore(first, second string) cobra.PositionalArgs { return between(1, 2, first, second) }

// AtMostOne accepts one argument or none.
func AtMostOne(cmd *cobra.Command, args []string) error { return between(0, 1)(cmd, args) }

func between(fewest, most int, names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < fewest:
			return Usage(cmd, fmt.Errorf("missing argument %s", names[len(args)]))
		case len(args) > most:
			return Usage(cmd, fmt.Errorf("unexpected argument %q", args[most]))
		}
		return nil
	}
}

// Usage marks a usage error and adds where to find help, unless the error ends with a suggestion.
func Usage(cmd *cobra.Command, err error) error {
	if strings.HasSuffix(err.Error(), "?") {
		return UsageErr(err)
	}
	return UsageErr(fmt.Errorf("%w; see: %s --help", err, cmd.CommandPath()))
}
