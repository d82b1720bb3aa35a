package setupcmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/asg"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/scaling"
)

func newImportASG(env frame.Environment) *cobra.Command {
	var as importer.Cluster
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "asg-schedules --cluster C [--region R] [--timezone Z]",
		Short: "Imports the scheduled actions of a cluster's Auto Scaling groups",
		Long: `Reads the scheduled actions of the Auto Scaling groups behind the managed node groups of a cluster, and prints a
configuration. It needs no deployed stack and changes nothing.

A node group is imported with all of its actions or not at all. Actions are not imported if they fire once, start or end in
the future, or depend on the month or the day of the month. Warnings about them go to stderr and into comments.

Node groups with the same hours share a schedule. --timezone skips node groups in other time zones. Actions without a time
zone are in UTC.

Required permissions: eks:ListNodegroups, eks:DescribeNodegroup and autoscaling:DescribeScheduledActions.`,
		Example: `  eks-scaling import asg-schedules --cluster production --region sa-east-1 > cluster.yaml
  eks-scaling preview -f cluster.yaml`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := form.Check(cmd); err != nil {
				return err
			}
			if as.Name == "" {
				return frame.Usage(cmd, errors.New("--cluster is required"))
			}
			if err := checkNames(cmd, as); err != nil {
				return err
			}
			if as.Timezone != "" {
				if err := frame.CheckZone(as.Timezone); err != nil {
					return frame.Usage(cmd, fmt.Errorf("--timezone: %w", err))
				}
			}
			cfg, err := frame.OpenAWS(cmd.Context(), *env.Place)
			if err != nil {
				return frame.WithRemedy(err)
			}
			as.Region = cfg.Region
			done := term.Progress(cmd.ErrOrStderr(), env.StderrIsTerminal, "reading the scheduled actions of cluster "+as.Name)
			groups, err := scheduledActions(cmd.Context(), eks.NewFromConfig(cfg), autoscaling.NewFromConfig(cfg), as)
			done()
			if err != nil {
				return frame.WithRemedy(err)
			}
			imported, err := asg.Import(groups, as, env.Now())
			return printImported(cmd, form, imported, err)
		},
	}
	form.AddFlag(cmd)
	cmd.Flags().StringVar(&as.Name, "cluster", "", "the cluster's name (required)")
	cmd.Flags().StringVar(&as.Timezone, "timezone", "", "import only what is in this time zone, such as America/Sao_Paulo")
	return cmd
}

// actionsAtATime is the number of Auto Scaling groups that are read at the same time.
const actionsAtATime = 4

// scheduledActions reads the node groups of a cluster and the scheduled actions of their Auto Scaling groups.
func scheduledActions(
	ctx context.Context, clusters stackaws.EKSAPI, scalings autoscaling.DescribeScheduledActionsAPIClient, as importer.Cluster,
) ([]asg.Nodegroup, error) {
	found, err := nodegroupsOf(ctx, clusters, as.Name, as.Region)
	if err != nil {
		return nil, err
	}
	groups := make([]asg.Nodegroup, len(found))
	reading, ctx := errgroup.WithContext(ctx)
	reading.SetLimit(actionsAtATime)
	for i, g := range found {
		groups[i] = asg.Nodegroup{
			Name: g.Name, Limits: scaling.Limits{MinSize: g.Sizes.MinSize, MaxSize: g.Sizes.MaxSize},
			Groups: make([]asg.AutoScalingGroup, len(g.AutoScalingGroups)),
		}
		for j, name := range g.AutoScalingGroups {
			reading.Go(func() (err error) {
				groups[i].Groups[j], err = actionsOf(ctx, scalings, name)
				return err
			})
		}
	}
	return groups, reading.Wait()
}

// actionsOf reads the scheduled actions of one Auto Scaling group.
func actionsOf(ctx context.Context, api autoscaling.DescribeScheduledActionsAPIClient, group string) (asg.AutoScalingGroup, error) {
	found := asg.AutoScalingGroup{Name: group}
	pages := autoscaling.NewDescribeScheduledActionsPaginator(api, &autoscaling.DescribeScheduledActionsInput{AutoScalingGroupName: &group})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return found, fmt.Errorf("reading the scheduled actions of Auto Scaling group %s: %w", group, err)
		}
		for _, action := range page.ScheduledUpdateGroupActions {
			found.Actions = append(found.Actions, scheduledAction(action))
		}
	}
	return found, nil
}

func scheduledAction(a types.ScheduledUpdateGroupAction) asg.ScheduledAction {
	return asg.ScheduledAction{
		Name: aws.ToString(a.ScheduledActionName), Recurrence: aws.ToString(a.Recurrence), TimeZone: aws.ToString(a.TimeZone),
		Start: aws.ToTime(a.StartTime), End: aws.ToTime(a.EndTime),
		MinSize: a.MinSize, MaxSize: a.MaxSize, DesiredCapacity: a.DesiredCapacity,
	}
}
