package main

import (
	"io"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/schema"
)

func newSchema() *cobra.Command {
	var form presentation
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Prints the JSON Schema of configurations, for editors",
		Long: `Prints the JSON Schema of configurations, so that editors complete and check them as they are written.
What a schema cannot express, such as whether a profile exists, is checked by eks-scaling validate.`,
		Example: `  eks-scaling schema > eks-scaling.schema.json
  # then, as the first line of a configuration, for editors with the YAML language server:
  # yaml-language-server: $schema=eks-scaling.schema.json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.check(cmd); err != nil {
				return err
			}
			answer := schema.JSON()
			return form.print(cmd.OutOrStdout(), answer, func(out io.Writer) error { return printJSON(out, answer) })
		},
	}
	form.flag(cmd)
	return cmd
}
