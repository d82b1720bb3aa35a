// Package collect reads facts about the deployed system from AWS, for all verbs that judge it.
package collect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// Fact turns AWS's answer into a fact. The error is prefixed with doing, unless that is empty. The codes are those of errors that mean
// that the thing does not exist.
func Fact[T any](value T, err error, doing, permission string, codes ...string) health.Fact[T] {
	if err == nil {
		return health.Known(value)
	}
	f := health.Fact[T]{Error: Why(err)}
	if f.Missing = awserr.Has(err, codes...); f.Missing {
		return f
	}
	if doing != "" {
		err = fmt.Errorf("%s: %w", doing, err)
	}
	f.Unread = unread(err, permission)
	return f
}

// unread says in a sentence why something could not be looked at, and in another what would help.
func unread(err error, permission string) *health.Unread {
	found := health.Unread{Why: "not checked: " + config.OneLine(err), Remedy: "try again: eks-scaling doctor"}
	if r, ok := errors.AsType[frame.Remedied](frame.WithRemedy(err)); ok {
		found.Why, found.Remedy = "not checked: "+r.Happened(), cmp.Or(r.Remedy, found.Remedy)
	}
	if awserr.Denied(err) {
		return health.Forbidden(found.Why, permission)
	}
	return &found
}

// Why is an error in one sentence that stands behind what could not be read, and so does not say that again. What was looked
// for under a name, and is not there, keeps it.
func Why(err error) string {
	if r, ok := errors.AsType[frame.Remedied](frame.WithRemedy(err)); ok && !awserr.Has(err, "StateMachineDoesNotExist", "ResourceNotFoundException", "QueueDoesNotExist") {
		r.What = ""
		return config.OneLine(r)
	}
	return frame.Sentence(err)
}

// ReadConfiguration reads the configuration and checks it as of now.
func ReadConfiguration(ctx context.Context, from ConfigReader, now time.Time) health.Fact[inventory.Checked] {
	snapshot, err := from.Read(ctx)
	if err != nil {
		return Fact(inventory.Checked{}, err, "", "dynamodb:GetItem and dynamodb:Query")
	}
	return health.Known(inventory.Check(snapshot, now))
}

// FindAll returns an error if one of the clusters does not exist.
func FindAll(held inventory.Checked, clusters []string) error {
	for _, name := range clusters {
		if _, err := held.FindCluster(name); err != nil {
			return err
		}
	}
	return nil
}

// ReadAlarms reads the alarms of the stack.
func ReadAlarms(ctx context.Context, api stackaws.AlarmsAPI) health.Fact[health.Alarms] {
	found, err := stackaws.Alarms(ctx, api)
	return Fact(found, err, "looking at the alarms", "cloudwatch:DescribeAlarms")
}

// ReadDeadLetters counts the messages in the dead-letter queue.
func ReadDeadLetters(ctx context.Context, api stackaws.QueueAPI, url string) health.Fact[int] {
	messages, err := stackaws.CountMessages(ctx, api, url)
	return Fact(messages, err, "counting what lies in the dead-letter queue", "sqs:GetQueueAttributes", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")
}

// NoCluster is how EKS says that there is no such cluster, or node group.
const NoCluster = "ResourceNotFoundException"

// clusterGone starts EKS's message if the cluster of a node group does not exist. The code is the same as for a missing node group.
const clusterGone = "No cluster found"

// NodegroupFact turns EKS's answer about a node group into a fact, and reports whether not even its cluster exists.
func NodegroupFact(state nodegroups.State, err error) (f health.Fact[health.Nodegroup], clusterMissing bool) {
	if err == nil {
		return health.Known(health.Nodegroup{Sizes: state.Sizes, Status: string(state.Status), Health: state.Health}), false
	}
	f = Fact(health.Nodegroup{}, fmt.Errorf("looking at %w", err), "", "eks:DescribeNodegroup", NoCluster)
	f.Error = Why(err)
	if api, ok := errors.AsType[smithy.APIError](err); ok && f.Missing {
		f.Error, clusterMissing = api.ErrorMessage(), strings.HasPrefix(api.ErrorMessage(), clusterGone)
	}
	return f, clusterMissing
}

// ConfigReader reads the config table.
type ConfigReader interface {
	Read(ctx context.Context) (inventory.Snapshot, error)
}
