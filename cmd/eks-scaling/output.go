package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// The forms in which a verb answers.
const (
	textOutput = "text"
	jsonOutput = "json"
	svgOutput  = "svg"
)

func outputFlag(cmd *cobra.Command, into *string, known ...string) {
	cmd.Flags().StringVarP(into, "output", "o", textOutput, "how to answer: "+strings.Join(known, ", "))
}

func checkOutput(cmd *cobra.Command, output string, known ...string) error {
	if slices.Contains(known, output) {
		return nil
	}
	return usage(cmd, fmt.Errorf("--output: found %q; want one of: %s", output, strings.Join(known, ", ")))
}

// offlineFlags adds the flags that explain and preview share.
func offlineFlags(cmd *cobra.Command, o *offline, outputs ...string) {
	cmd.Flags().StringVar(&o.config, "config", "", "the configuration's file (required)")
	cmd.Flags().StringArrayVar(&o.clusters, "cluster", nil, "only this cluster; may be repeated (default: all)")
	outputFlag(cmd, &o.output, outputs...)
}

// checkOffline refuses a call without a configuration, with arguments or with an unknown output.
func checkOffline(cmd *cobra.Command, o offline, args []string, outputs ...string) error {
	if len(args) > 0 {
		return usage(cmd, fmt.Errorf("found argument %q; want none, and the configuration as --config FILE", args[0]))
	}
	if o.config == "" {
		return usage(cmd, fmt.Errorf("--config: missing; want the configuration's file"))
	}
	return checkOutput(cmd, o.output, outputs...)
}
