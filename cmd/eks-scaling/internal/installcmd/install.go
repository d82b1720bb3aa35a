// Package installcmd has the verbs install, upgrade and uninstall. They deploy a release without the CDK: the code goes to a bucket in
// the caller's account, and the stack is created, updated and deleted by CloudFormation.
//
// They must never write to a bucket or a stack that is not the caller's, nor change anything before the answer to their question that
// they do not take back.
package installcmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

// NewInstall returns the command install.
func NewInstall(env frame.Environment) *cobra.Command {
	var o options
	var takeOver bool
	var form frame.Output
	cmd := &cobra.Command{
		Use:        "install",
		SuggestFor: []string{"deploy", "setup"},
		Short:      "Deploys the stack from this release, without the CDK",
		Long: `Deploys the stack. It uploads the code of the functions to an S3 bucket in your account, shows what CloudFormation would create, asks,
and deploys. It needs neither the CDK nor a bootstrapped account.

The bucket is eks-scaling-code-ACCOUNT-REGION, unless you name another one. It is created if it does not exist. A bucket of another
account is refused. Code that is there already is not uploaded again, and nothing is overwritten.

An installation that failed can be repeated: install removes the failed stack first. Tables and log groups that an earlier stack has
left are taken into the new one, with their content.

A stack that was deployed with the CDK or from the template is refused, unless --take-over is given. install then updates it. The
stack of the CDK keeps the settings that its outputs tell. Context keys have no effect any more: give the others as parameters.

--dry-run shows the changes and deploys nothing. CloudFormation reads the template from the bucket, so a dry run uploads it, and
deletes it again.

Required permissions: see docs/installing.md.`,
		Example: `  eks-scaling install --alert-email oncall@example.com
  eks-scaling install --permissions tag:eks-scaling=true --clusters-region sa-east-1
  eks-scaling install --permissions configured --config my.yaml
  eks-scaling install --dry-run
  eks-scaling install --from dist --parameter LogRetentionDays=14 --yes`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return form.Run(cmd, env, func(env frame.Environment) (any, error) {
				d := &deployer{options: o, cmd: cmd, env: env, verb: "install"}
				return d.answer(d.install(cmd.Context(), takeOver))
			})
		},
	}
	form.AddFlag(cmd)
	o.addFlags(cmd)
	cmd.Flags().BoolVar(&takeOver, "take-over", false, "update a stack that was deployed with the CDK or from the template")
	return cmd
}

// answer returns the report, also beside an error if something was deployed.
func (d *deployer) answer(err error) (any, error) {
	if err == nil {
		d.tell(d.env.Told)
		return d.report, nil
	}
	if d.report.Status != "" {
		return nil, frame.AnsweredError{Answer: d.report, Err: err}
	}
	return nil, err
}

func (d *deployer) install(ctx context.Context, takeOver bool) error {
	if err := d.open(ctx); err != nil {
		return err
	}
	step, err := decideInstall(d.stack, d.now, takeOver)
	if err != nil {
		return err
	}
	switch step {
	case update:
		if err := d.takeOver(); err != nil {
			return err
		}
		return d.deploy(ctx, types.ChangeSetTypeUpdate)
	case replaceFailed:
		if err := d.removeFailed(ctx); err != nil {
			return err
		}
	case create:
	}
	d.now = current{}
	return d.deploy(ctx, types.ChangeSetTypeCreate)
}

// removeFailed deletes a stack whose first deployment failed. Its tables stay.
func (d *deployer) removeFailed(ctx context.Context) error {
	about := fmt.Sprintf("Stack %s is %s from an earlier attempt.", d.stack.name, d.now.status)
	if d.dryRun {
		return frame.Taken(errors.New(about + " install removes it first, so that a dry run cannot show what follows"))
	}
	term.Say(d.env.Told, "%s It must be removed first; tables and their items stay.\n", about)
	if err := frame.Confirm(d.cmd, d.env, d.yes, "Remove the failed stack?"); err != nil {
		return err
	}
	token := newToken()
	if _, err := d.api.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &d.now.id, ClientRequestToken: &token}); err != nil {
		return fmt.Errorf("removing stack %s: %w", d.stack.name, err)
	}
	_, err := operation{d.api, d.stack, d.now.id, token, d.verb}.follow(ctx, d.env.Told)
	return err
}
