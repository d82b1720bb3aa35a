package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/printable"
)

// environment is what the commands need to know of the world beside their flags.
type environment struct {
	now  func() time.Time
	user string
	// width is that of the terminal, in characters; 0 when there is none. colour says whether it may show any.
	width int
	// size is what the terminal has now, in characters and lines; 0 is not known.
	size   func() (columns, rows int)
	colour bool
	// terminal says that there is somebody to ask, and typing that there may be somebody who types.
	terminal, typing bool
	// plain says that the terminal cannot move its cursor.
	plain bool
	// watched says that what goes to stderr is read on a terminal.
	watched bool
	// editor is the command that people edit with; empty if they have not said.
	editor string
	// connect opens the deployed stack. Notes get what is to be said about it.
	connect func(ctx context.Context, place awsPlace, notes io.Writer, now func() time.Time) (session, error)

	place *awsPlace // what the flags of the root say
}

func newRoot(env environment) *cobra.Command {
	root := &cobra.Command{
		Use:   "eks-scaling",
		Short: "Scales EKS managed node groups by time of day",
		Example: `  eks-scaling init
  eks-scaling status
  eks-scaling override set production --nodegroup big --desired 4 --for 3h --reason "load test"
  eks-scaling run --reason "after the incident" --wait
  eks-scaling history production --since 36h`,
		Version:       version(),
		SilenceErrors: true, SilenceUsage: true, DisableFlagsInUseLine: true,
		Args: onlyVerbs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentPreRunE = printableCall
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage(cmd, flagError(err)) })
	env.place = &awsPlace{}
	root.PersistentFlags().StringVar(&env.place.profile, "profile", "", "profile of the AWS configuration (default: AWS_PROFILE)")
	root.PersistentFlags().StringVar(&env.place.region, "region", "", "AWS region of the stack (default: AWS_REGION, or the profile's)")
	root.PersistentFlags().StringVar(&env.place.stack, "stack", deployment.DefaultName, "name of the deployed stack")
	root.AddCommand(
		newInit(env),
		newConfig(env),
		newOverride(env),
		newValidate(env),
		newExplain(env),
		newPreview(env),
		newSchema(),
		newImport(env),
		newHistory(env),
		newStatus(env),
		newSchedules(env),
		newRun(env),
		newRuns(env),
		newRedrive(env),
		newDoctor(env),
	)
	completeNames(root, env)
	return root
}

func newConfig(env environment) *cobra.Command {
	return family(&cobra.Command{Use: "config", Short: "Works on the configuration"},
		newConfigShow(env), newConfigExport(env), newConfigDiff(env), newConfigApply(env), newConfigEdit(env),
		newConfigHistory(env), newConfigRollback(env), newConfigEnable(env), newConfigDisable(env))
}

func newOverride(env environment) *cobra.Command {
	return family(&cobra.Command{Use: "override", Short: "Works on exceptions to the schedules that end by themselves"},
		newOverrideSet(env), newOverrideList(env), newOverrideCancel(env))
}

// family is a command that does nothing but hold its verbs.
func family(cmd *cobra.Command, verbs ...*cobra.Command) *cobra.Command {
	cmd.Args, cmd.DisableFlagsInUseLine = onlyVerbs, true
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(verbs...)
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

// noArguments refuses any.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(cmd, fmt.Errorf("found argument %q; want none", args[0]))
	}
	return nil
}

// arguments wants exactly those with the given names.
func arguments(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return usage(cmd, fmt.Errorf("found %s; want %d: %s", english.Count(len(args), "argument"), len(names), strings.Join(names, " ")))
		}
		return nil
	}
}

// flagError says of a flag's value that cannot be read what was found and what would be right.
func flagError(err error) error {
	wrong, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return err
	}
	want := "another value"
	switch flag := wrong.GetFlag(); flag.Value.Type() {
	case "bool":
		want = "true or false"
	case "duration":
		want = "a time, such as 5s or 1m"
	case "int", "int32", "int32Slice":
		want = "a whole number"
	}
	return fmt.Errorf("--%s: found %q; want %s", wrong.GetFlag().Name, wrong.GetValue(), want)
}

// printableCall refuses flags and arguments with control characters: they would be put on record, and shown to others.
func printableCall(cmd *cobra.Command, args []string) error {
	var wrong error
	check := func(what string, texts ...string) {
		for _, text := range texts {
			if err := printable.Check(text); err != nil && wrong == nil {
				wrong = usage(cmd, fmt.Errorf("%s: %w", what, err))
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

// usage marks an error as one of usage and says where help is.
func usage(cmd *cobra.Command, err error) error {
	return usageErr(fmt.Errorf("%w; see: %s --help", err, cmd.CommandPath()))
}

// recordFlags adds the flags that say for the record who makes a change, and why.
func recordFlags(cmd *cobra.Command, env environment, by, reason *string) {
	cmd.Flags().StringVar(by, "by", env.user, "who makes the change, for the record")
	cmd.Flags().StringVar(reason, "reason", "", "why, for the record")
}
