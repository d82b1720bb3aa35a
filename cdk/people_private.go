package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/datakey"
	"eks-scaling-automation/shared/deployment"
)

// newPrivatePolicies creates what people need besides the policy of a viewer or an operator: to use the key, and to look at the network of
// the functions. They are policies of their own because the stack may have neither.
func newPrivatePolicies(stack awscdk.Stack, own choice, place placement, enc encryption) {
	policy := func(id, name, description string, when choice, allowed ...permission) {
		if !when.possible() {
			return
		}
		var statements []awsiam.PolicyStatement
		for _, p := range allowed {
			statements = append(statements, p.statement())
		}
		when.limit(awsiam.NewManagedPolicy(stack, &id, &awsiam.ManagedPolicyProps{
			ManagedPolicyName: jsii.String(own.pick(name+"-"+*stack.Region(), name)), Description: &description, Statements: &statements,
		}))
	}
	policy("NetworkPolicy", deployment.NetworkPolicy, "Lets doctor look at the network of the functions.", place.inside, allow("*",
		"ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcAttribute", "ec2:DescribeVpcEndpoints"))
	uses := append(datakey.UsesOf([]string{"dynamodb:PutItem"}), datakey.Use{Service: "sqs", Actions: []string{"kms:Decrypt"}})
	allowed := []permission{allow(enc.key.text, "kms:DescribeKey", "kms:GetKeyPolicy")}
	for _, use := range uses {
		allowed = append(allowed, enc.through(use))
	}
	policy("KeyPolicy", deployment.KeyPolicy, "Lets people read and write what the key encrypts, if another policy lets them.", enc.own, allowed...)
}
