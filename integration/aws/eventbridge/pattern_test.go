package eventbridge_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eventbridge"
)

// order is an event with a field of each type.
var order = eventbridge.Event{
	Source: "shop", DetailType: "Order Placed", Time: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC), Resources: []string{"arn:a", "arn:b"},
	Detail: json.RawMessage(`{"state": "NEW", "price": 9.5, "paid": false, "gift": null, "tags": ["big", "red"], "to": {"city": "Recife"}}`),
}

func delivered(t *testing.T, rule eventbridge.Rule, e eventbridge.Event) ([]eventbridge.Delivery, error) {
	t.Helper()
	s := eventbridge.New("sa-east-1", "123456789012", time.Now)
	if rule.Targets == nil {
		rule.Targets = []eventbridge.Target{{ID: "t", ARN: "arn:aws:sns:sa-east-1:123456789012:t"}}
	}
	if err := s.PutRule(rule); err != nil {
		return nil, err
	}
	s.Send("default", e)
	return s.Deliveries()
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		pattern string
		want    bool
	}{
		{`{"source": ["shop"]}`, true},
		{`{"source": ["other", "shop"]}`, true},
		{`{"source": ["other"]}`, false},
		{`{"source": ["shop"], "detail": {"state": ["OLD"]}}`, false},
		{`{"detail": {"to": {"city": ["Recife"]}}}`, true},
		{`{"detail": {"price": [9.5], "paid": [false], "gift": [null]}}`, true},
		{`{"detail": {"tags": ["red"]}}`, true},
		{`{"resources": ["arn:b"]}`, true},
		{`{"detail": {"state": [{"prefix": "N"}]}}`, true},
		{`{"detail": {"state": [{"suffix": "W"}]}}`, true},
		{`{"detail": {"state": [{"equals-ignore-case": "new"}]}}`, true},
		{`{"detail": {"state": [{"prefix": "O"}, "NEW"]}}`, true},
		{`{"detail": {"state": [{"anything-but": "NEW"}]}}`, false},
		{`{"detail": {"state": [{"anything-but": ["OLD", "LOST"]}]}}`, true},
		{`{"detail": {"state": [{"anything-but": {"prefix": "N"}}]}}`, false},
		{`{"detail": {"missing": [{"anything-but": "NEW"}]}}`, false},
		{`{"detail": {"missing": [{"exists": false}], "state": [{"exists": true}]}}`, true},
		{`{"detail": {"state": [{"exists": false}]}}`, false},
		{`{"detail": {"price": [{"numeric": [">", 9, "<=", 9.5]}]}}`, true},
		{`{"detail": {"price": [{"numeric": ["=", 9]}]}}`, false},
		{`{"detail": {"state": [{"numeric": [">", 0]}]}}`, false},
	} {
		got, err := delivered(t, eventbridge.Rule{Name: "r", Pattern: json.RawMessage(row.pattern)}, order)
		if err != nil || len(got) == 1 != row.want {
			t.Errorf("%s: found %d deliveries (%v); want a match: %t", row.pattern, len(got), err, row.want)
		}
	}
}

func TestRefusedRules(t *testing.T) {
	t.Parallel()
	target := func(template string, paths map[string]string) []eventbridge.Target {
		return []eventbridge.Target{{ID: "t", ARN: "arn:t", InputTransformer: &eventbridge.Transformer{InputPathsMap: paths, InputTemplate: template}}}
	}
	any := json.RawMessage(`{"source": ["shop"]}`)
	for _, row := range []struct {
		rule eventbridge.Rule
		want string
	}{
		{eventbridge.Rule{Pattern: json.RawMessage(`{}`)}, "at least one field"},
		{eventbridge.Rule{Pattern: json.RawMessage(`{"source": "shop"}`)}, "must be an object or an array"},
		{eventbridge.Rule{Pattern: json.RawMessage(`{"source": []}`)}, "must be an object or an array"},
		{eventbridge.Rule{Pattern: json.RawMessage(`{"detail": {"a": [{"like": "x"}]}}`)}, "unrecognized match type like"},
		{eventbridge.Rule{Pattern: json.RawMessage(`{"detail": {"a": [{"numeric": [">"]}]}}`)}, "pairs of an operator and a number"},
		{eventbridge.Rule{Pattern: json.RawMessage(`{"detail": {"a": [{"exists": "yes"}]}}`)}, "want true or false"},
		{eventbridge.Rule{Bus: "mine", Pattern: any}, "event bus mine does not exist"},
		{eventbridge.Rule{Pattern: any, Targets: target(`"<name>"`, nil)}, "<name> is not in InputPathsMap"},
		{eventbridge.Rule{Pattern: any, Targets: target(`"<name>"`, map[string]string{"name": "detail.name"})}, "invalid path"},
		{eventbridge.Rule{Pattern: any, Targets: target(`"<AWSx>"`, map[string]string{"AWSx": "$.id"})}, "invalid name"},
		{eventbridge.Rule{Pattern: any, Targets: target("", nil)}, "InputTemplate is required"},
		{eventbridge.Rule{Pattern: any, Targets: []eventbridge.Target{{ID: "t"}}}, "a target requires Id and Arn"},
	} {
		if _, err := delivered(t, row.rule, order); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: found %v; want %q", row.rule.Pattern, err, row.want)
		}
	}
}

func TestInputTransformers(t *testing.T) {
	t.Parallel()
	quoted := order
	quoted.Detail = json.RawMessage(`{"state": "a \"b\"\n", "price": 9.5, "to": {"city": "Recife"}, "tags": ["big"]}`)
	paths := map[string]string{"state": "$.detail.state", "price": "$.detail.price", "to": "$.detail.to", "tag": "$.detail.tags[0]", "none": "$.detail.none"}
	for _, row := range []struct{ rule, template, want string }{
		{"a text", `"state <state> for <price>"`, `"state a \"b\"\n for 9.5"`},
		{"values of an object", `{"s": <state>, "p": <price>, "t": <to>}`, `{"s": "a \"b\"\n", "p": 9.5, "t": {"city":"Recife"}}`},
		{"inside a text of an object", `{"s": "is <state>, \"<tag>\""}`, `{"s": "is a \"b\"\n, \"big\""}`},
		{"a missing value", `{"s": "<none>", "n": <none>}`, `{"s": "", "n": ""}`},
		{"the rule's name", `"<aws.events.rule-name>"`, `"r"`},
	} {
		got, err := delivered(t, eventbridge.Rule{Name: "r", Pattern: json.RawMessage(`{"source": ["shop"]}`), Targets: []eventbridge.Target{{
			ID: "t", ARN: "arn:t", InputTransformer: &eventbridge.Transformer{InputPathsMap: paths, InputTemplate: row.template},
		}}}, quoted)
		if err != nil || len(got) != 1 || got[0].Payload != row.want {
			t.Errorf("%s: found %v (%v); want %s", row.rule, got, err, row.want)
		}
	}
}
