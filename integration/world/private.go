package world

import (
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/integration/aws/ec2"
	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/kms"
	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/shared/deployment"
)

// Private is what a deployment in private subnets, or with a key, finds in the account.
type Private struct {
	VPC *ec2.VPC // the functions run in all its subnets, with its first security group; nil: in Lambda's own network
	Key *kms.Key // nil: the keys of AWS
	// Granted gives the stack's roles the permissions on network interfaces, or on the key.
	Granted bool
}

// SetPrivate makes the stack say that it was deployed in private subnets, or with a key. The functions run as before.
func (w *World) SetPrivate(p Private, deployed time.Time) {
	stack := endpoint.Deployed(w.Template, deployed)
	if p.VPC != nil {
		p.VPC.Region = w.Region
		w.Templates.Put(*p.VPC)
		var subnets []string
		for _, subnet := range p.VPC.Subnets {
			subnets = append(subnets, subnet.ID)
		}
		stack.Outputs = append(stack.Outputs,
			endpoint.Output{Key: deployment.OutputSubnets, Value: strings.Join(subnets, ",")},
			endpoint.Output{Key: deployment.OutputOwnSecurityGroup, Value: p.VPC.Groups[0].ID})
	}
	if p.Key != nil {
		w.Keys.Put(*p.Key)
		stack.Outputs = append(stack.Outputs, endpoint.Output{Key: deployment.OutputKey, Value: p.Key.ARN})
	}
	w.Stacks.Put(stack)
	if !p.Granted {
		return
	}
	service := "ec2:*"
	if p.Key != nil {
		service = "kms:*"
	}
	for _, role := range w.Template.Roles {
		role.Policy = append(slices.Clone(role.Policy), policy.Statement{Source: "granted", Actions: []string{service}, Resources: []string{"*"}})
		w.Roles.Put(role)
	}
}
