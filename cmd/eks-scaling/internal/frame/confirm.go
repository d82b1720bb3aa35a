package frame

import (
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

// Intent holds the flags of every command that writes: who makes the change, why, and whether to skip the question.
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
	AddYesFlag(cmd, &i.Yes)
}

// AddYesFlag adds --yes, with the same help for every command.
func AddYesFlag(cmd *cobra.Command, yes *bool) {
	cmd.Flags().BoolVar(yes, "yes", false, "skip the confirmation")
}

// NeedReason is the error of a change without a reason.
func (i *Intent) NeedReason() error {
	if strings.TrimSpace(i.Reason) == "" {
		return errors.New("--reason is required")
	}
	return nil
}

// Confirm asks whether to continue, unless yes is set. It is the one rule for every command that writes: it asks if stdin is a terminal
// and the question can be seen, else --yes is required. Pass what the command will do before, as it asks nothing else.
func Confirm(cmd *cobra.Command, env Environment, yes bool, question string) error {
	switch {
	case yes:
		return nil
	case !env.Interactive:
		return Usage(cmd, errors.New("not a terminal: pass --yes to confirm"))
	}
	answer, err := term.Ask(cmd.Context(), cmd.InOrStdin(), env.Questions(cmd), question+" [y/N] ")
	if err == nil && answer != "y" && answer != "yes" {
		err = term.ErrDeclined
	}
	return err
}

// Questions returns where to ask: stderr if only that is a terminal, as when stdout goes to a pipe.
func (env Environment) Questions(cmd *cobra.Command) io.Writer {
	if env.StderrIsTerminal && !env.StdoutIsTerminal {
		return cmd.ErrOrStderr()
	}
	return env.Told
}

// NewForm returns a form on the terminal of a command.
func NewForm(cmd *cobra.Command, env Environment) term.Form {
	return term.Form{In: cmd.InOrStdin(), Out: env.Questions(cmd), Color: env.Color(), Plain: env.Dumb}
}
