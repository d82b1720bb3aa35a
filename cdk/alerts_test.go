package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSubscriptions(t *testing.T) {
	type subscription struct{ Protocol, Endpoint, TopicArn string }
	want := []subscription{{"email", "lead@example.com", "${AlertTopic}"}, {"email", "ops@example.com", "${AlertTopic}"}}
	if diff := cmp.Diff(want, all[subscription](t, customized(t), "AWS::SNS::Subscription")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestTheKeyOfTheTopics: none by default. With a key, the publishers may use it, and CloudWatch and EventBridge may if it is the stack's.
func TestTheKeyOfTheTopics(t *testing.T) {
	const foreign = "arn:aws:kms:sa-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"
	for _, row := range []struct {
		rule, key string
		made      template
	}{
		{"none by default", "", reference(t)},
		{"its own", "${AlertKey.Arn}", customized(t)},
		{"an existing one", foreign, synthesize(t, environment{}, map[string]any{alertKeyKey: foreign})},
	} {
		type topic struct{ TopicName, KmsMasterKeyId string } //nolint:revive,staticcheck // the property's name
		want := []topic{{"eks-scaling-alerts", row.key}, {"eks-scaling-chat", row.key}}
		if diff := cmp.Diff(want, all[topic](t, row.made, "AWS::SNS::Topic")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
		for _, role := range []string{"StateMachineRole", "AuditConfigFunctionRole", "NotifyFunctionRole"} {
			use := "Allow kms:Decrypt kms:GenerateDataKey on " + row.key
			if got := slices.Contains(permissions(t, row.made)[role], use); got != (row.key != "") {
				t.Errorf("%s: %s may use the key: %t", row.rule, role, got)
			}
		}
		keys := all[struct {
			KeyPolicy struct{ Statement []statement }
		}](t, row.made, "AWS::KMS::Key")
		if len(keys) != 0 != (row.rule == "its own") {
			t.Fatalf("%s: found %d keys of the stack", row.rule, len(keys))
		}
		for _, key := range keys {
			var services []string
			for _, s := range key.KeyPolicy.Statement[1:] {
				services = append(services, s.Sid)
			}
			if diff := cmp.Diff([]string{"AlarmsOfThisAccount", "RulesForTheTopics"}, services); diff != "" {
				t.Errorf("%s: statements (-want +got):\n%s", row.rule, diff)
			}
		}
	}
}
