package installcmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
)

// Uninstalled is the answer of uninstall for machines.
type Uninstalled struct {
	Stack   string `json:"stack"`
	Region  string `json:"region"`
	Account string `json:"account"`
	DryRun  bool   `json:"dryRun,omitempty"`
	// Resources counts the stack's resources that are deleted.
	Resources int `json:"resources"`
	// Kept stays in the account; Deleted was deleted with --delete-data.
	Kept    []Data `json:"kept"`
	Deleted []Data `json:"deleted"`
}

// Data is something that outlives the stack.
type Data struct {
	Kind string `json:"kind"` // table or bucket
	Name string `json:"name"`
	// Count is the number of items or objects, -1 if unknown. More reports that there are more.
	Count int64 `json:"count"`
	More  bool  `json:"more,omitempty"`

	stays bool // only the code in the bucket is deleted
}

// uninstaller deletes a stack, and its data if that is wanted.
type uninstaller struct {
	cmd                     *cobra.Command
	env                     frame.Environment
	deleteData, yes, dryRun bool

	cfg    aws.Config
	api    *cloudformation.Client
	tables *dynamodb.Client
	stack  stackName
	now    current
	bucket bucket
	report Uninstalled
	data   []Data
}

// NewUninstall returns the command uninstall.
func NewUninstall(env frame.Environment) *cobra.Command {
	var u uninstaller
	var form frame.Output
	cmd := &cobra.Command{
		Use:        "uninstall",
		SuggestFor: []string{"destroy", "delete", "remove"},
		Short:      "Deletes the stack, and with --delete-data its tables and code",
		Long: `Deletes the stack, with its triggers, functions, alarms and logs. It shows what is deleted and what stays, and asks. It works for
every stack of this tool, however it was deployed.

The tables with the configuration and the audit trail stay, and so does the bucket with the code. The next installation takes the
tables over. With --delete-data they are deleted too: their deletion protection is removed first. The name of the stack must then be
typed.

Node groups keep the sizes that they have. Nothing scales them any more. Spokes in other accounts are stacks of their own and stay.

After an interruption or a failure, the same command continues. Without a stack, --delete-data deletes what an earlier one has left.`,
		Example: `  eks-scaling uninstall
  eks-scaling uninstall --dry-run --delete-data
  eks-scaling uninstall --delete-data
  eks-scaling uninstall --delete-data --yes -o json`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return form.Run(cmd, env, func(env frame.Environment) (any, error) {
				u := u
				u.cmd, u.env = cmd, env
				if err := u.run(cmd.Context()); err != nil {
					return nil, err
				}
				return u.report, nil
			})
		},
	}
	form.AddFlag(cmd)
	cmd.Flags().BoolVar(&u.deleteData, "delete-data", false, "also delete the tables and the code")
	cmd.Flags().BoolVar(&u.dryRun, "dry-run", false, "show what would be deleted and delete nothing")
	frame.AddYesFlag(cmd, &u.yes)
	return cmd
}

func (u *uninstaller) run(ctx context.Context) error {
	if err := u.look(ctx); err != nil {
		return err
	}
	if !u.now.exists() && (!u.deleteData || len(u.data) == 0) {
		return u.noStack()
	}
	u.show(u.env.Told)
	if u.dryRun {
		term.SayLine(u.env.Told, "Dry run: nothing was deleted.")
		return nil
	}
	if err := u.ask(); err != nil {
		return err
	}
	if err := u.deleteStack(ctx); err != nil {
		return err
	}
	if !u.deleteData {
		return nil
	}
	return u.delete(ctx)
}

