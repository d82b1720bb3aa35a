package main

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
)

// weeklySummary describes the function that sends the weekly summary. It has no permission to read prices: it takes them from the
// configuration.
func (m functionMaker) weeklySummary(t tables, topic, chat alertTopic) function {
	return function{
		name: deployment.WeeklySummary, timeoutSeconds: 120,
		description: "Sends the weekly summary when it is due, and measures saved node hours.",
		environment: m.insight.measuring(m.set.scoped(map[string]string{
			"CONFIG_TABLE": *t.config.TableName(), "LOGS_TABLE": *t.logs.TableName(), "ALERT_TOPIC_ARN": topic.arn(), "CHAT_TOPIC_ARN": chat.arn(),
		})),
		allowed: slices.Concat(topic.publishing(), []permission{
			allow(chat.arn(), "sns:Publish"),
			allow(*t.config.TableArn(), "dynamodb:GetItem", "dynamodb:Query"),
			allow(*t.logs.TableArn(), "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:Query"),
			allow(*t.logs.TableArn()+"/index/"+byDay, "dynamodb:Query"),
		}),
	}
}

// weeklyCheck is how often the function checks whether the summary is due. A check without the setting reads one item.
const weeklyCheck = "rate(15 minutes)"

// checkWeekly calls the function. A rule with a schedule costs nothing, and needs no role. A check that is lost is made up for by the next
// one.
func checkWeekly(stack awscdk.Stack, summary awslambda.Function) {
	rule := awsevents.NewCfnRule(stack, jsii.String("WeeklySummaryCheck"), &awsevents.CfnRuleProps{
		Name:               jsii.String(deployment.System + "-weekly-summary"),
		Description:        jsii.String("Checks whether the weekly summary is due."),
		ScheduleExpression: jsii.String(weeklyCheck),
		Targets:            []any{&awsevents.CfnRule_TargetProperty{Id: jsii.String(deployment.WeeklySummary), Arn: summary.FunctionArn()}},
	})
	awslambda.NewCfnPermission(summary, jsii.String("Check"), &awslambda.CfnPermissionProps{
		Action: jsii.String("lambda:InvokeFunction"), FunctionName: summary.FunctionArn(),
		Principal: jsii.String(eventsService), SourceArn: rule.AttrArn(),
	})
}
