package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
)

// alertTopic sends the alerts. It has its own encryption key: CloudWatch may not use the account's key for SNS, so its alarms
// would be lost silently.
type alertTopic struct {
	topic awssns.Topic
	key   awskms.Key
}

func newAlertTopic(stack awscdk.Stack, emails []setting) alertTopic {
	key := awskms.NewKey(stack, jsii.String("AlertKey"), &awskms.KeyProps{
		Description:       jsii.String("Encrypts the alerts of " + deployment.System + "."),
		Alias:             jsii.String("alias/" + deployment.System + "-alerts"),
		EnableKeyRotation: jsii.Bool(true),
		RemovalPolicy:     awscdk.RemovalPolicy_DESTROY, // alerts are in transit; nothing is stored under this key
	})
	topic := awssns.NewTopic(stack, jsii.String("AlertTopic"), &awssns.TopicProps{
		TopicName:   jsii.String(deployment.System + "-alerts"),
		DisplayName: jsii.String("EKS scaling"),
		MasterKey:   key,
		EnforceSSL:  jsii.Bool(true),
	})
	// The topic's policy replaces the default one, which lets the account's services publish.
	alarms := only(stack, arn(stack, "cloudwatch", *stack.Region(), "alarm:*"))
	forAlarms := func(p permission) awsiam.PolicyStatement {
		return p.when(alarms).givenTo("cloudwatch.amazonaws.com", "AlarmsOfThisAccount")
	}
	topic.AddToResourcePolicy(forAlarms(allow(*topic.TopicArn(), "sns:Publish")))
	key.AddToResourcePolicy(forAlarms(allow("*", "kms:Decrypt", "kms:GenerateDataKey*")), nil)
	for _, address := range emails {
		subscribed := topic.AddSubscription(awssnssubscriptions.NewEmailSubscription(&address.text, nil))
		address.given().limit(subscribed)
	}
	return alertTopic{topic, key}
}

func (t alertTopic) arn() string {
	return *t.topic.TopicArn()
}

// publishing returns the permissions to send an alert.
func (t alertTopic) publishing() []permission {
	return []permission{
		allow(t.arn(), "sns:Publish"),
		allow(*t.key.KeyArn(), "kms:Decrypt", "kms:GenerateDataKey"),
	}
}
