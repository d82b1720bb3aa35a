package frame

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
)

// Family is a command that does nothing but hold its verbs.
func Family(cmd *cobra.Command, verbs ...*cobra.Command) *cobra.Command {
	cmd.Args, cmd.DisableFlagsInUseLine = OnlyVerbs, true
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(verbs...)
	return cmd
}

// OnlyVerbs refuses what is not one of the command's verbs.
func OnlyVerbs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var verbs []string
	for _, verb := range cmd.Commands() {
		verbs = append(verbs, verb.Name())
	}
	return Usage(cmd, fmt.Errorf("unknown verb %q; known: %s", args[0], strings.Join(verbs, ", ")))
}

// NoArguments refuses any.
func NoArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return Usage(cmd, fmt.Errorf("found argument %q; want none", args[0]))
	}
	return nil
}

// Arguments wants exactly those with the given names.
func Arguments(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return Usage(cmd, fmt.Errorf("found %s; want %d: %s", english.Count(len(args), "argument"), len(names), strings.Join(names, " ")))
		}
		return nil
	}
}

// Usage marks an error as one of usage and says where help is.
func Usage(cmd *cobra.Command, err error) error {
	return UsageErr(fmt.Errorf("%w; see: %s --help", err, cmd.CommandPath()))
}

// RecordFlags adds the flags that say for the record who makes a change, and why.
func RecordFlags(cmd *cobra.Command, env Environment, by, reason *string) {
	cmd.Flags().StringVar(by, "by", env.User, "who makes the change, for the record")
	cmd.Flags().StringVar(reason, "reason", "", "why, for the record")
}

// Confirm asks whether to go on, unless yes says so already. Without a terminal it asks nobody and fails.
func Confirm(cmd *cobra.Command, env Environment, yes bool, question string) error {
	switch {
	case yes:
		return nil
	case !env.Interactive:
		return Usage(cmd, errors.New("nothing was changed: there is no terminal to ask at; to go ahead without being asked, add --yes"))
	}
	answer, err := term.Ask(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), question+" [y/N] ")
	if err == nil && answer != "y" && answer != "yes" {
		err = term.ErrDeclined
	}
	return err
}

// NewForm returns a form on the terminal of a command.
func NewForm(cmd *cobra.Command, env Environment) term.Form {
	return term.Form{In: cmd.InOrStdin(), Out: cmd.OutOrStdout(), Colour: env.Colour, Plain: env.Dumb}
}
