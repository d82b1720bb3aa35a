package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"

	"eks-scaling-automation/cdk/recurrence"
	"eks-scaling-automation/shared/deployment"
)

// goodContext is a context without anything wrong in it.
func goodContext() map[string]any {
	return map[string]any{functionsDirKey: builtFunctions}
}

// minimal is a configuration without anything wrong in it.
const minimal = `
timezone: UTC
clusters:
  - name: a
    region: eu-west-1
    nodegroups: {web: {minSize: 0, maxSize: 3}}
    profiles: {on: {web: 1}, off: {web: 0}}
    schedule: {default: on}
`

func TestContextDefaults(t *testing.T) {
	o, err := readOptions(goodContext())
	if err != nil {
		t.Fatal(err)
	}
	if o.reconcile != "cron(23 * ? * * *)" || o.logRetention != awslogs.RetentionDays_ONE_MONTH || o.auditRetentionDays != 400 {
		t.Errorf("found %+v", o)
	}
	if len(o.alertEmails) != 0 || len(o.config.Clusters) != 1 {
		t.Errorf("found %v and %d clusters", o.alertEmails, len(o.config.Clusters))
	}
	if defaultFunctionsDir != "build/functions" || defaultConfig != "examples/sao-paulo.yaml" {
		t.Errorf("found %s and %s", defaultFunctionsDir, defaultConfig)
	}
}

// TestValuesOfTheContext may be as in cdk.json, or a text from the command line.
func TestValuesOfTheContext(t *testing.T) {
	for _, test := range []struct {
		key   string
		value any
		want  func(options) bool
	}{
		{alertEmailsKey, "a@b.com, c@d.com", func(o options) bool { return slices.Equal(o.alertEmails, []string{"a@b.com", "c@d.com"}) }},
		{alertEmailsKey, []any{"a@example.com"}, func(o options) bool { return slices.Equal(o.alertEmails, []string{"a@example.com"}) }},
		{alertEmailsKey, "", func(o options) bool { return len(o.alertEmails) == 0 }},
		{alertEmailsKey, []any{}, func(o options) bool { return len(o.alertEmails) == 0 }},
		{signalHostsKey, "b.example.com, api.example.com", func(o options) bool { return slices.Equal(o.signalHosts, []string{"api.example.com", "b.example.com"}) }},
		{signalHostsKey, []any{"xn--bcher-kva.example"}, func(o options) bool { return slices.Equal(o.signalHosts, []string{"xn--bcher-kva.example"}) }},
		{signalHostsKey, "", func(o options) bool { return len(o.signalHosts) == 0 }},
		{regionKey, "own", func(o options) bool { return o.ownRegion }},
		{regionKey, "all", func(o options) bool { return !o.ownRegion }},
		{logRetentionKey, 365, func(o options) bool { return o.logRetention == awslogs.RetentionDays_ONE_YEAR }},
		{logRetentionKey, "14", func(o options) bool { return o.logRetention == awslogs.RetentionDays_TWO_WEEKS }},
		{reconcileKey, "cron(5,35 8-18 ? * MON-FRI *)", func(o options) bool {
			return o.reconcileSilence == recurrence.Silence{Period: 24 * time.Hour, Periods: 6}
		}},
	} {
		context := goodContext()
		context[test.key] = test.value
		if o, err := readOptions(context); err != nil || !test.want(o) {
			t.Errorf("%s %v: found %+v, %v", test.key, test.value, o, err)
		}
	}
}

func TestContextKeysOfTheCDKAreAccepted(t *testing.T) {
	context := toolContext(t)
	maps.Copy(context, goodContext())
	maps.Copy(context, map[string]any{"aws:cdk:enable-path-metadata": true, "acknowledged-issue-numbers": []any{1.0}})
	if _, err := readOptions(context); err != nil {
		t.Error(err)
	}
}

// TestCalendarFilesAreNotRead: the file of this calendar does not exist.
func TestCalendarFilesAreNotRead(t *testing.T) {
	context := goodContext()
	context[configKey] = configFile(t, `
timezone: UTC
calendars: {holidays: {ics: nowhere.ics}}
clusters:
  - name: a
    region: eu-west-1
    nodegroups: {web: {minSize: 0, maxSize: 3}}
    profiles: {on: {web: 1}, off: {web: 0}}
    schedule:
      default: on
      periods: [{name: holiday, profile: off, calendars: {only: [holidays]}}]
`)
	o, err := readOptions(context)
	if err != nil {
		t.Fatal(err)
	}
	if len(o.config.Clusters) != 1 || len(o.config.Clusters[0].Nodegroups) != 1 {
		t.Errorf("found %+v; want the cluster with its node group, for the permissions", o.config.Clusters)
	}
}

