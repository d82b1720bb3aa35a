// Package collect reads facts about the deployed system from AWS, for all verbs that judge it.
package collect

import (
	"cmp"
	"errors"
	"fmt"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/config"
)

// Fact turns AWS's answer into a fact. The error is prefixed with doing, if given. The codes mean that the thing does not exist.
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

// unread explains why something could not be read, with the remedy.
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

// Why returns an error in one sentence, without what could not be read unless that is missing.
func Why(err error) string {
	if r, ok := errors.AsType[frame.Remedied](frame.WithRemedy(err)); ok && !awserr.Has(err, "StateMachineDoesNotExist", "ResourceNotFoundException", "QueueDoesNotExist") {
		r.What = ""
		return config.OneLine(r)
	}
	return frame.Sentence(err)
}
