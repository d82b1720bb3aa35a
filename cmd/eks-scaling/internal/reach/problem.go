package reach

import (
	"cmp"
	"errors"
	"fmt"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
)

// Kind is the reason why a place cannot be reached.
type Kind string

// The kinds of problems.
const (
	Refused    Kind = "refused"    // no such role, or its trust policy does not let the caller in
	ExternalID Kind = "externalId" // the external id is missing, or is not the role's
	Permission Kind = "permission" // the caller, or the role, lacks a permission
	NoAnswer   Kind = "noAnswer"
	Other      Kind = "other"
)

// Problem says in words why a place cannot be reached, and what to do.
type Problem struct {
	Kind   Kind   `json:"kind"`
	Found  string `json:"cause"`
	Remedy string `json:"remedy"`
}

// String has the remedy too.
func (p Problem) String() string { return p.Found + "; " + p.Remedy }

// Compare is the command that shows what a spoke was deployed with.
const Compare = "aws cloudformation describe-stacks --stack-name " + deployment.SpokeName + " --query Stacks[0].Parameters"

// template is the command that writes the template of a spoke.
const template = "eks-scaling accounts template"

// Own is what is known of the caller's own permission to assume a role.
type Own int

// The answers of the simulation of the caller's own policies.
const (
	NotKnown Own = iota
	Allowed
	Denied
)

// Explain says why a call in a place failed. STS gives one answer for every reason why a role cannot be assumed, so the caller's own
// permission decides where to look.
func Explain(p Place, err error, own Own) Problem {
	switch role := p.Role.Viewer(); {
	case awserr.TimedOut(err), awserr.Unsent(err):
		return Problem{NoAnswer, "no answer from AWS in " + p.Region, "check the network, the region and AWS_ENDPOINT_URL, and try again"}
	case awserr.AssumingRole(err) && awserr.Denied(err) && own == Denied:
		return Problem{Permission, "you may not assume " + role.ARN, "ask for the permission sts:AssumeRole on it, or use another --profile"}
	case awserr.AssumingRole(err) && awserr.Denied(err):
		return p.refused(own)
	case awserr.Denied(err):
		return p.lacks(awserr.Permission(err))
	case awserr.CredentialsRefused(err):
		return Problem{
			Permission, "AWS rejects the credentials in " + p.Region,
			fmt.Sprintf("log in again, or enable the region in account %s: aws account enable-region --region-name %s", p.Account, p.Region),
		}
	}
	if r, ok := errors.AsType[frame.Remedied](frame.WithRemedy(err)); ok {
		return Problem{Other, config.OneLine(errors.New(r.Happened())), cmp.Or(r.Remedy, "try again")}
	}
	return Problem{Other, config.OneLine(err), "try again"}
}

// refused says that the role cannot be assumed. Only if the caller's own permission is known can it be left out.
func (p Place) refused(own Own) Problem {
	role := p.Role.Viewer()
	found := "cannot assume " + role.ARN + ": it does not exist, its trust policy does not let you in, or its external id is another"
	lacking := ""
	if own == NotKnown {
		lacking = "; or you lack sts:AssumeRole on it"
	}
	if !p.Role.Spoke {
		return Problem{Refused, found + lacking, "fix the trust policy of " + role.Name() + " in account " + p.Account + ", or roleArn and externalId in the configuration"}
	}
	return Problem{
		Refused, found + lacking,
		fmt.Sprintf("deploy the spoke in account %s: %s; if it is there, compare its parameters: %s", p.Account, template, Compare),
	}
}

// lacks says that a call was not permitted.
func (p Place) lacks(permission string) Problem {
	switch {
	case p.Role.ARN == "":
		return Problem{Permission, "you lack " + permission, "ask for the permission, or use another --profile"}
	case p.Role.Spoke:
		return Problem{Permission, p.Role.Viewer().ARN + " lacks " + permission, "deploy the spoke in account " + p.Account + " again: " + template}
	default:
		return Problem{Permission, p.Role.ARN + " lacks " + permission, "allow it in the role's policy; runs do not need it"}
	}
}

// noExternalID says that there is nothing to send to a spoke.
func (p Place) noExternalID() Problem {
	return Problem{
		ExternalID, "the configuration has no external id, which every spoke requires",
		"add accounts: {externalId: ID} to its settings; make one with: openssl rand -hex 16",
	}
}

// otherExternalID says that the role lets in another external id.
func (p Place) otherExternalID() Problem {
	return Problem{
		ExternalID, p.Role.Viewer().ARN + " accepts another external id of the configuration than this one",
		"fix externalId in the configuration: it must equal the parameter ExternalId of the spoke: " + Compare,
	}
}
