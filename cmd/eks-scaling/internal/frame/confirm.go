package frame

import (
	"errors"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

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
