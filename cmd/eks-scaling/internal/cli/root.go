// Package cli assembles the commands of eks-scaling, and completes names in the shell.
package cli

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"eks-scaling-automation/cmd/eks-scaling/internal/accountscmd"
	"eks-scaling-automation/cmd/eks-scaling/internal/configcmd"
	"eks-scaling-automation/cmd/eks-scaling/internal/doctorcmd"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/installcmd"
	"eks-scaling-automation/cmd/eks-scaling/internal/overridecmd"
	"eks-scaling-automation/cmd/eks-scaling/internal/previewcmd"
	"eks-scaling-automation/cmd/eks-scaling/internal/reportcmd"
	"eks-scaling-automation/cmd/eks-scaling/internal/runcmd"
	"eks-scaling-automation/cmd/eks-scaling/internal/runscmd"
	"eks-scaling-automation/cmd/eks-scaling/internal/savingscmd"
	"eks-scaling-automation/cmd/eks-scaling/internal/setupcmd"
	"eks-scaling-automation/cmd/eks-scaling/internal/statuscmd"
	"eks-scaling-automation/cmd/eks-scaling/internal/triggerscmd"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/printable"
)

// NewRoot returns the tool with all its verbs.
func NewRoot(env frame.Environment) *cobra.Command {
	root := &cobra.Command{
		Use:   "eks-scaling",
		Short: "Scales EKS managed node groups by time of day",
		Example: `  eks-scaling init
  eks-scaling status
  eks-scaling override set production --nodegroup big --desired 4 --for 3h --reason "load test"
  eks-scaling run --reason "after the incident" --wait
  eks-scaling history production --since 36h`,
		Version:       deployment.ThisBuild().String(),
		SilenceErrors: true, SilenceUsage: true, DisableFlagsInUseLine: true,
		Args: frame.OnlyVerbs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentPreRunE = printableCall
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return frame.Usage(cmd, flagError(cmd, err)) })
	env.Place, env.ColorMode = &frame.AWSPlace{}, frame.NewColorMode()
	root.PersistentFlags().StringVar(&env.Place.Profile, "profile", "", "AWS profile (default: AWS_PROFILE)")
	root.PersistentFlags().StringVar(&env.Place.Region, "region", "", "AWS region of the stack (default: AWS_REGION, or the profile's)")
	root.PersistentFlags().StringVar(&env.Place.Stack, "stack", deployment.DefaultName, "name of the deployed stack")
	root.PersistentFlags().Var(env.ColorMode, "color", "when to use colors; auto: on a terminal, unless NO_COLOR is set")
	root.AddCommand(
		installcmd.NewInstall(env),
		installcmd.NewUpgrade(env),
		installcmd.NewUninstall(env),
		setupcmd.NewInit(env),
		accountscmd.NewAccounts(env),
		configcmd.NewConfig(env),
		overridecmd.NewOverride(env),
		configcmd.NewPause(env),
		configcmd.NewResume(env),
		previewcmd.NewValidate(env),
		previewcmd.NewExplain(env),
		previewcmd.NewPreview(env),
		previewcmd.NewSchema(),
		setupcmd.NewImport(env),
		runscmd.NewHistory(env),
		savingscmd.NewSavings(env),
		statuscmd.NewStatus(env),
		reportcmd.NewReport(env, reportcmd.Parts{Status: statuscmd.Look, Savings: savingsOf}),
		triggerscmd.NewTriggers(env),
		runcmd.NewRun(env),
		runcmd.NewPlan(env),
		runscmd.NewRuns(env),
		runcmd.NewRetry(env),
		doctorcmd.NewDoctor(env),
		newVersion(env),
	)
	completeNames(root, env)
	root.SetHelpCommand(helpCommand())
	wordCompletion(root)
	wrapHelp(root, env)
	return root
}

// printableCall refuses flags and arguments with control characters: they would be recorded and shown to others.
func printableCall(cmd *cobra.Command, args []string) error {
	var wrong error
	check := func(what string, texts ...string) {
		for _, text := range texts {
			if err := printable.Check(text); err != nil && wrong == nil {
				wrong = frame.Usage(cmd, fmt.Errorf("%s: %w", what, err))
			}
		}
	}
	for i, arg := range args {
		check(fmt.Sprintf("argument %d", i+1), arg)
	}
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		texts := []string{flag.Value.String()}
		if list, isList := flag.Value.(pflag.SliceValue); isList {
			texts = list.GetSlice()
		}
		check("--"+flag.Name, texts...)
	})
	return wrong
}
