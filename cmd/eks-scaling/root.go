package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// environment is what the commands need to know of the world beside their flags.
type environment struct {
	now  func() time.Time
	user string
}

func newRoot(env environment) *cobra.Command {
	root := &cobra.Command{
		Use:           "eks-scaling",
		Short:         "Scales EKS managed node groups by time of day",
		SilenceErrors: true, SilenceUsage: true,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage(cmd, err) })
	root.AddCommand(newConfig(env))
	return root
}

func newConfig(env environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Works on the configuration",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigApply(env))
	return cmd
}

// usage marks an error as one of usage and says where help is.
func usage(cmd *cobra.Command, err error) error {
	return usageError{errorWithHint{err, "see: " + cmd.CommandPath() + " --help"}}
}

type errorWithHint struct {
	error
	hint string
}

func (e errorWithHint) Error() string {
	return strings.TrimSuffix(e.error.Error(), ".") + "; " + e.hint
}
