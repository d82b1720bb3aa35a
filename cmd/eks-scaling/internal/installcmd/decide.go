package installcmd

import (
	"fmt"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/deployment"
)

// step is what a deployment does to the stack.
type step int

const (
	create step = iota
	replaceFailed
	update
)

// decideInstall decides how to install, or returns why not.
func decideInstall(s stackName, c current, takeOver bool) (step, error) {
	switch err := c.busy(s, "install"); {
	case !c.exists() || c.isReview():
		return create, nil
	case err != nil:
		return 0, err
	case c.foreign(s) != nil:
		return 0, c.foreign(s)
	case c.hasFailedFirst():
		return replaceFailed, nil
	case c.installer != deployment.ByInstall && takeOver:
		return update, c.stuck(s)
	case c.installer == deployment.ByCDK:
		return 0, frame.Taken(fmt.Errorf("stack %s already exists, deployed with the CDK: update it with make deploy, or take it over with: eks-scaling install --take-over", s.name))
	case c.installer == deployment.ByTemplate:
		return 0, frame.Taken(fmt.Errorf("stack %s already exists, deployed from the template: update it where it was deployed, such as Terraform, or take it over with: eks-scaling install --take-over", s.name))
	}
	return 0, frame.Taken(fmt.Errorf("stack %s already exists (%s): update it with: eks-scaling upgrade", s.name, known(c.version)))
}

// decideUpgrade returns why a stack cannot be upgraded; nil if it can.
func decideUpgrade(s stackName, c current, to string, allowDowngrade bool) error {
	switch err := c.busy(s, "upgrade"); {
	case !c.exists() || c.isReview():
		return frame.NotFound(fmt.Errorf("there is no stack %s in %s: install it with: eks-scaling install, or name another: --stack, --region", s.name, s.region))
	case err != nil:
		return err
	case c.foreign(s) != nil:
		return c.foreign(s)
	case c.hasFailedFirst():
		return frame.Taken(fmt.Errorf("stack %s is %s: nothing is deployed; repeat the installation with: eks-scaling install", s.name, c.status))
	case c.installer == deployment.ByCDK:
		return frame.Taken(fmt.Errorf("stack %s was deployed with the CDK: update it with make deploy, or take it over with: eks-scaling install --take-over", s.name))
	case c.installer == deployment.ByTemplate:
		return frame.Taken(fmt.Errorf("stack %s was deployed from the template: update it where it was deployed, such as Terraform, or take it over with: eks-scaling install --take-over", s.name))
	}
	if err := c.stuck(s); err != nil {
		return err
	}
	if allowDowngrade {
		return nil
	}
	return c.refuseDowngrade(s, to)
}

// refuseDowngrade returns why an upgrade to a version would be a downgrade; nil if it would not.
func (c current) refuseDowngrade(s stackName, to string) error {
	if order, comparable := compareVersions(to, c.version); comparable && order < 0 {
		return frame.Taken(fmt.Errorf("stack %s is %s, newer than %s: use the CLI of that version, or go back with --allow-downgrade", s.name, c.version, to))
	}
	return nil
}

// stuck returns why CloudFormation takes no update; nil if it does.
func (c current) stuck(s stackName) error {
	if deployment.ConditionOf(c.status) != deployment.Broken {
		return nil
	}
	return frame.Taken(fmt.Errorf("stack %s is %s: finish that first with: aws cloudformation continue-update-rollback --stack-name %s --region %s", s.name, c.status, s.name, s.region))
}

// known returns a version in words.
func known(version string) string {
	if version == "" {
		return "version unknown"
	}
	return "version " + version
}
