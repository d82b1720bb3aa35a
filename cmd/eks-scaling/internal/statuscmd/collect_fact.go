package statuscmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/config"
)

// fact turns AWS's answer into a fact. doing says what was read, unless the error does. The codes are those of errors that mean
// that the thing does not exist.
func fact[T any](value T, err error, doing, permission string, codes ...string) health.Fact[T] {
	if err == nil {
		return health.Known(value)
	}
	f := health.Fact[T]{Error: why(err)}
	if f.Missing = frame.HasCode(err, codes...); f.Missing {
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
	if frame.IsDenied(err) {
		return health.Forbidden(found.Why, permission)
	}
	return &found
}

// why is an error in one sentence that stands behind what could not be read, and so does not say that again. What was looked
// for under a name, and is not there, keeps it.
func why(err error) string {
	if r, ok := errors.AsType[frame.Remedied](frame.WithRemedy(err)); ok && !frame.HasCode(err, "StateMachineDoesNotExist", "ResourceNotFoundException", "QueueDoesNotExist") {
		r.What = ""
		return config.OneLine(r)
	}
	return frame.Sentence(err)
}

func readAlarms(ctx context.Context, api stackaws.AlarmsAPI) health.Fact[health.Alarms] {
	found, err := stackaws.Alarms(ctx, api)
	return fact(found, err, "looking at the alarms", "cloudwatch:DescribeAlarms")
}

func readDeadLetters(ctx context.Context, api stackaws.QueueAPI, url string) health.Fact[int] {
	messages, err := stackaws.CountMessages(ctx, api, url)
	return fact(messages, err, "counting what lies in the dead-letter queue", "sqs:GetQueueAttributes", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")
}
