package checks_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
)

// now is a Monday at noon.
var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// deployed is the stack of these tests.
var deployed = deployment.Stack{
	Name: "EksScaling", Status: "UPDATE_COMPLETE", Partition: "aws", Region: "sa-east-1", Account: "123456789012",
	ConfigTable: "eks-scaling-config", LogsTable: "eks-scaling-logs",
	StateMachineARN: "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling",
	AlertTopicARN:   "arn:aws:sns:sa-east-1:123456789012:eks-scaling-alerts", ChatTopicARN: "arn:aws:sns:sa-east-1:123456789012:eks-scaling-chat", EventBusARN: "arn:aws:events:sa-east-1:123456789012:event-bus/default",
	ReconcileGroup: "eks-scaling", TriggersGroup: "eks-scaling-triggers", Reconcile: "cron(23 * ? * * *)",
	SchedulerRoleARN: "arn:aws:iam::123456789012:role/scheduler",
	DeadLetterURL:    "https://sqs/undelivered", DeadLetterARN: "arn:aws:sqs:sa-east-1:123456789012:eks-scaling-undelivered",
}

// reference is the unit of the reference configuration.
func reference(t *testing.T) config.Unit {
	t.Helper()
	return referenceCluster(t).Units()[0]
}

// referenceCluster is the cluster of the reference configuration.
func referenceCluster(t *testing.T) config.Cluster {
	t.Helper()
	text, err := os.ReadFile("../../../../../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	return parsed(t, document["clusters"].([]any)[0], "America/Sao_Paulo")
}

func cluster(t *testing.T, spec any, zone string) config.Unit {
	t.Helper()
	return parsed(t, spec, zone).Units()[0]
}

func parsed(t *testing.T, spec any, zone string) config.Cluster {
	t.Helper()
	text, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.ParseCluster(text, config.Settings{Timezone: zone}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// denied is a look that was not allowed.
var denied = &health.Unread{Why: "not checked: access denied", Remedy: "ask for the permission"}

// row is a fact with the expected check: its name, its outcome, and parts of its text.
type row struct {
	rule    string
	checks  []checks.Check
	name    string
	outcome checks.Outcome
	says    string
	remedy  string
}

func judged(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.rule, func(t *testing.T) {
			t.Parallel()
			found := 0
			for _, c := range r.checks {
				if c.Outcome != checks.OK && c.Remedy == "" {
					t.Errorf("%+v has no remedy", c)
				}
				if c.Name != r.name {
					continue
				}
				found++
				if c.Outcome != r.outcome || !strings.Contains(c.Found, r.says) || !strings.Contains(c.Remedy, r.remedy) || (r.remedy == "") != (c.Remedy == "") {
					t.Errorf("found %+v; want %s, %q, %q", c, r.outcome, r.says, r.remedy)
				}
			}
			if found != 1 {
				t.Errorf("found %d checks called %q in %+v; want one", found, r.name, r.checks)
			}
		})
	}
}

func TestAccess(t *testing.T) {
	t.Parallel()
	access := func(account string, ahead time.Duration) []checks.Check {
		return checks.Access(health.Known(checks.Identity{ARN: "arn:aws:iam::" + account + ":user/ana", Account: account}), "123456789012", health.Known(ahead))
	}
	unread := checks.Access(health.NotRead[checks.Identity](denied), "123456789012", health.NotRead[time.Duration](denied))
	judged(t, []row{
		{"who it is", access("123456789012", 0), "credentials", checks.OK, "user/ana", ""},
		{"who it is cannot be said", unread, "credentials", checks.Unknown, "denied", "permission"},
		{"the account of the stack", access("123456789012", 0), "account", checks.OK, "123456789012", ""},
		{"another account", access("999999999999", 0), "account", checks.Failed, "belong to account 999999999999, but the stack is in 123456789012", "--profile"},
		{"the account is not known", unread, "account", checks.Unknown, "not checked, because the credentials are unknown", "fix that first"},
		{"five seconds are nothing", access("123456789012", -5*time.Second), "clock", checks.OK, "in sync with AWS", ""},
		{"six seconds", access("123456789012", 6*time.Second), "clock", checks.Warning, "6s ahead of", "timedatectl"},
		{"five minutes", access("123456789012", -5*time.Minute), "clock", checks.Warning, "5m behind", "timedatectl"},
		{"more than that", access("123456789012", 5*time.Minute+time.Second), "clock", checks.Failed, "AWS rejects requests", "timedatectl"},
	})
}

func TestAlerts(t *testing.T) {
	t.Parallel()
	var every health.Alarms
	for _, name := range deployment.AlarmNames() {
		every = append(every, health.Alarm{Name: name, State: "ALARM"})
	}
	silent := health.Alarms{{Name: every[0].Name, ActionsDisabled: true}}
	mail := func(confirmed ...bool) []checks.Check {
		var all []checks.Subscription
		for _, c := range confirmed {
			all = append(all, checks.Subscription{Protocol: "email", Endpoint: "ana@example.com", Confirmed: c})
		}
		return checks.Alerts(deployed, health.Known(all), health.Known(0), health.Known(every))
	}
	queue := func(undelivered health.Fact[int]) []checks.Check {
		return checks.Alerts(deployed, health.Missing[[]checks.Subscription](), undelivered, health.Known(every))
	}
	alarms := func(found health.Fact[health.Alarms]) []checks.Check {
		return checks.Alerts(deployed, health.Known([]checks.Subscription(nil)), health.Known(0), found)
	}
	judged(t, []row{
		{"somebody hears", mail(false, true), "subscriptions", checks.OK, "1 confirmed: email ana@example.com", ""},
		{"somebody has not confirmed", mail(false), "subscriptions", checks.Warning, "not confirmed yet: email ana@example.com", "follow the link"},
		{"nobody", mail(), "subscriptions", checks.Warning, "no one is subscribed", "aws sns subscribe --topic-arn " + deployed.AlertTopicARN},
		{"no topic", queue(health.Known(0)), "subscriptions", checks.Failed, "no topic", "make deploy"},
		{"nothing undelivered", queue(health.Known(0)), "dead-letter queue", checks.OK, "empty", ""},
		{"a message", queue(health.Known(1)), "dead-letter queue", checks.Warning, "1 message about", "receive-message --queue-url " + deployed.DeadLetterURL},
		{"messages", queue(health.Known(3)), "dead-letter queue", checks.Warning, "3 messages about", "purge-queue"},
		{"no queue", queue(health.Missing[int]()), "dead-letter queue", checks.Failed, "no queue", "make deploy"},
		{"all alarms, raised or not", queue(health.Known(0)), "alarms", checks.OK, "1 alarm, notifies the topic", ""},
		{"others beside them", alarms(health.Known(append(every, health.Alarm{Name: "own"}))), "alarms", checks.OK, "1 alarm, notifies the topic", ""},
		{"no alarms", alarms(health.Known[health.Alarms](nil)), "alarms", checks.Warning, "missing alarms: eks-scaling-reconcile-missing", "with every -c of the last deployment"},
		{
			"an alarm notifies no one", alarms(health.Known(silent)), "alarms", checks.Warning, "disabled actions: eks-scaling-reconcile-missing",
			"aws cloudwatch enable-alarm-actions --region sa-east-1 --alarm-names eks-scaling-reconcile-missing",
		},
		{"alarms are unreadable", alarms(health.NotRead[health.Alarms](denied)), "alarms", checks.Unknown, "denied", "permission"},
	})
}
