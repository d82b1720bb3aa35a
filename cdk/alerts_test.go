package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// cloudWatchAlarm is an AWS::CloudWatch::Alarm.
type cloudWatchAlarm struct {
	AlarmDescription                     string
	AlarmActions                         []string
	Namespace, MetricName, Statistic     string
	Dimensions                           []struct{ Name, Value string }
	ComparisonOperator, TreatMissingData string
	EvaluationPeriods, Period, Threshold int
}

func TestAlarms(t *testing.T) {
	want := map[string]string{
		"ExecutionsFailed":                   "AWS/States Sum StateMachineArn=${StateMachine}",
		"ExecutionsTimedOut":                 "AWS/States Sum StateMachineArn=${StateMachine}",
		"ExecutionsAborted":                  "AWS/States Sum StateMachineArn=${StateMachine}",
		"ApproximateNumberOfMessagesVisible": "AWS/SQS Maximum QueueName=${DeadLetterQueue.QueueName}",
	}
	got := map[string]string{}
	for _, a := range all[cloudWatchAlarm](t, reference(t), "AWS::CloudWatch::Alarm") {
		got[a.MetricName] = a.Namespace + " " + a.Statistic + " " + a.Dimensions[0].Name + "=" + a.Dimensions[0].Value
		if a.Threshold != 1 || a.ComparisonOperator != "GreaterThanOrEqualToThreshold" || a.EvaluationPeriods != 1 {
			t.Errorf("%s: found %s %d in %d periods; want it to go off at the first one",
				a.MetricName, a.ComparisonOperator, a.Threshold, a.EvaluationPeriods)
		}
		if a.TreatMissingData != "notBreaching" {
			t.Errorf("%s: when nothing happens it is %s", a.MetricName, a.TreatMissingData)
		}
		if diff := cmp.Diff([]string{"${AlertTopic}"}, a.AlarmActions); diff != "" {
			t.Errorf("%s goes to (-want +got):\n%s", a.MetricName, diff)
		}
		if len(a.AlarmDescription) < 80 || len(a.AlarmDescription) > 1024 {
			t.Errorf("%s: %q does not say what has happened and what to do", a.MetricName, a.AlarmDescription)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAlertsAreEncrypted(t *testing.T) {
	topic := single[struct {
		TopicName string
		KeyARN    string `json:"KmsMasterKeyId"`
	}](t, reference(t), "AWS::SNS::Topic")
	if topic.TopicName != "eks-scaling-alerts" || topic.KeyARN != "${AlertKey.Arn}" {
		t.Errorf("found the topic %+v; want it encrypted with its own key", topic)
	}
	if key := single[struct{ EnableKeyRotation bool }](t, reference(t), "AWS::KMS::Key"); !key.EnableKeyRotation {
		t.Error("the key is not rotated")
	}
	deny := single[policy](t, reference(t), "AWS::SNS::TopicPolicy").PolicyDocument.Statement[0]
	if deny.String() != `Deny sns:Publish on ${AlertTopic} if {"Bool":{"aws:SecureTransport":"false"}}` {
		t.Errorf("found %s in the topic's policy; want it to refuse what is not encrypted under way", deny)
	}
}

// TestAlarmsArrive: a topic with a policy and a key of its own takes an alarm only if both say so.
func TestAlarmsArrive(t *testing.T) {
	key := single[struct {
		KeyPolicy struct{ Statement []statement }
	}](t, reference(t), "AWS::KMS::Key")
	statements := append(key.KeyPolicy.Statement, single[policy](t, reference(t), "AWS::SNS::TopicPolicy").PolicyDocument.Statement...)
	var got []string
	for _, s := range statements {
		if s.Sid != "AlarmsOfThisAccount" {
			continue
		}
		got = append(got, s.String())
		if s.Principal.(map[string]any)["Service"] != "cloudwatch.amazonaws.com" {
			t.Errorf("%s is for %v", s, s.Principal)
		}
	}
	const forAlarms = ` if {"ArnLike":{"aws:SourceArn":["arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*"]},` +
		`"StringEquals":{"aws:SourceAccount":"${AWS::AccountId}"}}`
	want := []string{"Allow kms:Decrypt kms:GenerateDataKey* on *" + forAlarms, "Allow sns:Publish on ${AlertTopic}" + forAlarms}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSubscriptions(t *testing.T) {
	for _, test := range []struct {
		name   string
		emails any
		want   string
	}{
		{"a text with commas", "ops@example.com, lead@example.com", "lead@example.com ops@example.com"},
		{"a list", []any{"ops@example.com"}, "ops@example.com"},
		{"an empty text", "", ""},
		{"an empty list", []any{}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			made := synthesize(t, map[string]any{alertEmailsKey: test.emails})
			var got []string
			for _, s := range all[struct{ Protocol, Endpoint, TopicArn string }](t, made, "AWS::SNS::Subscription") {
				if s.Protocol != "email" || s.TopicArn != "${AlertTopic}" {
					t.Errorf("found %+v", s)
				}
				got = append(got, s.Endpoint)
			}
			if joined := strings.Join(got, " "); joined != test.want {
				t.Errorf("found %q; want %q", joined, test.want)
			}
		})
	}
}

func TestOutputs(t *testing.T) {
	got := map[string]string{}
	for name, output := range reference(t).Outputs {
		got[name] = output.Value
	}
	want := map[string]string{
		"StateMachineArn":            "${StateMachine}",
		"ConfigTableName":            "${ConfigTable}",
		"LogsTableName":              "${LogsTable}",
		"AlertTopicArn":              "${AlertTopic}",
		"ScheduleGroupName":          "${BoundariesScheduleGroup}",
		"DeadLetterQueueUrl":         "${DeadLetterQueue}",
		"DeadLetterQueueArn":         "${DeadLetterQueue.Arn}",
		"ReconcileScheduleGroupName": "${ScheduleGroup}", "ReconcileExpression": "cron(23 * ? * * *)",
		"SchedulerRoleArn": "${SchedulerRole.Arn}",
		"ExecutionsConsole": "https://${AWS::Region}.console.aws.amazon.com/states/home?region=${AWS::Region}" +
			"#/statemachines/view/${StateMachine}",
		"NextCommand": "eks-scaling config apply examples/sao-paulo.yaml",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
