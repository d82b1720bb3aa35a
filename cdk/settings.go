package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/cdk/recurrence"
	"eks-scaling-automation/shared/deployment"
)

// settings are the options that the constructs use: values from the context, or the parameters of the released template.
type settings struct {
	regionScope    setting
	auditRetention setting
	signalHosts    setting
	alertEmails    []setting
	logRetention   retention
	reconcile      reconcile
}

// retention tells how long logs are kept.
type retention struct {
	days setting
	enum awslogs.RetentionDays // the CDK's name of the days, or of the parameter's default
}

// override makes a log group use the parameter.
func (r retention) override(logs awslogs.LogGroup) {
	if r.days.parameter != nil {
		logs.Node().DefaultChild().(awscdk.CfnResource).AddPropertyOverride(jsii.String("RetentionInDays"), r.days.text)
	}
}

// reconcile tells when reconcile runs start, and how long the alarm waits for one.
type reconcile struct {
	expression      string
	silence         recurrence.Silence // known, or of the parameter's default
	period, periods string             // references to the silence of the parameter's value; empty: known
}

// newSettings makes the settings of the frame. Each other part of the stack makes its own.
func newSettings(p *parameters, o options) settings {
	return settings{
		regionScope: p.setting(scopeName(o.ownRegion), parameter{
			name: "RegionScope", group: groupClusters, label: "Scope of the stack", allowed: []string{allRegions, deployment.OwnRegion},
			description: "The clusters of the configuration that this stack scales: all, or own for those of its own region only.",
		}),
		reconcile: newReconcile(p, o),
		signalHosts: p.setting(strings.Join(o.signalHosts, ","), parameter{
			name: "SignalHosts", group: groupRuns, label: "Hosts of signals", maxLength: 120,
			description: "The hosts from which signals may be read, with commas, such as api.example.com. Empty: none.",
			pattern:     `^$|^[a-z0-9-]+(\.[a-z0-9-]+)+(,[a-z0-9-]+(\.[a-z0-9-]+)+)*$`,
			constraint:  "must be host names in lower case with commas, such as api.example.com, without scheme, port or path",
		}),
		alertEmails: newEmails(p, o),
		logRetention: retention{
			enum: o.logRetention,
			days: p.setting(strconv.Itoa(daysOf(o.logRetention)), parameter{
				name: "LogRetentionDays", group: groupRecords, label: "Days of logs", allowed: retentionPeriods(),
				description: "Days for which CloudWatch Logs keeps the logs of the functions and of the state machine.",
			}),
		},
		auditRetention: p.setting(strconv.Itoa(o.auditRetentionDays), parameter{
			name: "AuditRetentionDays", group: groupRecords, label: "Days of records", low: 1, high: maxAuditRetention,
			description: "Days for which the audit trail keeps runs and changes.",
			constraint:  "must be a whole number of days from 1 to " + strconv.Itoa(maxAuditRetention),
		}),
	}
}

func scopeName(own bool) string {
	if own {
		return deployment.OwnRegion
	}
	return allRegions
}

// newEmails returns the addresses that receive alerts. The released template has one; more are subscribed to the topic.
func newEmails(p *parameters, o options) []setting {
	if !p.release {
		var emails []setting
		for _, address := range o.alertEmails {
			emails = append(emails, setting{text: address})
		}
		return emails
	}
	return []setting{p.setting(strings.Join(o.alertEmails, ""), parameter{
		name: "AlertEmail", group: groupAlerts, label: "E-mail address for alerts", maxLength: 254,
		description: "Receives the alerts after a confirmation. Empty: nobody; subscribe to the topic in the output AlertTopicArn.",
		pattern:     `^$|^[^\s@,]+@[^\s@,]+\.[^\s@,]+$`,
		constraint:  "must be one e-mail address, such as ops@example.com, or empty",
	})}
}

// daysOf returns the number of days of a period.
func daysOf(period awslogs.RetentionDays) int {
	for days, name := range logRetentions {
		if name == period {
			return days
		}
	}
	return 0
}

// retentionPeriods lists the numbers of days that CloudWatch Logs allows.
func retentionPeriods() []string {
	var periods []string
	for _, days := range slices.Sorted(maps.Keys(logRetentions)) {
		periods = append(periods, strconv.Itoa(days))
	}
	return periods
}

// reconcileChoice is one value of the parameter Reconcile. CloudFormation cannot compute the silence that the alarm tolerates, so the
// template has a table.
type reconcileChoice struct{ name, expression string }

// reconcileChoices lists the values, at minutes that are no transitions: see [recurrence.Default].
func reconcileChoices() []reconcileChoice {
	return []reconcileChoice{
		{"every-15-minutes", "cron(8/15 * ? * * *)"},
		{"every-30-minutes", "cron(23/30 * ? * * *)"},
		{"hourly", recurrence.Default},
		{"every-2-hours", "cron(23 0/2 ? * * *)"},
		{"every-6-hours", "cron(23 0/6 ? * * *)"},
		{"daily", "cron(23 3 ? * * *)"},
	}
}

// reconcileName returns the parameter's value for an expression; empty if it has none.
func reconcileName(expression string) string {
	for _, c := range reconcileChoices() {
		if c.expression == expression {
			return c.name
		}
	}
	return ""
}

// override makes the alarm look up its silence when the template is deployed.
func (r reconcile) override(alarm awscloudwatch.Alarm) {
	if r.period == "" {
		return
	}
	resource := alarm.Node().DefaultChild().(awscdk.CfnResource)
	resource.AddPropertyOverride(jsii.String("Period"), r.period)
	resource.AddPropertyOverride(jsii.String("EvaluationPeriods"), r.periods)
}

func newReconcile(p *parameters, o options) reconcile {
	if !p.release {
		return reconcile{expression: o.reconcile, silence: o.reconcileSilence}
	}
	const expression, period, periods = "Expression", "Period", "Periods"
	var names []string
	table := map[string]*map[string]any{}
	for _, c := range reconcileChoices() {
		silence, err := recurrence.SilenceOf(c.expression)
		if err != nil {
			panic(err) // the expressions above are constants, and a test reads them all
		}
		names = append(names, c.name)
		table[c.name] = &map[string]any{
			expression: c.expression, period: strconv.Itoa(int(silence.Period.Seconds())), periods: strconv.Itoa(silence.Periods),
		}
	}
	chosen := p.setting(reconcileName(o.reconcile), parameter{
		name: "Reconcile", group: groupRuns, label: "Reconcile runs", allowed: names,
		description: "How often a run corrects what triggers missed. An alarm fires when two of them are missing.",
	})
	mapping := awscdk.NewCfnMapping(p.stack, jsii.String("ReconcileChoices"), &awscdk.CfnMappingProps{Mapping: &table})
	find := func(key string) string { return *mapping.FindInMap(&chosen.text, &key, nil) }
	return reconcile{expression: find(expression), silence: o.reconcileSilence, period: find(period), periods: find(periods)}
}
