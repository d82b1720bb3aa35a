package endpoints_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/endpoints"
)

const cluster = `
  - name: NAME
    region: eu-west-1
    nodegroups: {web: {minSize: 0, maxSize: 3}}
    profiles: {on: {web: 1}}
    schedule: {default: on}
`

func parse(t *testing.T, text string) config.Config {
	t.Helper()
	c, err := config.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNeededServices(t *testing.T) {
	t.Parallel()
	always := []string{"dynamodb", "eks", "events", "scheduler", "sns", "sqs"}
	base := "timezone: UTC\nclusters:\n" + strings.Replace(cluster, "NAME", "a", 1)
	for _, row := range []struct {
		name, text string
		more       []string
		regions    []string
		hosts      []string
	}{
		{name: "a cluster of the own region", text: base},
		{name: "a cluster elsewhere", text: strings.Replace(base, "eu-west-1", "us-east-1", 1), regions: []string{"us-east-1"}},
		{name: "a cluster with a role", text: base + "    roleArn: arn:aws:iam::210987654321:role/scaling\n", more: []string{"sts"}},
		{name: "a signal from an alarm", text: withSignal(base, "{alarm: backlog, otherwise: false}", "is: ALARM"), more: []string{"monitoring"}},
		{name: "a signal from a parameter", text: withSignal(base, "{parameter: /event, otherwise: false}", "is: launch"), more: []string{"ssm"}},
		{name: "a signal from a calendar", text: withSignal(base, "{calendar: freeze, otherwise: false}", "is: CLOSED"), more: []string{"ssm"}},
		{
			name: "a signal over HTTPS", hosts: []string{"api.example.com"},
			text: withSignal(base, `{http: {url: "https://api.example.com/rain"}, value: rain, otherwise: false}`, "above: 20"),
		},
		{
			name: "a signal over HTTPS with a secret", more: []string{"secretsmanager"}, hosts: []string{"api.example.com"},
			text: withSignal(base, `{http: {url: "https://api.example.com/rain", header: {X-Key: {secret: key}}}, value: rain, otherwise: false}`, "above: 20"),
		},
	} {
		c := parse(t, row.text)
		uses := endpoints.Of(c.Clusters, c.Signals, "eu-west-1")
		want := slices.Sorted(slices.Values(append(row.more, always...)))
		if diff := cmp.Diff(want, endpoints.Names(uses.Needed())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.name, diff)
		}
		if !slices.Equal(uses.Regions, row.regions) || !slices.Equal(uses.Hosts, row.hosts) {
			t.Errorf("%s: found the regions %v and the hosts %v", row.name, uses.Regions, uses.Hosts)
		}
	}
}

func withSignal(base, signal, when string) string {
	text := strings.Replace(base, "schedule: {default: on}", "schedule: {default: on, periods: [{name: p, profile: on, when: {signal: s, "+when+"}}]}", 1)
	return text + "signals:\n  s: " + signal + "\n"
}

func TestServiceNamesOfPartitions(t *testing.T) {
	t.Parallel()
	eks := endpoints.All()[1]
	for name, want := range map[string]bool{
		"com.amazonaws.eu-west-1.eks": true, "cn.com.amazonaws.eu-west-1.eks": true, "com.amazonaws.eu-west-1.eks-auth": false,
		"com.amazonaws.us-east-1.eks": false, "com.amazonaws.vpce.eu-west-1.eks": false,
	} {
		if eks.Is(name, "eu-west-1") != want {
			t.Errorf("%s is EKS: %t; want %t", name, !want, want)
		}
	}
}

// TestDocumentedEndpoints compares the table in docs/private.md.
func TestDocumentedEndpoints(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/private.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented, want []string
	for _, row := range regexp.MustCompile("(?m)^\\| `com\\.amazonaws\\.REGION\\.([a-z]+)` \\| (gateway|interface) \\| ([^|]+) \\|").FindAllStringSubmatch(string(text), -1) {
		documented = append(documented, strings.Join(row[1:], ", "))
	}
	for _, s := range endpoints.All() {
		kind := "interface"
		if s.Gateway {
			kind = "gateway"
		}
		want = append(want, strings.Join([]string{s.Name, kind, s.Purpose}, ", "))
	}
	if diff := cmp.Diff(want, documented); diff != "" {
		t.Errorf("(-list +documented):\n%s", diff)
	}
}
