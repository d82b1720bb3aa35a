package main

import (
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
