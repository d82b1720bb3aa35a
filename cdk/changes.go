package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
)

// followingChanges returns the permissions that a function needs to receive changes of the configuration from Lambda.
func followingChanges(config awsdynamodb.Table) []permission {
	return []permission{
		allow(*config.TableStreamArn(), "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
		// Lambda requires this permission for an event source mapping, and IAM cannot limit it to one stream.
		allow(*config.TableArn()+"/stream/*", "dynamodb:ListStreams"),
	}
}

// onConfigChange calls a function after changes of the configuration. A stream supports two readers, and there are two: any other
// follower must go through one of them.
func onConfigChange(
	stack awscdk.Stack, id string, f awslambda.Function, config awsdynamodb.Table, undelivered awssqs.Queue,
	props *awslambda.CfnEventSourceMappingProps,
) {
	props.FunctionName = f.FunctionName()
	props.EventSourceArn = config.TableStreamArn()
	// A mapping needs a while to start, and with "LATEST" it would miss the changes until then. Receiving an old change again is
	// harmless for both functions.
	props.StartingPosition = jsii.String("TRIM_HORIZON")
	if props.BatchSize == nil {
		props.BatchSize = number(100)
	}
	props.DestinationConfig = &awslambda.CfnEventSourceMapping_DestinationConfigProperty{
		OnFailure: &awslambda.CfnEventSourceMapping_OnFailureProperty{Destination: undelivered.QueueArn()},
	}
	awslambda.NewCfnEventSourceMapping(stack, &id, props)
}
