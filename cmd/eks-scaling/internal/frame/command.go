package frame

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
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
	var verbs []string
	for _, verb := range cmd.Commands() {
		verbs = append(verbs, verb.Name())
	}
	return Usage(cmd, fmt.Errorf("unknown verb %q; known: %s", args[0], strings.Join(verbs, ", ")))
}

// NoArguments refuses all arguments.
func NoArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return Usage(cmd, fmt.Errorf("found argument %q; want none", args[0]))
	}
	return nil
}

// Arguments accepts one argument for each of the names.
func Arguments(names ...string) cobra.PositionalArgs {
	return between(len(names), len(names), fmt.Sprintf("want %d: %s", len(names), strings.Join(names, " ")))
}

// ArgumentAndMore accepts one argument, and a second one that may be left out.
func ArgumentAndMore(first, second string) cobra.PositionalArgs {
	return between(1, 2, fmt.Sprintf("want %s, and perhaps %s", first, second))
}

// OneArgument accepts exactly one argument.
func OneArgument(what string) cobra.PositionalArgs { return between(1, 1, "want one, "+what) }

// AtMostOne accepts one argument or none.
func AtMostOne(what string) cobra.PositionalArgs { return between(0, 1, "want at most one, "+what) }

func between(fewest, most int, want string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < fewest || len(args) > most {
			return Usage(cmd, fmt.Errorf("found %s; %s", english.Count(len(args), "argument"), want))
		}
		return nil
	}
}

// Files accepts one file or more.
func Files(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return Usage(cmd, fmt.Errorf("found no file; want at least one %s", what))
		}
		return nil
	}
}

// Usage marks a usage error and adds where to find help.
func Usage(cmd *cobra.Command, err error) error {
	return UsageErr(fmt.Errorf("%w; see: %s --help", err, cmd.CommandPath()))
}

// Intent holds the flags of the verbs that change something: who does it and why, for the record, and whether to skip the question.
type Intent struct {
	By, Reason string
	Yes        bool
}

// AddRecordFlags adds --by and --reason.
func (i *Intent) AddRecordFlags(cmd *cobra.Command, env Environment) {
	cmd.Flags().StringVar(&i.By, "by", env.User, "who makes the change, for the record")
	cmd.Flags().StringVar(&i.Reason, "reason", "", "why, for the record")
}

// AddFlags adds --by, --reason and --yes.
func (i *Intent) AddFlags(cmd *cobra.Command, env Environment) {
	i.AddRecordFlags(cmd, env)
	cmd.Flags().BoolVar(&i.Yes, "yes", false, "do not ask")
}

// NeedReason is the error of a change without a reason.
func (i *Intent) NeedReason() error {
	if strings.TrimSpace(i.Reason) == "" {
		return errors.New("--reason: missing; want why, for the record")
	}
	return nil
}

// Confirm asks whether to continue, unless yes is set. Without a terminal it fails.
func Confirm(cmd *cobra.Command, env Environment, yes bool, question string) error {
	switch {
	case yes:
		return nil
	case !env.Interactive:
		return Usage(cmd, errors.New("nothing was changed: there is no terminal to ask at; to go ahead without being asked, add --yes"))
	}
	answer, err := term.Ask(cmd.Context(), cmd.InOrStdin(), env.Told, question+" [y/N] ")
	if err == nil && answer != "y" && answer != "yes" {
		err = term.ErrDeclined
	}
	return err
}

// NewForm returns a form on the terminal of a command.
func NewForm(cmd *cobra.Command, env Environment) term.Form {
	return term.Form{In: cmd.InOrStdin(), Out: env.Told, Colour: env.Colour, Plain: env.Dumb}
}
