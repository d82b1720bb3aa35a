package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
