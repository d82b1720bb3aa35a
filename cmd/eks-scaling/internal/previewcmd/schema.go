package previewcmd

import (
	"io"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/schema"
)

// NewSchema returns the command schema.
func NewSchema() *cobra.Command {
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Prints the JSON Schema of configurations for editors",
		Long: `Prints the JSON Schema of configurations, so that editors complete and check them as they are written.
What a schema cannot express, such as whether a profile exists, is checked by eks-scaling validate.`,
		Example: `  eks-scaling schema > eks-scaling.schema.json
  # then, as the first line of a configuration, for editors with the YAML language server:
  # yaml-language-server: $schema=eks-scaling.schema.json`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.Check(cmd); err != nil {
				return err
			}
			answer := schema.JSON()
			return form.PrintDocument(cmd.OutOrStdout(), answer, func(out io.Writer) error { return frame.PrintJSON(out, answer) })
		},
	}
	form.AddFlag(cmd)
	return cmd
}
