package cli

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/deployment"
)

// stackTimeout limits how long version looks for the stack.
const stackTimeout = 5 * time.Second

// versionReport is the version of this tool and of the deployed stack.
type versionReport struct {
	deployment.Build
	Stack stackVersion `json:"stack"`
}

// stackVersion is the version of the deployed stack. Its build is empty if the stack does not tell, or cannot be read.
type stackVersion struct {
	Name string `json:"name"`
	deployment.Build
	Error string `json:"error,omitempty"`

	installer deployment.Installer
}

func newVersion(env frame.Environment) *cobra.Command {
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Shows the version of this tool and of the deployed stack",
		Long: `Shows the version, commit and commit date of this tool and of the deployed stack. Warns if they differ. If the stack cannot be read,
its version is unknown; the exit code is still 0.`,
		Example: `  eks-scaling version
  eks-scaling version -o json`,
		Args: form.Args(frame.NoArguments),
		RunE: func(cmd *cobra.Command, _ []string) error {
			report := versionReport{deployment.ThisBuild(), versionOfStack(cmd.Context(), env)}
			err := form.Print(cmd.OutOrStdout(), report, func(out io.Writer) error { return report.print(out) })
			if report.differ() {
				term.Say(cmd.ErrOrStderr(), "%s this tool is %s, but stack %s is %s; deploy this version with: %s\n",
					term.Colored(term.Warning, "warning:", env.Color() && env.StderrIsTerminal), report.Version, report.Stack.Name, report.Stack.Version, report.Stack.installer.Upgrade())
			}
			return err
		},
	}
	form.AddFlag(cmd)
	return cmd
}

// versionOfStack reads the version of the deployed stack.
func versionOfStack(ctx context.Context, env frame.Environment) stackVersion {
	ctx, cancel := context.WithTimeout(ctx, stackTimeout)
	defer cancel()
	found := stackVersion{Name: env.Place.Stack}
	s, err := env.Connect(ctx, *env.Place, io.Discard, env.Now)
	if err != nil {
		found.Error = frame.Sentence(err)
		return found
	}
	found.Build, found.installer = s.Stack.Build, s.Stack.Installer
	return found
}

// differ reports whether both versions are known and are not the same.
func (r versionReport) differ() bool {
	return r.Stack.Version != "" && r.Version != deployment.Unknown && r.Stack.Build != r.Build
}

func (r versionReport) print(out io.Writer) error {
	switch {
	case r.Stack.Error != "":
		return term.Tell(out, "eks-scaling %s\nstack %s: unknown: %s\n", r.Build, r.Stack.Name, r.Stack.Error)
	case r.Stack.Version == "":
		return term.Tell(out, "eks-scaling %s\nstack %s: unknown: its deployment did not tell\n", r.Build, r.Stack.Name)
	default:
		return term.Tell(out, "eks-scaling %s\nstack %s: %s\n", r.Build, r.Stack.Name, r.Stack.Build)
	}
}
