package setupcmd

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/document"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/legacy"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/terraform"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
)

// NewImport returns the command import.
func NewImport(env frame.Environment) *cobra.Command {
	return frame.Family(&cobra.Command{Use: "import", Short: "Imports configuration from other tools"},
		newImportASG(env), newImportTerraform(env), newImportLegacy())
}

func newImportTerraform(env frame.Environment) *cobra.Command {
	var as importer.Cluster
	var form frame.Output
	docs := frame.DocumentArgument{Several: true}
	cmd := &cobra.Command{
		Use:   "terraform FILE...",
		Short: "Imports the schedules of terraform-aws-eks, version 20 and before",
		Long: `Imports the schedules of the managed node groups of terraform-aws-modules/eks, version 20 and before, also of the module for
one node group. Pass the files of one root module: .tf files, .tfvars files or terragrunt.hcl. Locals, variables, merge and
conditionals are followed to literals in these files; other functions are not evaluated. A node group is imported with all of its
schedules or not at all.

Warnings go to stderr and into comments. -o json and -o yaml print the configuration without comments.`,
		Example: `  eks-scaling import terraform main.tf > cluster.yaml
  eks-scaling import terraform --cluster production --region sa-east-1 eks.tf variables.tf prod.tfvars > cluster.yaml
  eks-scaling preview -f cluster.yaml`,
		Args: docs.Args,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := cmp.Or(form.Check(cmd), checkNames(cmd, as)); err != nil {
				return err
			}
			files, err := readImports(cmd, docs.Names(args))
			if err != nil {
				return err
			}
			imported, err := terraform.Import(files, as, env.Now())
			return printImported(cmd, form, imported, err)
		},
	}
	form.AddFlag(cmd)
	docs.AddFlag(cmd)
	cmd.Flags().StringVar(&as.Name, "cluster", "", "the cluster's name (default: the module's cluster_name)")
	cmd.Flags().StringVar(&as.Region, "region", "", "the cluster's region (default: the provider's)")
	return cmd
}

func newImportLegacy() *cobra.Command {
	var as importer.Cluster
	var form frame.Output
	var doc frame.DocumentArgument
	cmd := &cobra.Command{
		Use:   "legacy FILE",
		Short: "Imports the JSON of an older scaler",
		Long: `Imports the JSON of an older scaler, which has a sleep_time and a peak_time under schedules, and nodegroup_limits.
The file is read as the old scaler reads it, also in the typed JSON of DynamoDB. Warnings on stderr and in comments name each of
its defaults. -o json and -o yaml print the configuration without comments.`,
		Example: `  eks-scaling import legacy --cluster production --region sa-east-1 --timezone America/Sao_Paulo scaler.json > cluster.yaml
  eks-scaling preview -f cluster.yaml`,
		Args: doc.Args,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := cmp.Or(form.Check(cmd), checkImportFlags(cmd, as)); err != nil {
				return err
			}
			files, err := readImports(cmd, doc.Names(args))
			if err != nil {
				return err
			}
			imported, err := legacy.Import(files[0], as)
			if errors.Is(err, legacy.ErrNoCluster) {
				err = frame.Usage(cmd, err)
			}
			return printImported(cmd, form, imported, err)
		},
	}
	form.AddFlag(cmd)
	doc.AddFlag(cmd)
	cmd.Flags().StringVar(&as.Name, "cluster", "", "the cluster's name (default: the file's cluster_name)")
	cmd.Flags().StringVar(&as.Region, "region", "", "the cluster's region (required)")
	cmd.Flags().StringVar(&as.Timezone, "timezone", "", "the time zone of the file's hours, such as America/Sao_Paulo (required)")
	return cmd
}

// checkImportFlags refuses missing and invalid flags.
func checkImportFlags(cmd *cobra.Command, as importer.Cluster) error {
	for _, flag := range []struct{ name, value string }{{"region", as.Region}, {"timezone", as.Timezone}} {
		if flag.value == "" {
			return frame.Usage(cmd, fmt.Errorf("--%s is required: the file does not contain it", flag.name))
		}
	}
	if err := frame.CheckZone(as.Timezone); err != nil {
		return frame.Usage(cmd, fmt.Errorf("--timezone: %w", err))
	}
	return checkNames(cmd, as)
}

// checkNames refuses invalid names.
func checkNames(cmd *cobra.Command, as importer.Cluster) error {
	if err := config.CheckClusterName(as.Name); as.Name != "" && err != nil {
		return frame.Usage(cmd, fmt.Errorf("--cluster: %w", err))
	}
	if err := config.CheckRegion(as.Region); as.Region != "" && err != nil {
		return frame.Usage(cmd, fmt.Errorf("--region: %w", err))
	}
	return nil
}

func readImports(cmd *cobra.Command, names []string) ([]importer.File, error) {
	files := make([]importer.File, len(names))
	for i, name := range names {
		data, err := frame.ReadDocument(cmd, name)
		name = frame.DocumentName(name)
		if err != nil {
			return nil, document.Unreadable(name, err)
		}
		files[i] = importer.File{Name: name, Data: data}
	}
	return files, nil
}

// printImported prints the document to stdout and the warnings to stderr, the latter also after an error.
func printImported(cmd *cobra.Command, form frame.Output, imported importer.Imported, err error) error {
	for _, warning := range imported.Warnings {
		if wrong := term.Tell(cmd.ErrOrStderr(), "warning: %s\n", warning); wrong != nil {
			return wrong
		}
	}
	if err != nil {
		return err
	}
	return form.PrintDocument(cmd.OutOrStdout(), imported.JSON, func(out io.Writer) error {
		_, err := out.Write(imported.Document)
		return err
	})
}
