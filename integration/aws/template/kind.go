package template

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// kind is what has to be known of a resource type to name a resource and to refer to it. The patterns may have {name},
// {id} (one that CloudFormation makes up), {version} (see [Place]), {region}, {account} and {arn}, and {Property} for another
// property.
type kind struct {
	name       string            // the property that gives the name; without it CloudFormation makes one up
	arn        string            // without the arn:aws: before it
	ref        string            // what Ref gives; the name when it is empty
	attributes map[string]string // what Fn::GetAtt gives, besides Arn
}

// kinds are the types that a template may refer to.
var kinds = map[string]kind{
	"AWS::CloudWatch::Alarm": {name: "AlarmName", arn: "cloudwatch:{region}:{account}:alarm:{name}"},
	"AWS::DynamoDB::Table": {
		name: "TableName", arn: "dynamodb:{region}:{account}:table/{name}",
		attributes: map[string]string{"StreamArn": "{arn}/stream/2026-01-01T00:00:00.000"},
	},
	"AWS::Events::Rule":               {name: "Name", arn: "events:{region}:{account}:rule/{name}"},
	"AWS::IAM::Policy":                {name: "PolicyName"},
	"AWS::IAM::Role":                  {name: "RoleName", arn: "iam::{account}:role/{name}"},
	"AWS::KMS::Alias":                 {name: "AliasName"},
	"AWS::KMS::Key":                   {arn: "kms:{region}:{account}:key/{id}", ref: "{id}", attributes: map[string]string{"KeyId": "{id}"}},
	"AWS::Lambda::EventSourceMapping": {ref: "{id}"},
	"AWS::Lambda::Function":           {name: "FunctionName", arn: "lambda:{region}:{account}:function:{name}"},
	"AWS::Lambda::Version": {
		arn: "lambda:{region}:{account}:function:{FunctionName}:{version}", ref: "{arn}", attributes: map[string]string{"Version": "{version}"},
	},
	"AWS::Logs::LogGroup":    {name: "LogGroupName", arn: "logs:{region}:{account}:log-group:{name}:*"},
	"AWS::SNS::Subscription": {arn: "sns:{region}:{account}:{name}:{id}", ref: "{arn}"},
	"AWS::SNS::Topic": {
		name: "TopicName", arn: "sns:{region}:{account}:{name}", ref: "{arn}",
		attributes: map[string]string{"TopicName": "{name}", "TopicArn": "{arn}"},
	},
	"AWS::SQS::Queue": {
		name: "QueueName", arn: "sqs:{region}:{account}:{name}", ref: "https://sqs.{region}.amazonaws.com/{account}/{name}",
		attributes: map[string]string{"QueueName": "{name}", "QueueUrl": "https://sqs.{region}.amazonaws.com/{account}/{name}"},
	},
	"AWS::Scheduler::Schedule":      {name: "Name", arn: "scheduler:{region}:{account}:schedule/{GroupName}/{name}"},
	"AWS::Scheduler::ScheduleGroup": {name: "Name", arn: "scheduler:{region}:{account}:schedule-group/{name}"},
	"AWS::StepFunctions::StateMachine": {
		name: "StateMachineName", arn: "states:{region}:{account}:stateMachine:{name}", ref: "{arn}",
		attributes: map[string]string{"Name": "{name}"},
	},
}

// identifier is what CloudFormation might have made up for a resource; the same one every time.
func (p Place) identifier(logicalID string) string {
	h := fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join([]string{p.Stack, p.Region, p.Account, logicalID}, "/"))))
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-8" + h[17:20] + "-" + h[20:32]
}