func TestContextErrors(t *testing.T) {
	for _, test := range []struct {
		name  string
		key   string
		value any
		want  []string // what the error must say
	}{
		{"no such file", configKey, "nowhere.yaml", []string{`cannot read "nowhere.yaml": no such file`, "examples/sao-paulo.yaml"}},
		{"config is a directory", configKey, ".", []string{`cannot read ".": is a directory`}},
		{"config is empty", configKey, "", []string{"must be a string that is not empty, such as ", `not ""`}},
		{"config is not a text", configKey, 7, []string{"must be a string that is not empty, such as ", "not 7"}},
		{
			"invalid configuration", configKey,
			configFile(t, strings.Replace(minimal, "default: on", "default: up", 1)),
			[]string{"config.yaml", `clusters[0].schedule.default: unknown profile "up"; known: off, on`},
		},
		{
			"unknown zone", configKey, configFile(t, strings.Replace(minimal, "UTC", "Mars/Olympus", 1)),
			[]string{`timezone: invalid time zone "Mars/Olympus": use an IANA name`},
		},
		{
			"all problems of a configuration", configKey, configFile(t, "timezone: Mars/Olympus\nclusters: []\n"),
			[]string{"\n  timezone: ", "\n  clusters: "},
		},
		{"not an address", alertEmailsKey, "ops@example.com,ops", []string{`invalid e-mail address "ops"`}},
		{"an address with a name", alertEmailsKey, "Ops <ops@example.com>", []string{`invalid e-mail address "Ops <ops@example.com>"`}},
		{"an address twice", alertEmailsKey, "a@example.com,a@example.com", []string{`duplicate e-mail address "a@example.com"`}},
		{"addresses of the wrong kind", alertEmailsKey, 7, []string{"must be a list of strings, or a string with commas, not 7"}},
		{"once", reconcileKey, "at(2026-11-23T00:00:00)", []string{`invalid expression "at(2026-11-23T00:00:00)"`, "rate(1 hour)", "cron(23 * ? * * *)"}},
		{"a crontab line", reconcileKey, "23 * * * *", []string{"use a rate, such as rate(1 hour), or a cron"}},
		{"too seldom for an alarm", reconcileKey, "rate(4 days)", []string{"run at least every 84 hours"}},
		{"five fields", reconcileKey, "cron(23 * * * *)", []string{"use six fields (minutes, hours, day of month, month, day of week, year), not 5"}},
		{"a period that CloudWatch does not have", logRetentionKey, "31", []string{`invalid number of days "31": CloudWatch Logs allows 1, 3, 5, 7, 14, 30, 60`}},
		{"for ever", logRetentionKey, "forever", []string{`invalid number of days "forever"`, "3653"}},
		{"a fraction", logRetentionKey, 30.5, []string{"invalid number of days 30.5"}},
		{"no audit trail", auditRetentionKey, "0", []string{`must be a whole number of days from 1 to 3650, such as 400, not "0"`}},
		{"an audit trail for a year", auditRetentionKey, "1y", []string{`must be a whole number of days`, `not "1y"`}},
		{"a host with a scheme", signalHostsKey, "https://api.example.com", []string{`invalid host name "https://api.example.com"`, "such as api.example.com"}},
		{"a host with a path", signalHostsKey, "api.example.com/forecast", []string{`invalid host name "api.example.com/forecast"`}},
		{"a host with a port", signalHostsKey, "api.example.com:8443", []string{`invalid host name "api.example.com:8443"`}},
		{"a host with a wildcard", signalHostsKey, "*.example.com", []string{`invalid host name "*.example.com"`}},
		{"a host in upper case", signalHostsKey, "API.example.com", []string{`invalid host name "API.example.com"`}},
		{"a host with one label", signalHostsKey, "localhost", []string{`invalid host name "localhost"`}},
		{"a host with a dot at its end", signalHostsKey, "api.example.com.", []string{`invalid host name "api.example.com."`}},
		{"an empty host", signalHostsKey, "api.example.com,", []string{`invalid host name ""`}},
		{"an IP address", signalHostsKey, "169.254.169.254", []string{`"169.254.169.254" is an IP address: use a host name`}},
		{"a part of an IP address", signalHostsKey, "10.1", []string{`invalid host name "10.1"`}},
		{"an IPv6 address", signalHostsKey, "[fd00::1]", []string{`"[fd00::1]" is an IP address`}},
		{"a host twice", signalHostsKey, "a.example.com,a.example.com", []string{`duplicate host name "a.example.com"`}},
		{"hosts of the wrong kind", signalHostsKey, 7, []string{"must be a list of strings, or a string with commas, not 7"}},
		{"a region's name", regionKey, "sa-east-1", []string{`must be all (clusters of all regions) or own (clusters of the stack's region only), not "sa-east-1"`}},
		{"no region", regionKey, "", []string{`must be all`, `not ""`}},
		{"another template", templateKey, "json", []string{`must be release, the template with parameters, not "json"`}},
		{"another architecture", architectureKey, "arm", []string{`must be arm64 or x86_64, not "arm"`}},
		{"a version with a space", versionKey, "v1 beta", []string{`invalid version "v1 beta": use one such as v1.2.3`}},
		{"permissions of no kind", permissionsKey, "some", []string{`must be configured (the node groups of the configuration), tag:KEY=VALUE`, `not "some"`}},
		{"a tag without a value", permissionsKey, "tag:team", []string{`not "tag:team"`}},
		{"a region of clusters for exact permissions", clustersRegionKey, "eu-west-1", []string{"has no effect", "remove it, or add -c permissions=all"}},
		{"nothing built", functionsDirKey, "nowhere", []string{"nowhere/audit.zip not found: build the functions with make build"}},
		{
			"a misspelt key", "alertEmail", "ops@example.com",
			[]string{"unknown key; known: alertEmails, alertKey, architecture, auditRetentionDays, clustersRegion, config, "},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			context := goodContext()
			context[test.key] = test.value
			_, err := readOptions(context)
			if err == nil {
				t.Fatal("found no error")
			}
			if !strings.HasPrefix(err.Error(), "context "+test.key+": ") {
				t.Errorf("found %q; want it to start with the key, %s", err, test.key)
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("found %q; want %q in it", err, part)
				}
			}
		})
	}
}

