package main

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/config"
	grants "eks-scaling-automation/shared/permissions"
)

// readSignals describes the function. It reads exactly the sources that the configuration names: a new one needs a deployment. Its
// timeout is enough to read 50 signals, 10 at a time, with 5 seconds for each.
func (m functionMaker) readSignals(t tables) function {
	environment := map[string]string{"CONFIG_TABLE": *t.config.TableName()}
	m.set.signalHosts.given().add(environment, "SIGNAL_HOSTS", m.set.signalHosts.text)
	return function{
		name: "read-signals", timeoutSeconds: 30, environment: environment,
		description: "Reads the signals that conditions of periods depend on.",
		allowed:     append([]permission{allow(*t.config.TableArn(), "dynamodb:GetItem")}, m.sources...),
	}
}

// onSources allows the actions on the sources of signals, one statement for each action. See docs/decisions/0058.
func onSources(stack awscdk.Stack, signals map[string]config.Signal) []permission {
	owned := func(service, resource string) string { return arn(stack, service, *stack.Region(), resource) }
	var alarms, parameters, calendars, secrets []string
	for _, name := range slices.Sorted(maps.Keys(signals)) {
		switch s := signals[name]; s.Source() {
		case config.FromAlarm:
			alarm := "*"
			if !s.Composite {
				alarm = owned("cloudwatch", "alarm:"+literally.Replace(s.Alarm))
			}
			alarms = append(alarms, alarm)
		case config.FromParameter:
			parameters = append(parameters, owned("ssm", "parameter/"+strings.TrimPrefix(s.Parameter, "/")))
		case config.FromCalendar:
			calendars = append(calendars, documentARN(stack, s.Calendar))
		case config.FromHTTP:
			for _, secret := range s.HTTP.Secrets() { // an ARN ends in six characters that Secrets Manager chooses
				secrets = append(secrets, owned("secretsmanager", "secret:"+secret+"-??????"))
			}
		}
	}
	if slices.Contains(alarms, "*") { // it includes the others
		alarms = []string{"*"}
	}
	var allowed []permission
	for _, each := range []permission{
		{actions: []string{"cloudwatch:DescribeAlarms"}, resources: alarms},
		{actions: []string{"ssm:GetParameter"}, resources: parameters},
		{actions: []string{"ssm:GetCalendarState"}, resources: calendars},
		{actions: []string{"secretsmanager:GetSecretValue"}, resources: secrets},
	} {
		if slices.Sort(each.resources); len(each.resources) > 0 {
			each.resources = slices.Compact(each.resources)
			allowed = append(allowed, each)
		}
	}
	return allowed
}

// allAlarms is the value of SignalAlarms that lets the function read every alarm.
const allAlarms = "all"

// newSources returns the permissions on the sources of signals. The configuration names the sources. In the
// released template, parameters do. A parameter is one pattern, as CloudFormation makes no ARN of each element of a list.
func newSources(p *parameters, o options) []permission {
	if !p.release || o.grant.Mode == grants.Configured {
		return onSources(p.stack, o.config.Signals)
	}
	owned := func(service, resource string) string { return arn(p.stack, service, *p.stack.Region(), resource) }
	alarms := p.setting("none", parameter{
		name: "SignalAlarms", group: groupRuns, label: "Alarms as signals", allowed: []string{"none", allAlarms},
		description: "Whether alarms of CloudWatch may be read as signals: none or all.",
	})
	awscdk.Validations_Of(p.stack).Acknowledge(&awscdk.Acknowledgment{
		Id: jsii.String("CloudFormation-Validate::W2509"), Reason: jsii.String("SignalSecrets has the names of secrets, and none of their values."),
	})
	allowed := alarms.is(allAlarms).permits(allow("*", "cloudwatch:DescribeAlarms"))
	for _, source := range []struct {
		name, label, what     string
		action, service, path string
	}{
		{"SignalParameters", "Parameters as signals", "parameters of Systems Manager", "ssm:GetParameter", "ssm", "parameter/%s"},
		{"SignalCalendars", "Calendars as signals", "change calendars", "ssm:GetCalendarState", "ssm", "document/%s"},
		{"SignalSecrets", "Secrets of signals", "secrets for the hosts of signals", "secretsmanager:GetSecretValue", "secretsmanager", "secret:%s-??????"},
	} {
		pattern := p.setting("", parameter{
			name: source.name, group: groupRuns, label: source.label, maxLength: 512,
			description: "The " + source.what + " that may be read: a name, or a pattern with * such as scaling/*. Empty: none.",
			pattern:     `^$|^[A-Za-z0-9_.*+=@-][A-Za-z0-9_.*+=@/-]*$`,
			constraint:  "must be a name or a pattern with *, without a slash at its start",
		})
		allowed = append(allowed, pattern.given().permits(allow(owned(source.service, fmt.Sprintf(source.path, pattern.text)), source.action))...)
	}
	return allowed
}

// literally keeps the wildcards of policies out of a name.
var literally = strings.NewReplacer("*", "${*}", "?", "${?}", "$", "${$}")

// documentARN returns the ARN of a change calendar, given by its name or ARN. Another account can share one.
func documentARN(stack awscdk.Stack, calendar string) string {
	if strings.HasPrefix(calendar, "arn:") {
		return calendar
	}
	return arn(stack, "ssm", *stack.Region(), "document/"+calendar)
}

// signalHosts reads the hosts that signals may be read from.
func (r *contextReader) signalHosts(key string) []string {
	hosts := []string{}
	for _, host := range r.list(key) {
		_, address := netip.ParseAddr(strings.Trim(host, "[]"))
		switch {
		case address == nil:
			r.fail(key, "%q is an IP address: use a host name such as api.example.com", host)
		case !config.IsHostName(host):
			r.fail(key, "invalid host name %q: use one in lower case such as api.example.com, without scheme, port, path or wildcard", host)
		case slices.Contains(hosts, host):
			r.fail(key, "duplicate host name %q", host)
		default:
			hosts = append(hosts, host)
		}
	}
	slices.Sort(hosts)
	return hosts
}

// checkSignals refuses signals that the function could never read. They would end as their otherwise, and nobody would notice.
func (r *contextReader) checkSignals(key string, hosts []string, signals map[string]config.Signal) {
	for _, name := range config.UnlistedHosts(signals, hosts) {
		host := signals[name].HTTP.Host()
		r.fail(key, "%s is not listed, but signals.%s of the configuration reads from it: add it, as in -c %s=%s",
			host, name, key, strings.Join(append(slices.Clone(hosts), host), ","))
	}
}
