package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"eks-scaling-automation/shared/configschema"
)

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Prints the JSON Schema of configurations, for editors",
		Long: `Prints the JSON Schema of configurations, so that editors complete and check them as they are written.
What a schema cannot express, such as whether a profile exists, is checked by eks-scaling validate.`,
		Example: `  eks-scaling schema > eks-scaling.schema.json
  # then, as the first line of a configuration, for editors with the YAML language server:
  # yaml-language-server: $schema=eks-scaling.schema.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage(cmd, fmt.Errorf("found argument %q; want none", args[0]))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printJSON(cmd.OutOrStdout(), configschema.New())
		},
	}
}
