package checks

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
)

// Resource is a resource of the stack, as CloudFormation lists it.
type Resource struct {
	LogicalID  string // the id in the template and eight characters
	PhysicalID string // a name, an ARN or an id, by its type
	Type       string // such as AWS::IAM::Role
	Status     string // such as CREATE_COMPLETE
}

const (
	functionType = "AWS::Lambda::Function"
	roleType     = "AWS::IAM::Role"
	keyType      = "AWS::KMS::Key"
)

// Stack checks how the last deployment went, and that nothing is missing.
func Stack(s deployment.Stack, resources health.Fact[[]Resource]) []Check {
	functions, rest := subject{"stack", "functions"}, subject{"stack", "resources"}
	return []Check{
		ofDeployment(subject{"stack", "deployment"}, s),
		check(resources, functions, Check{}, func(all []Resource) Check {
			var deployed []string
			for _, r := range all {
				if r.Type == functionType {
					deployed = append(deployed, strings.TrimPrefix(r.PhysicalID, deployment.System+"-"))
				}
			}
			if gone := lacking(deployment.Functions(), deployed); len(gone) > 0 {
				return functions.failed("the stack has no function "+firstFew(gone), deploy)
			}
			return functions.ok("all %d are deployed", len(deployment.Functions()))
		}),
		check(resources, rest, Check{}, func(all []Resource) Check {
			var broken []string
			for _, r := range all {
				if strings.HasSuffix(r.Status, "_FAILED") || r.Status == "DELETE_COMPLETE" {
					broken = append(broken, fmt.Sprintf("%s (%s) is %s", r.LogicalID, r.Type, r.Status))
				}
			}
			if len(broken) > 0 {
				return rest.failed(firstFew(broken), fmt.Sprintf(
					"see why: aws cloudformation describe-stack-resources --stack-name %s --region %s; then: %s", s.Name, s.Region, deploy))
			}
			return rest.ok("all %d are deployed", len(all))
		}),
	}
}

func ofDeployment(c subject, s deployment.Stack) Check {
	condition := deployment.ConditionOf(s.Status)
	found := fmt.Sprintf("stack %s is %s: %s", s.Name, s.Status, condition)
	why := fmt.Sprintf("see why: %s; then: %s", deployment.Events(s.Name, s.Region), deploy)
	switch condition {
	case deployment.Deployed:
		return c.ok("stack %s is %s", s.Name, s.Status)
	case deployment.RolledBack:
		return c.warning(found, why)
	case deployment.Deploying, deployment.RollingBack:
		return c.warning(found, "wait until it has ended, then: eks-scaling doctor")
	case deployment.Broken, deployment.FirstFailed, deployment.Removing, deployment.NotRemoved, deployment.Removed:
	}
	return c.failed(found, why)
}

// find returns the physical id of the resource with an id in the template; empty if there is none.
func find(all []Resource, kind, id string) string {
	form := regexp.MustCompile("^" + id + "[0-9A-F]{8}$")
	i := slices.IndexFunc(all, func(r Resource) bool { return r.Type == kind && form.MatchString(r.LogicalID) })
	if i < 0 {
		return ""
	}
	return all[i].PhysicalID
}

// FunctionARN returns the ARN of a function of the stack.
func FunctionARN(s deployment.Stack, name string) string {
	return arn(s, "lambda", s.Region, "function:"+deployment.System+"-"+name)
}

// arn returns the ARN of a resource in the stack's account.
func arn(s deployment.Stack, service, region, resource string) string {
	return strings.Join([]string{"arn", s.Partition, service, region, s.Account, resource}, ":")
}