// look finds the stack and its data.
func (u *uninstaller) look(ctx context.Context) (err error) {
	if u.cfg, err = frame.OpenAWS(ctx, *u.env.Place); err != nil {
		return err
	}
	defer term.Progress(u.cmd.ErrOrStderr(), u.env.StderrIsTerminal, "looking for stack "+u.env.Place.Stack)()
	who, err := sts.NewFromConfig(u.cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return fmt.Errorf("asking AWS who calls: %w", err)
	}
	u.api, u.tables = openFormation(u.cfg), dynamodb.NewFromConfig(u.cfg)
	u.stack = stackName{u.env.Place.Stack, u.cfg.Region}
	u.report = Uninstalled{Stack: u.stack.name, Region: u.stack.region, Account: aws.ToString(who.Account), DryRun: u.dryRun, Kept: []Data{}, Deleted: []Data{}}
	if u.now, err = findStack(ctx, u.api, u.stack.name); err != nil {
		return err
	}
	if u.now.exists() {
		if err := errors.Join(u.now.busy(u.stack, "uninstall"), u.now.foreign(u.stack)); err != nil {
			return err
		}
	}
	u.bucket = openBucket(u.cfg, u.report.Account, u.now.parameters[parameterBucket])
	if u.data, u.report.Resources, err = u.find(ctx); err == nil && (!u.deleteData || u.dryRun) {
		u.report.Kept = append(u.report.Kept, u.data...)
	}
	return err
}

// noStack is the error without a stack, which names what an earlier one has left.
func (u *uninstaller) noStack() error {
	text := fmt.Sprintf("there is no stack %s in %s", u.stack.name, u.stack.region)
	if len(u.data) > 0 {
		text += "; an earlier one has left " + u.data[0].words() + " and more: delete them with --delete-data"
	} else {
		text += "; name another: --stack, --region, --profile"
	}
	return frame.NotFound(errors.New(text))
}

// show says what is deleted and what stays.
func (u *uninstaller) show(out io.Writer) {
	if u.now.exists() {
		term.Say(out, "Deletes stack %s in %s (%s): %s, with all triggers.\n", u.stack.name, u.stack.region, known(u.now.version), english.Count(u.report.Resources, "resource"))
		term.SayLine(out, "Node groups keep their sizes. Nothing scales them any more.")
	}
	verb := "Stays"
	if u.deleteData {
		verb = "Deletes for good"
	}
	for _, d := range u.data {
		term.Say(out, "%s: %s\n", verb, d.words())
	}
}

// words describes data for people.
func (d Data) words() string {
	what, more := "object", ""
	if d.Kind == kindTable {
		what = "item"
	}
	if d.More {
		more = "more than "
	}
	if d.stays {
		return fmt.Sprintf("code in bucket %s (%s)", d.Name, english.Count(int(d.Count), what))
	}
	if d.Count < 0 {
		return d.Kind + " " + d.Name
	}
	return fmt.Sprintf("%s %s (%s%s)", d.Kind, d.Name, more, english.Count(int(d.Count), what))
}

// ask asks whether to continue. Deleting data requires typing the name of the stack.
func (u *uninstaller) ask() error {
	if !u.deleteData || u.yes || !u.env.Interactive {
		return frame.Confirm(u.cmd, u.env, u.yes, "Delete the stack?")
	}
	answer, err := term.Ask(u.cmd.Context(), u.cmd.InOrStdin(), u.env.Questions(u.cmd), "Data cannot be restored. Type "+u.stack.name+" to delete it: ")
	if err == nil && answer != strings.ToLower(u.stack.name) {
		err = term.ErrDeclined
	}
	return err
}

// deleteStack deletes the stack and waits until it is gone.
func (u *uninstaller) deleteStack(ctx context.Context) error {
	if !u.now.exists() {
		return nil
	}
	token := newToken()
	if _, err := u.api.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &u.now.id, ClientRequestToken: &token}); err != nil {
		return fmt.Errorf("deleting stack %s: %w", u.stack.name, err)
	}
	term.Say(u.env.Told, "Deleting stack %s ...\n", u.stack.name)
	if _, err := (operation{u.api, u.stack, u.now.id, token, "uninstall"}).follow(ctx, u.env.Told); err != nil {
		return err
	}
	term.Say(u.env.Told, "Stack %s is deleted.\n", u.stack.name)
	return nil
}
