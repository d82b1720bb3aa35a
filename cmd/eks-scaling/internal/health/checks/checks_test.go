package checks_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/triggers"
	"eks-scaling-automation/statemachine"
)

// now is a Monday at noon.
var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// deployed is the stack of these tests.
var deployed = deployment.Stack{
	Name: "EksScaling", Status: "UPDATE_COMPLETE", Partition: "aws", Region: "sa-east-1", Account: "123456789012",
	ConfigTable: "eks-scaling-config", LogsTable: "eks-scaling-logs",
	StateMachineARN: "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling",
	AlertTopicARN:   "arn:aws:sns:sa-east-1:123456789012:eks-scaling-alerts",
	ReconcileGroup:  "eks-scaling", BoundariesGroup: "eks-scaling-boundaries", Reconcile: "cron(23 * ? * * *)",
	SchedulerRoleARN: "arn:aws:iam::123456789012:role/scheduler",
	DeadLetterURL:    "https://sqs/undelivered", DeadLetterARN: "arn:aws:sqs:sa-east-1:123456789012:eks-scaling-undelivered",
}

// reference is the cluster of the reference configuration.
func reference(t *testing.T) config.Cluster {
	t.Helper()
	text, err := os.ReadFile("../../../../../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	return cluster(t, document["clusters"].([]any)[0], "America/Sao_Paulo")
}

func cluster(t *testing.T, spec any, zone string) config.Cluster {
	t.Helper()
	text, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.ParseCluster(text, zone, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// denied is a look that was not allowed.
var denied = &health.Unread{Why: "not checked: AWS does not allow it", Remedy: "ask for the permission"}

// row is a fact that gives one check of a name that is as wanted: its outcome, and parts of what it says.
type row struct {
	rule    string
	checks  []checks.Check
	name    string
	outcome checks.Outcome
	says    string
	remedy  string
}

// judged checks each row.
func judged(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.rule, func(t *testing.T) {
			t.Parallel()
			found := 0
			for _, c := range r.checks {
				if c.Outcome != checks.OK && c.Remedy == "" {
					t.Errorf("%+v says not what mends it", c)
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
		{"who it is cannot be said", unread, "credentials", checks.Unknown, "does not allow", "permission"},
		{"the account of the stack", access("123456789012", 0), "account", checks.OK, "123456789012", ""},
		{"another account", access("999999999999", 0), "account", checks.Failed, "are of account 999999999999, and the stack is in 123456789012", "--profile"},
		{"the account is not known", unread, "account", checks.Unknown, "not checked, because it is not known whose", "mend that first"},
		{"five seconds are nothing", access("123456789012", -5*time.Second), "clock", checks.OK, "agrees", ""},
		{"six seconds", access("123456789012", 6*time.Second), "clock", checks.Warning, "6s ahead of", "timedatectl"},
		{"five minutes", access("123456789012", -5*time.Minute), "clock", checks.Warning, "5m behind", "timedatectl"},
		{"more than that", access("123456789012", 5*time.Minute+time.Second), "clock", checks.Failed, "refuses signatures", "timedatectl"},
	})
}

// resources are those of a whole stack.
func resources() []checks.Resource {
	all := []checks.Resource{{LogicalID: "AlertTopic2720D535", PhysicalID: "t", Type: "AWS::SNS::Topic", Status: "CREATE_COMPLETE"}}
	for _, name := range deployment.Functions() {
		all = append(all, checks.Resource{LogicalID: name, PhysicalID: "eks-scaling-" + name, Type: "AWS::Lambda::Function", Status: "UPDATE_COMPLETE"})
	}
	return all
}

func TestStack(t *testing.T) {
	t.Parallel()
	of := func(status string, resources []checks.Resource) []checks.Check {
		s := deployed
		s.Status = status
		return checks.Stack(s, health.Known(resources))
	}
	broken := resources()
	broken[0].Status = "UPDATE_FAILED"
	judged(t, []row{
		{"created", of("CREATE_COMPLETE", resources()), "deployment", checks.OK, "CREATE_COMPLETE", ""},
		{"updated", of("UPDATE_COMPLETE", resources()), "deployment", checks.OK, "UPDATE_COMPLETE", ""},
		{"an update that was taken back", of("UPDATE_ROLLBACK_COMPLETE", nil), "deployment", checks.Warning, "what was there before it", "describe-stack-events --stack-name EksScaling"},
		{"a creation that was taken back", of("ROLLBACK_COMPLETE", nil), "deployment", checks.Failed, "ROLLBACK_COMPLETE", "make deploy"},
		{"under way", of("UPDATE_IN_PROGRESS", nil), "deployment", checks.Warning, "under way", "wait"},
		{"failed", of("UPDATE_ROLLBACK_FAILED", nil), "deployment", checks.Failed, "UPDATE_ROLLBACK_FAILED", "make deploy"},
		{"every function", of("CREATE_COMPLETE", resources()), "functions", checks.OK, "all 7", ""},
		{"a function is missing", of("CREATE_COMPLETE", resources()[:7]), "functions", checks.Failed, "no function wait-for-nodegroup-active", "make deploy"},
		{"every resource", of("CREATE_COMPLETE", resources()), "resources", checks.OK, "all 8", ""},
		{"a resource that failed", of("CREATE_COMPLETE", broken), "resources", checks.Failed, "AlertTopic2720D535 (AWS::SNS::Topic) is UPDATE_FAILED", "describe-stack-resources"},
		{"not to be listed", checks.Stack(deployed, health.NotRead[[]checks.Resource](denied)), "functions", checks.Unknown, "allow", "permission"},
	})
}

func TestTables(t *testing.T) {
	t.Parallel()
	config := func() checks.StoredTable {
		return checks.StoredTable{
			Table: health.Known(checks.Table{Status: "ACTIVE", Key: []string{"kind", "name"}, StreamView: "NEW_AND_OLD_IMAGES"}), Expiry: health.Known("expiresAt"),
		}
	}
	logs := func() checks.StoredTable {
		return checks.StoredTable{
			Table:  health.Known(checks.Table{Status: "ACTIVE", Key: []string{"subject", "at"}, Indexes: map[string][]string{"by-day": {"day", "at"}}}),
			Expiry: health.Known("expiresAt"),
		}
	}
	with := func(change func(config, logs *checks.StoredTable)) []checks.Check {
		c, l := config(), logs()
		change(&c, &l)
		return checks.Tables(deployed, c, l)
	}
	fine := with(func(*checks.StoredTable, *checks.StoredTable) {})
	gone := with(func(c, _ *checks.StoredTable) {
		c.Table, c.Expiry = health.Missing[checks.Table](), health.Missing[string]()
	})
	const name = "eks-scaling-config"
	judged(t, []row{
		{"the config table", fine, name, checks.OK, "kind, name", ""},
		{"the stream", fine, name + " stream", checks.OK, "on", ""},
		{"the expiry", fine, name + " expiry", checks.OK, "expiresAt", ""},
		{"the log table", fine, "eks-scaling-logs", checks.OK, "subject, at", ""},
		{"no table", gone, name, checks.Failed, "no such table", "list-backups --backup-type ALL --table-name eks-scaling-config"},
		{"no table, so no stream", gone, name + " stream", checks.Unknown, "because there is no such table", "first"},
		{"no table, so no expiry", gone, name + " expiry", checks.Unknown, "because there is no such table", "first"},
		{"another key", with(func(c, _ *checks.StoredTable) { c.Table.Value.Key = []string{"id"} }), name, checks.Failed, "its key is id; want kind, name", "version"},
		{"being made", with(func(c, _ *checks.StoredTable) { c.Table.Value.Status = "CREATING" }), name, checks.Failed, "CREATING", "wait"},
		{"being updated", with(func(c, _ *checks.StoredTable) { c.Table.Value.Status = "UPDATING" }), name, checks.OK, "UPDATING", ""},
		{"not to be looked at", with(func(c, _ *checks.StoredTable) { c.Table = health.NotRead[checks.Table](denied) }), name, checks.Unknown, "allow", "permission"},
		{"no stream", with(func(c, _ *checks.StoredTable) { c.Table.Value.StreamView = "" }), name + " stream", checks.Failed, "it is off", "make deploy"},
		{"another stream", with(func(c, _ *checks.StoredTable) { c.Table.Value.StreamView = "KEYS_ONLY" }), name + " stream", checks.Failed, "KEYS_ONLY; want it on, with NEW_AND_OLD_IMAGES", "make deploy"},
		{"no index", with(func(_, l *checks.StoredTable) { l.Table.Value.Indexes = nil }), "eks-scaling-logs", checks.Failed, "no index by-day on day, at", "make deploy"},
		{"no expiry", with(func(_, l *checks.StoredTable) { l.Expiry = health.Known("") }), "eks-scaling-logs expiry", checks.Warning, "it is off", "update-time-to-live --table-name eks-scaling-logs"},
		{"another expiry", with(func(_, l *checks.StoredTable) { l.Expiry = health.Known("ttl") }), "eks-scaling-logs expiry", checks.Warning, "by ttl", "expiresAt"},
	})
}

// definition is the one of this version, as it is deployed in the stack of these tests.
func definition() string {
	text := strings.ReplaceAll(statemachine.Definition, "${"+statemachine.AlertTopicARN+"}", deployed.AlertTopicARN)
	for name, placeholder := range statemachine.Functions() {
		text = strings.ReplaceAll(text, "${"+placeholder+"}", checks.FunctionARN(deployed, name)+":12")
	}
	return text
}

func TestWorkflow(t *testing.T) {
	t.Parallel()
	of := func(definition string) []checks.Check {
		return checks.Workflow(deployed, health.Known(checks.Machine{Status: "ACTIVE", Definition: definition}))
	}
	changed := func(old, text string) []checks.Check {
		before := definition()
		if !strings.Contains(before, old) {
			t.Fatalf("the definition has no %q", old)
		}
		return of(strings.Replace(before, old, text, 1))
	}
	gone := checks.Workflow(deployed, health.Missing[checks.Machine]())
	const differs = "it is not that of this version: "
	judged(t, []row{
		{"it is there", of(definition()), "state machine", checks.OK, "ACTIVE", ""},
		{"this version", of(definition()), "definition", checks.OK, "of this version", ""},
		{"in another layout", of(strings.ReplaceAll(definition(), "\n", " ")), "definition", checks.OK, "of this version", ""},
		{"it is gone", gone, "state machine", checks.Failed, "no state machine arn:aws:states", "make deploy"},
		{"it is gone, and with it its definition", gone, "definition", checks.Unknown, "because there is no state machine", "first"},
		{"it goes", checks.Workflow(deployed, health.Known(checks.Machine{Status: "DELETING", Definition: "{}"})), "state machine", checks.Failed, "DELETING", "make deploy"},
		{"another number", changed(`"MaxConcurrency": 10`, `"MaxConcurrency": 1`), "definition", checks.Failed, differs + "States.ForEachUnit.MaxConcurrency differs", "make deploy"},
		{"a state less", changed(`"Succeeded": {`, `"Done": {`), "definition", checks.Failed, differs + "States.Done differs", "make deploy"},
		{"a choice more", changed(`"Choices": [{`, `"Choices": [{}, {`), "definition", checks.Failed, "Choices differs", "make deploy"},
		{"a function without a version", changed("function:eks-scaling-decide:12", "function:eks-scaling-decide"), "definition", checks.Failed, "Decide.Parameters.FunctionName differs", "make deploy"},
		{"no number for a version", changed("function:eks-scaling-decide:12", "function:eks-scaling-decide:$LATEST"), "definition", checks.Failed, "Decide.Parameters.FunctionName differs", "make deploy"},
		{"another version", changed("function:eks-scaling-decide:12", "function:eks-scaling-decide:3"), "definition", checks.OK, "that of this version", ""},
		{"another function", changed("function:eks-scaling-decide", "function:mine"), "definition", checks.Failed, "Decide.Parameters.FunctionName differs", "make deploy"},
		{"another topic", changed(deployed.AlertTopicARN, "arn:aws:sns:sa-east-1:123456789012:mine"), "definition", checks.Failed, "NotifyFailure.Parameters.TopicArn differs", "make deploy"},
		{"another type", of(`[]`), "definition", checks.Failed, differs, "make deploy"},
		{"no JSON", of(`{`), "definition", checks.Failed, "no JSON", "make deploy"},
		{"not to be looked at", checks.Workflow(deployed, health.NotRead[checks.Machine](denied)), "definition", checks.Unknown, "allow", "permission"},
	})
}

func TestAlerts(t *testing.T) {
	t.Parallel()
	mail := func(confirmed ...bool) []checks.Check {
		var all []checks.Subscription
		for _, c := range confirmed {
			all = append(all, checks.Subscription{Protocol: "email", Endpoint: "ana@example.com", Confirmed: c})
		}
		return checks.Alerts(deployed, health.Known(all), health.Known(0))
	}
	queue := func(undelivered health.Fact[int]) []checks.Check {
		return checks.Alerts(deployed, health.Missing[[]checks.Subscription](), undelivered)
	}
	judged(t, []row{
		{"somebody hears", mail(false, true), "subscriptions", checks.OK, "1 confirmed: email ana@example.com", ""},
		{"somebody has not confirmed", mail(false), "subscriptions", checks.Warning, "not confirmed yet is email ana@example.com", "follow the link"},
		{"nobody", mail(), "subscriptions", checks.Warning, "no subscription", "aws sns subscribe --topic-arn " + deployed.AlertTopicARN},
		{"no topic", queue(health.Known(0)), "subscriptions", checks.Failed, "no topic", "make deploy"},
		{"nothing undelivered", queue(health.Known(0)), "dead-letter queue", checks.OK, "empty", ""},
		{"a message", queue(health.Known(1)), "dead-letter queue", checks.Warning, "1 message:", "receive-message --queue-url " + deployed.DeadLetterURL},
		{"messages", queue(health.Known(3)), "dead-letter queue", checks.Warning, "3 messages:", "purge-queue"},
		{"no queue", queue(health.Missing[int]()), "dead-letter queue", checks.Failed, "no queue", "make deploy"},
	})
}

func TestConfigured(t *testing.T) {
	t.Parallel()
	of := func(c checks.Configuration) []checks.Check { return checks.Configured(health.Known(c)) }
	judged(t, []row{
		{"usable", of(checks.Configuration{Clusters: []config.Cluster{{Name: "a", Enabled: true}}}), "configuration", checks.OK, "1 cluster", ""},
		{"on", of(checks.Configuration{}), "switch", checks.OK, "on", ""},
		{"a cluster is on", of(checks.Configuration{Clusters: []config.Cluster{{Name: "a", Enabled: true}}}), "switch of a", checks.OK, "on", ""},
		{"nothing yet", of(checks.Configuration{Empty: true}), "configuration", checks.Failed, "nothing is configured", "eks-scaling init"},
		{
			"what is left of one", of(checks.Configuration{Empty: true, Left: []string{"calendar/c", "override/o"}, Findings: []health.Finding{{Item: "override/o", Message: "no cluster"}}}),
			"configuration", checks.Failed, "there is no configuration, so every run is skipped: no settings and no clusters, only what is left of one: calendar/c, override/o", "eks-scaling init, or: eks-scaling config apply FILE",
		},
		{"off", of(checks.Configuration{Off: true, Since: " since noon"}), "switch", checks.Warning, "off since noon", "eks-scaling config enable"},
		{"a cluster is off", of(checks.Configuration{Clusters: []config.Cluster{{Name: "a", Enabled: false}}}), "switch of a", checks.Warning, "off", "config enable --cluster a"},
		{"broken", of(checks.Configuration{Findings: []health.Finding{{Item: "cluster/a", Message: "no region", Fails: true}}}), "cluster/a", checks.Failed, "no region", "config edit"},
		{"broken, and not needed", of(checks.Configuration{Findings: []health.Finding{{Item: "override/o", Message: "no cluster"}}}), "override/o", checks.Warning, "no cluster", "config edit"},
		{
			"of a newer version", of(checks.Configuration{Findings: []health.Finding{{Item: "cluster/a", Message: "written by a newer version", Fails: true, Newer: true}}}),
			"cluster/a", checks.Failed, "written by a newer version", "install the newer version of eks-scaling, and deploy the stack with that: make deploy",
		},
		{"not to be read", checks.Configured(health.NotRead[checks.Configuration](denied)), "configuration", checks.Unknown, "allow", "permission"},
	})
}

// examined is the reference cluster as it should be.
func examined(t *testing.T) checks.Cluster {
	t.Helper()
	fine := func(low, high, desired int32) health.Fact[health.Nodegroup] {
		return health.Known(health.Nodegroup{Status: "ACTIVE", Sizes: scaling.Sizes{MinSize: low, MaxSize: high, DesiredSize: desired}})
	}
	return checks.Cluster{
		Cluster: reference(t), Status: health.Known("ACTIVE"), Existing: health.Known([]string{"big", "small"}),
		Groups: map[string]health.Fact[health.Nodegroup]{"big": fine(0, 5, 1), "small": fine(0, 1, 0)},
	}
}

func TestCluster(t *testing.T) {
	t.Parallel()
	with := func(change func(*checks.Cluster)) []checks.Check {
		c := examined(t)
		change(&c)
		return c.Checks(now, []string{"role/scale"})
	}
	big := func(n health.Fact[health.Nodegroup]) []checks.Check {
		return with(func(c *checks.Cluster) { c.Groups["big"] = n })
	}
	is := func(status string, issues ...string) []checks.Check {
		return big(health.Known(health.Nodegroup{Status: status, Health: issues, Sizes: scaling.Sizes{MaxSize: 5, DesiredSize: 1}}))
	}
	in := func(zone string) []checks.Check {
		return with(func(c *checks.Cluster) {
			c.Cluster = cluster(t, map[string]any{
				"name": "c", "region": "eu-central-1", "timezone": zone, "nodegroups": map[string]any{"web": map[string]int{"minSize": 0, "maxSize": 2}},
				"profiles": map[string]any{"on": map[string]int{"web": 1}}, "schedule": map[string]string{"default": "on"},
			}, "")
		})
	}
	status := func(s health.Fact[string]) []checks.Check {
		return with(func(c *checks.Cluster) { c.Status = s })
	}
	role := func(r health.Fact[string]) []checks.Check {
		return with(func(c *checks.Cluster) { c.RoleARN, c.Role = "arn:aws:iam::999999999999:role/scaler", r })
	}
	blocked := with(func(c *checks.Cluster) {
		c.Status = health.Missing[string]()
		c.Block(health.BecauseOf("there is no such cluster"))
	})
	unusable := func(z checks.Zone) []checks.Check { return checks.Unusable("a", z, now) }
	fine := examined(t).Checks(now, nil)
	judged(t, []row{
		{"a zone that does not change its clocks", fine, "time zone", checks.OK, "America/Sao_Paulo is in the zone data, now -03:00; its clocks do not change within a year", ""},
		{"a zone that does", in("Europe/Berlin"), "time zone", checks.OK, "its clocks change at Sun 2027-03-28 02:00 to Sun 2027-03-28 03:00 +02:00", ""},
		{"a zone whose clocks go back", in("Australia/Sydney"), "time zone", checks.OK, "change at Sun 2027-04-04 03:00 to Sun 2027-04-04 02:00 +10:00", ""},
		{"active", fine, "cluster", checks.OK, "ACTIVE in sa-east-1", ""},
		{"being updated", status(health.Known("UPDATING")), "cluster", checks.Warning, "UPDATING", "describe-cluster --name production --region sa-east-1"},
		{"failed", status(health.Known("FAILED")), "cluster", checks.Failed, "FAILED", "describe-cluster"},
		{"no cluster", blocked, "cluster", checks.Failed, "no such cluster in sa-east-1", "aws eks list-clusters --region sa-east-1"},
		{"no cluster, so no node group", blocked, "big", checks.Unknown, "because there is no such cluster", "first"},
		{"no cluster, so no sizes", blocked, "big sizes", checks.Unknown, "because there is no such cluster", "first"},
		{"no cluster, so no others", blocked, "other node groups", checks.Unknown, "because there is no such cluster", "first"},
		{"not to be looked at", status(health.NotRead[string](denied)), "cluster", checks.Unknown, "allow", "permission"},
		{"an active node group", fine, "big", checks.OK, "ACTIVE", ""},
		{"no node group", big(health.Missing[health.Nodegroup]()), "big", checks.Failed, "no such node group", "list-nodegroups --cluster-name production"},
		{"no node group, so no sizes", big(health.Missing[health.Nodegroup]()), "big sizes", checks.Unknown, "because there is no such node group", "first"},
		{"active and ailing", is("ACTIVE", "AccessDenied: no"), "big", checks.Warning, "ACTIVE: AccessDenied: no", "--query nodegroup.health"},
		{"updating", is("UPDATING"), "big", checks.Warning, "a run waits", "wait"},
		{"degraded", is("DEGRADED", "no capacity"), "big", checks.Failed, "it is DEGRADED: no capacity; want ACTIVE", "describe-nodegroup --cluster-name production --nodegroup-name big"},
		{"deleting", is("DELETING"), "big", checks.Failed, "DELETING", "describe-nodegroup"},
		{"sizes", fine, "big sizes", checks.OK, "1 (0..5), within its limits 0 to 5", ""},
		{"sizes outside", big(health.Known(health.Nodegroup{Status: "ACTIVE", Sizes: scaling.Sizes{MaxSize: 9, DesiredSize: 1}})), "big sizes", checks.Warning, "found maxSize 9", "config edit"},
		{"no others", fine, "other node groups", checks.OK, "none", ""},
		{"others", with(func(c *checks.Cluster) { c.Existing.Value = []string{"big", "gpu", "small"} }), "other node groups", checks.OK, "never scaled: gpu", ""},
		{"a role", role(health.Known("")), "role", checks.OK, "was assumed, with your credentials", ""},
		{"a role that may not be assumed", role(health.NotRead[string](denied)), "role", checks.Warning, "role/scaler not checked", "sts:AssumeRole to role/scale"},
		{"broken", unusable(checks.Zone{}), "cluster", checks.Unknown, "because its configuration cannot be used", "first"},
		{"broken, and its zone cannot be read", unusable(checks.Zone{}), "time zone", checks.Unknown, "because its configuration cannot be used", "first"},
		{"broken by its zone", unusable(checks.Zone{Name: "Mars/Olympus"}), "time zone", checks.Failed, `"Mars/Olympus" is not in the zone data; want an IANA time zone`, "eks-scaling config edit"},
		{"broken, with a zone", unusable(checks.Zone{Name: "UTC", Location: time.UTC}), "time zone", checks.OK, "UTC is in the zone data, now +00:00; its clocks do not change", ""},
		{"nothing is known", []checks.Check{checks.NoClusters(denied)}, "clusters", checks.Unknown, "allow", "permission"},
	})
}

func TestTriggers(t *testing.T) {
	t.Parallel()
	inspected := func(standing triggers.State, names ...string) (all []triggers.Inspection) {
		for _, name := range names {
			all = append(all, triggers.Inspection{Name: name, State: standing})
		}
		return all
	}
	own := func(others []triggers.Inspection, standing triggers.State, differences ...triggers.Difference) []checks.Check {
		found := append(others, triggers.Inspection{Name: "reconcile", State: standing, Differences: differences})
		return checks.Triggers(deployed, health.Known(found), health.Missing[health.Boundaries]())
	}
	following := func(settling bool, parts ...[]triggers.Inspection) []checks.Check {
		b := health.Boundaries{Schedules: slices.Concat(parts...), Settling: settling}
		return checks.Triggers(deployed, health.Missing[[]triggers.Inspection](), health.Known(b))
	}
	fine := inspected(triggers.InSync, "w", "x", "y", "z")
	off := triggers.Difference{Setting: "State", Wanted: "ENABLED", Found: "DISABLED"}
	noQueue := triggers.Difference{Setting: "Target.DeadLetterConfig.Arn", Wanted: "arn:q"}
	anotherInput := triggers.Difference{Setting: scheduler.InputSetting, Wanted: "{...}", Found: "{}"}
	starting := func(what ...triggers.Difference) []triggers.Inspection {
		return []triggers.Inspection{{Name: "other", State: triggers.Differs, Differences: what}}
	}
	wrong := [][]triggers.Inspection{fine[:1], inspected(triggers.Missing, "a", "b"), inspected(triggers.Disabled, "c")}
	judged(t, []row{
		{"as deployed", own(nil, triggers.InSync), "reconcile", checks.OK, "cron(23 * ? * * *)", ""},
		{"missing", own(nil, triggers.Missing), "reconcile", checks.Failed, "no such schedule in group eks-scaling", "make deploy"},
		{
			"switched off", own(nil, triggers.Disabled, off),
			"reconcile", checks.Failed, "not as deployed: State: found DISABLED; want ENABLED", "make deploy",
		},
		{
			"it starts only in a year", own(nil, triggers.Differs, triggers.Difference{Setting: "StartDate", Wanted: "not given", Found: "given"}),
			"reconcile", checks.Failed, "StartDate: found given; want not given", "make deploy",
		},
		{"what it starts", own(nil, triggers.InSync), "reconcile target", checks.OK, "starts the state machine", ""},
		{"it is missing, and with it its target", own(nil, triggers.Missing), "reconcile target", checks.Unknown, "because there is no such schedule", "first"},
		{"no group, so no target", following(false), "reconcile target", checks.Unknown, "because there is no such group", "first"},
		{
			"no queue", own(nil, triggers.Differs, noQueue),
			"reconcile target", checks.Failed, "not as deployed: Target.DeadLetterConfig.Arn: found none; want arn:q", "make deploy",
		},
		{"no queue, at the right time", own(nil, triggers.Differs, noQueue), "reconcile", checks.OK, "ENABLED", ""},
		{
			"another state machine", own(nil, triggers.Differs, anotherInput),
			"reconcile target", checks.Failed, "it does not start " + deployed.StateMachineARN, "make deploy",
		},
		{
			"parameters of another kind of target", own(nil, triggers.Differs, triggers.Difference{Setting: "parameters of another kind of target", Wanted: "not given", Found: "given"}),
			"reconcile target", checks.Failed, "found given; want not given", "make deploy",
		},
		{
			"off, and of another target", own(nil, triggers.Disabled, off, noQueue), "reconcile", checks.Failed,
			"not as deployed: State: found DISABLED; want ENABLED", "make deploy",
		},
		{
			"another one beside it", own(inspected(triggers.Unplanned, "mine"), triggers.InSync),
			"reconcile", checks.Warning, "group eks-scaling is the stack's own and has others: mine", "aws scheduler delete-schedule --region sa-east-1 --group-name eks-scaling --name mine",
		},
		{"another one, and it is missing", own(inspected(triggers.Unplanned, "mine"), triggers.Missing), "reconcile", checks.Failed, "no such schedule", "make deploy"},
		{"no group of the stack", following(false), "reconcile", checks.Failed, "no group of schedules eks-scaling", "make deploy"},
		{"none planned", following(false), "boundaries", checks.OK, "0 schedules, as planned", ""},
		{
			"as planned", following(false, fine, inspected(triggers.Due, "soon"), inspected(triggers.Transient, "past")),
			"boundaries", checks.OK, "5 schedules, as planned", "",
		},
		{"missing ones", following(false, wrong...), "boundaries", checks.Failed, "2 missing (a, b), 1 different (c), of 4 planned", "schedules sync"},
		{"missing ones just after a change", following(true, wrong...), "boundaries", checks.Warning, "2 missing (a, b), 1 different (c), of 4 planned; the configuration has just changed", "wait"},
		{"just after a change", following(true, fine), "boundaries", checks.OK, "4 schedules, as planned", ""},
		{
			"superfluous ones", following(false, fine, inspected(triggers.Unplanned, "a", "b", "c", "d", "e", "f", "g")),
			"boundaries", checks.Warning, "7 not planned (a, b, c, d, e and 2 more), of 4 planned", "schedules sync",
		},
		{"what they start", following(false, fine), "boundary targets", checks.OK, "4 schedules, each starts the state machine", ""},
		{"none, so nothing is started", following(false), "boundary targets", checks.OK, "no schedule is planned", ""},
		{
			"one starts another", following(false, fine, starting(anotherInput)), "boundary targets", checks.Failed,
			"1 of 5 schedules not as planned: other (Target.Input: it does not start " + deployed.StateMachineARN, "eks-scaling schedules sync",
		},
		{"one starts another, at the right time", following(false, fine, starting(noQueue)), "boundaries", checks.OK, "5 schedules, as planned but for what they start", ""},
		{"one starts another at another time", following(false, fine, starting(noQueue, off)), "boundaries", checks.Failed, "1 different (other)", "schedules sync"},
		{"one starts another, just after a change", following(true, starting(noQueue)), "boundary targets", checks.Warning, "just changed", "wait"},
		{"all are missing", following(false, inspected(triggers.Missing, "a")), "boundary targets", checks.Unknown, "because all planned schedules are missing", "first"},
		{"no group of those that follow", own(nil, triggers.InSync), "boundary targets", checks.Unknown, "because there is no such group", "first"},
		{"no group", own(nil, triggers.InSync), "boundaries", checks.Failed, "no group of schedules eks-scaling-boundaries", "make deploy"},
	})
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	need := checks.Permission{Actions: []string{"eks:DescribeNodegroup", "eks:UpdateNodegroupConfig"}, Resources: []string{"a", "b"}}
	of := func(found ...health.Fact[[]checks.Refusal]) []checks.Check {
		p := checks.Permissions{Role: "scale", ARN: "arn:aws:iam::123456789012:role/EksScaling-Scale"}
		for _, f := range found {
			p.Add(need, f)
		}
		return []checks.Check{p.Check()}
	}
	refused := func(action string) health.Fact[[]checks.Refusal] {
		return health.Known([]checks.Refusal{{Action: action, Resource: "arn:x"}})
	}
	by := func(refuser checks.Refuser, denied bool, policies ...string) health.Fact[[]checks.Refusal] {
		return health.Known([]checks.Refusal{{Action: "eks:UpdateNodegroupConfig", Resource: "arn:x", By: refuser, Denied: denied, Policies: policies}})
	}
	const noHelp = "; to deploy the stack anew does not help against that"
	allowed, unread := health.Known([]checks.Refusal(nil)), health.NotRead[[]checks.Refusal](denied)
	judged(t, []row{
		{"allowed", of(allowed, allowed), "scale", checks.OK, "8 permissions, simulated", ""},
		{"a node group is not allowed", of(allowed, refused("eks:UpdateNodegroupConfig")), "scale", checks.Failed, "eks:UpdateNodegroupConfig on arn:x (no policy allows it)", "config export > my.yaml"},
		{"a role is not allowed", of(refused("sts:AssumeRole")), "scale", checks.Failed, "sts:AssumeRole on arn:x", "config export > my.yaml"},
		{"something of the stack is not", of(refused("logs:PutLogEvents")), "scale", checks.Failed, "logs:PutLogEvents", "make deploy"},
		{
			"a Deny statement of a policy", of(allowed, by(checks.OwnPolicies, true, "night-freeze")), "scale", checks.Failed,
			"arn:x (policy night-freeze denies it explicitly)", "take the Deny statement out of policy night-freeze, which role EksScaling-Scale has" + noHelp,
		},
		{
			"a Deny statement of who knows which", of(by(checks.OwnPolicies, true)), "scale", checks.Failed,
			"(a policy denies it explicitly)", "aws iam list-attached-role-policies --role-name EksScaling-Scale)" + noHelp,
		},
		{
			"a deny of the organization", of(by(checks.Organization, true)), "scale", checks.Failed,
			"(a policy of the organization (SCP) denies it explicitly)", "take the deny out of its SCP" + noHelp,
		},
		{
			"nothing of the organization's allows it", of(by(checks.Organization, false)), "scale", checks.Failed,
			"(the policies of the organization (SCP) do not allow it)", "allow it in its SCPs" + noHelp,
		},
		{
			"a deny of the boundary", of(by(checks.Boundary, true)), "scale", checks.Failed,
			"permissions boundary denies it explicitly", "take the deny out of the permissions boundary of role EksScaling-Scale (see which: aws iam get-role",
		},
		{
			"the boundary does not allow it", of(by(checks.Boundary, false)), "scale", checks.Failed,
			"permissions boundary does not allow it", "allow it in the permissions boundary of role EksScaling-Scale",
		},
		{
			"one is denied, and another missing", of(by(checks.OwnPolicies, true, "p"), by(checks.OwnPolicies, true, "p"), refused("logs:PutLogEvents")), "scale", checks.Failed,
			"eks:UpdateNodegroupConfig", "take the Deny statement out of policy p, which role EksScaling-Scale has" + noHelp + ". For what no policy allows: make deploy",
		},
		{
			"what is denied is named, whatever else is missing",
			of(refused("a:1"), refused("a:2"), refused("a:3"), refused("a:4"), refused("a:5"), by(checks.OwnPolicies, true, "p")), "scale", checks.Failed,
			"not allowed: eks:UpdateNodegroupConfig on arn:x (policy p denies it explicitly), a:1 on arn:x", "take the Deny statement out of policy p",
		},
		{"not to be simulated", of(allowed, unread), "scale", checks.Unknown, "allow", "permission"},
		{"what is refused counts, whatever else is not known", of(unread, refused("sqs:SendMessage"), unread), "scale", checks.Failed, "sqs:SendMessage", "make deploy"},
		{"no role", of(health.Missing[[]checks.Refusal]()), "scale", checks.Failed, "no such role", "make deploy"},
	})
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	of := func(nodes, groups float64) []checks.Check {
		return checks.ClusterQuotas(examined(t), health.Known(nodes), health.Known(groups))
	}
	unread := checks.ClusterQuotas(checks.Cluster{Cluster: reference(t), Existing: health.Missing[[]string]()}, health.NotRead[float64](denied), health.Missing[float64]())
	schedules := func(planned health.Fact[int], limit health.Fact[float64]) []checks.Check {
		return []checks.Check{checks.ScheduleQuota("sa-east-1", planned, limit)}
	}
	const nodes, groups = "production nodes per node group", "production node groups"
	judged(t, []row{
		{"room for nodes", of(450, 30), nodes, checks.OK, "5 of 450 nodes (the largest maxSize is that of big)", ""},
		{"little room", of(6, 30), nodes, checks.Warning, "5 of 6 nodes", "--quota-code L-BD136A63 --region sa-east-1 --desired-value 10"},
		{"no room", of(4, 30), nodes, checks.Failed, "5 of 4 nodes", "lower maxSize"},
		{"quotas that cannot be read", unread, nodes, checks.Unknown, "allow", "permission"},
		{"room for node groups", of(450, 30), groups, checks.OK, "2 of 30 node groups", ""},
		{"no room for node groups, which no run makes", of(450, 1), groups, checks.Warning, "2 of 1", "--quota-code L-6D54EA21"},
		{"node groups that are not known", unread, groups, checks.Unknown, "not known", "first"},
		{"a quota that is not there", checks.ClusterQuotas(examined(t), health.Missing[float64](), health.Known(30.0)), nodes, checks.Unknown, "does not know", "console"},
		{"schedules", schedules(health.Known(4), health.Known(1e7)), "schedules", checks.OK, "4 of 10000000 schedules", ""},
		{"schedules up to the last", schedules(health.Known(100), health.Known(100.0)), "schedules", checks.Warning, "100 of 100", "--quota-code L-EE5D6FF0"},
		{"too many schedules", schedules(health.Known(101), health.Known(100.0)), "schedules", checks.Failed, "101 of 100", "request-service-quota-increase"},
		{"a plan that is not known", schedules(health.NotRead[int](denied), health.Known(1.0)), "schedules", checks.Unknown, "allow", "permission"},
	})
}

func TestCount(t *testing.T) {
	t.Parallel()
	all := []checks.Check{{Outcome: checks.OK}, {Outcome: checks.OK}, {Outcome: checks.Warning}, {Outcome: checks.Failed}, {Outcome: checks.Unknown}}
	if got, want := checks.Count(all), (checks.Counts{OK: 2, Warning: 1, Failed: 1, Unknown: 1}); got != want {
		t.Errorf("found %+v; want %+v", got, want)
	}
}
