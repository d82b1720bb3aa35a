package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// environment is what the commands need to know of the world beside their flags.
type environment struct {
	now  func() time.Time
	user string
	// width is that of the terminal, in characters; 0 when there is none. colour says whether it may show any.
	width  int
	colour bool
}

func newRoot(env environment) *cobra.Command {
	root := &cobra.Command{
		Use:           "eks-scaling",
		Short:         "Scales EKS managed node groups by time of day",
		SilenceErrors: true, SilenceUsage: true,
		Args: onlyVerbs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage(cmd, err) })
	root.AddCommand(newConfig(env), newValidate(env), newExplain(env), newPreview(env), newSchema())
	return root
}

func newConfig(env environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Works on the configuration",
		Args:  onlyVerbs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newConfigApply(env))
	return cmd
}

// onlyVerbs refuses what is not one of the command's verbs.
func onlyVerbs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var verbs []string
	for _, verb := range cmd.Commands() {
		verbs = append(verbs, verb.Name())
	}
	return usage(cmd, fmt.Errorf("unknown verb %q; known: %s", args[0], strings.Join(verbs, ", ")))
}

// usage marks an error as one of usage and says where help is.
func usage(cmd *cobra.Command, err error) error {
	return usageError{fmt.Errorf("%w; see: %s --help", err, cmd.CommandPath())}
}
