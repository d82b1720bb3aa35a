package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
)

// followingChanges is what a function needs for Lambda to hand it the changes of the configuration.
func followingChanges(config awsdynamodb.Table) []permission {
	return []permission{
		allow(*config.TableStreamArn(), "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
		// Lambda makes no event source mapping without it, and it cannot be had for a single stream.
		allow(*config.TableArn()+"/stream/*", "dynamodb:ListStreams"),
	}
}

// onConfigChange calls a function after changes of the configuration. A stream takes two readers at a time, and there are
// two: what else is to follow the changes has to go through one of them.
func onConfigChange(
	stack awscdk.Stack, id string, f awslambda.Function, config awsdynamodb.Table, undelivered awssqs.Queue,
	props *awslambda.CfnEventSourceMappingProps,
) {
	props.FunctionName = f.FunctionName()
	props.EventSourceArn = config.TableStreamArn()
	// A mapping takes a while until it listens, and "LATEST" would not hear what changes meanwhile. To hear of an old change
	// once more does no harm, to either function.
	props.StartingPosition = jsii.String("TRIM_HORIZON")
	if props.BatchSize == nil {
		props.BatchSize = number(100)
	}
	props.DestinationConfig = &awslambda.CfnEventSourceMapping_DestinationConfigProperty{
		OnFailure: &awslambda.CfnEventSourceMapping_OnFailureProperty{Destination: undelivered.QueueArn()},
	}
	awslambda.NewCfnEventSourceMapping(stack, &id, props)
}