// withSignals is a configuration with a signal of each kind, and two that share a secret.
var withSignals = strings.Replace(minimal, "schedule: {default: on}\n", `schedule:
      default: on
      periods:
        - {name: rain, profile: on, when: {signal: rain, above: 20}}
        - {name: wind, profile: on, when: {signal: wind, above: 20}}
        - {name: queue, profile: on, when: {signal: queue, is: ALARM}}
        - {name: event, profile: on, when: {signal: event, is: launch}}
        - {name: freeze, profile: on, when: {signal: freeze, is: CLOSED}}
        - {name: shared, profile: on, when: {signal: shared, is: CLOSED}}
signals:
  rain: {http: {url: "https://api.example.com/forecast?lat=-23.5", header: {X-Api-Key: {secret: weather-key}}}, value: rain, otherwise: false}
  wind: {http: {url: "https://API.example.com/wind", header: {X-Api-Key: {secret: weather-key}, Accept: application/json}}, value: wind, otherwise: false}
  queue: {alarm: ingest-backlog, otherwise: false}
  load: {alarm: "is 5*2 > 9?", otherwise: false}
  event: {parameter: /scaling/event, otherwise: false}
  freeze: {calendar: freeze, otherwise: true}
  shared: {calendar: "arn:aws:ssm:eu-west-1:210987654321:document/freeze", otherwise: true}
`, 1)

// TestEachHostOfTheConfigurationMustBeListed because the function would never read from another one.
func TestEachHostOfTheConfigurationMustBeListed(t *testing.T) {
	context := goodContext()
	context[configKey], context[signalHostsKey] = configFile(t, withSignals), "other.example.com"
	_, err := readOptions(context)
	for _, want := range []string{
		"context signalHosts: api.example.com is not listed, but signals.rain of the configuration reads from it: " +
			"add it, as in -c signalHosts=other.example.com,api.example.com",
		"signals.wind",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("found %v; want %q in it", err, want)
		}
	}
	context[signalHostsKey] = "other.example.com,api.example.com"
	if _, err := readOptions(context); err != nil {
		t.Error(err)
	}
}

// TestDefaultsOfTheReleasedTemplate must be values that its parameters allow.
func TestDefaultsOfTheReleasedTemplate(t *testing.T) {
	context := goodContext()
	context[templateKey], context[alertEmailsKey], context[reconcileKey] = released, "a@example.com,b@example.com", "rate(1 hour)"
	_, err := readOptions(context)
	for _, want := range []string{
		"context alertEmails: the released template has one address",
		`context reconcile: invalid default "rate(1 hour)" of the released template: use one such as cron(8/15 * ? * * *)`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("found %v; want %q in it", err, want)
		}
	}
}

func TestContextErrorsComeTogether(t *testing.T) {
	_, err := readOptions(map[string]any{configKey: "nowhere.yaml", functionsDirKey: "nowhere", "typo": "x", reconcileKey: "daily"})
	if err == nil {
		t.Fatal("found no error")
	}
	for _, key := range []string{configKey, functionsDirKey, "typo", reconcileKey} {
		if !strings.Contains(err.Error(), "context "+key+": ") {
			t.Errorf("found nothing about %s in:\n%v", key, err)
		}
	}
	if _, err := newApp(environment{outdir: t.TempDir(), context: map[string]any{configKey: "nowhere.yaml"}}); err == nil {
		t.Error("an app was made from a wrong context")
	}
}

// TestOneMissingFunctionIsEnough: a build that was stopped halfway must not be deployed.
func TestOneMissingFunctionIsEnough(t *testing.T) {
	if len(deployment.Functions()) < 2 {
		t.Fatal("there is only one function")
	}
	context := goodContext()
	context[functionsDirKey] = t.TempDir()
	if _, err := readOptions(context); err == nil || strings.Count(err.Error(), "make build") != 1 {
		t.Errorf("found %v; want one error that says make build", err)
	}
}
