package main

import (
	"strings"
	"testing"
)

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
