package doctor_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/cmd/eks-scaling/internal/doctor"
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
	text, err := os.ReadFile("../../../../examples/sao-paulo.yaml")
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
var denied = &doctor.Unread{Why: "not checked: AWS does not allow it", Remedy: "ask for the permission"}

// row is a fact that gives one check of a name that is as wanted: its outcome, and parts of what it says.
type row struct {
	rule    string
	checks  []doctor.Check
	name    string
	outcome doctor.Outcome
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
				if c.Outcome != doctor.OK && c.Remedy == "" {
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
	access := func(account string, ahead time.Duration) []doctor.Check {
		return doctor.Access(doctor.Known(doctor.Identity{ARN: "arn:aws:iam::" + account + ":user/ana", Account: account}), "123456789012", doctor.Known(ahead))
	}
	unread := doctor.Access(doctor.NotRead[doctor.Identity](denied), "123456789012", doctor.NotRead[time.Duration](denied))
	judged(t, []row{
		{"who it is", access("123456789012", 0), "credentials", doctor.OK, "user/ana", ""},
		{"who it is cannot be said", unread, "credentials", doctor.Unknown, "does not allow", "permission"},
		{"the account of the stack", access("123456789012", 0), "account", doctor.OK, "123456789012", ""},
		{"another account", access("999999999999", 0), "account", doctor.Failed, "are of account 999999999999, and the stack is in 123456789012", "--profile"},
		{"the account is not known", unread, "account", doctor.Unknown, "not checked, because it is not known whose", "mend that first"},
		{"five seconds are nothing", access("123456789012", -5*time.Second), "clock", doctor.OK, "agrees", ""},
		{"six seconds", access("123456789012", 6*time.Second), "clock", doctor.Warning, "6s ahead of", "timedatectl"},
		{"five minutes", access("123456789012", -5*time.Minute), "clock", doctor.Warning, "5m behind", "timedatectl"},
		{"more than that", access("123456789012", 5*time.Minute+time.Second), "clock", doctor.Failed, "refuses signatures", "timedatectl"},
	})
}

// resources are those of a whole stack.
func resources() []doctor.Resource {
	all := []doctor.Resource{{LogicalID: "AlertTopic2720D535", PhysicalID: "t", Type: "AWS::SNS::Topic", Status: "CREATE_COMPLETE"}}
	for _, name := range deployment.Functions() {
		all = append(all, doctor.Resource{LogicalID: name, PhysicalID: "eks-scaling-" + name, Type: "AWS::Lambda::Function", Status: "UPDATE_COMPLETE"})
	}
	return all
}

func TestStack(t *testing.T) {
	t.Parallel()
	of := func(status string, resources []doctor.Resource) []doctor.Check {
		s := deployed
		s.Status = status
		return doctor.Stack(s, doctor.Known(resources))
	}
	broken := resources()
	broken[0].Status = "UPDATE_FAILED"
	judged(t, []row{
		{"created", of("CREATE_COMPLETE", resources()), "deployment", doctor.OK, "CREATE_COMPLETE", ""},
		{"updated", of("UPDATE_COMPLETE", resources()), "deployment", doctor.OK, "UPDATE_COMPLETE", ""},
		{"an update that was taken back", of("UPDATE_ROLLBACK_COMPLETE", nil), "deployment", doctor.Warning, "what was there before it", "describe-stack-events --stack-name EksScaling"},
		{"a creation that was taken back", of("ROLLBACK_COMPLETE", nil), "deployment", doctor.Failed, "ROLLBACK_COMPLETE", "make deploy"},
		{"under way", of("UPDATE_IN_PROGRESS", nil), "deployment", doctor.Warning, "under way", "wait"},
		{"failed", of("UPDATE_ROLLBACK_FAILED", nil), "deployment", doctor.Failed, "UPDATE_ROLLBACK_FAILED", "make deploy"},
		{"every function", of("CREATE_COMPLETE", resources()), "functions", doctor.OK, "all 7", ""},
		{"a function is missing", of("CREATE_COMPLETE", resources()[:7]), "functions", doctor.Failed, "no function wait-for-nodegroup-active", "make deploy"},
		{"every resource", of("CREATE_COMPLETE", resources()), "resources", doctor.OK, "all 8", ""},
		{"a resource that failed", of("CREATE_COMPLETE", broken), "resources", doctor.Failed, "AlertTopic2720D535 (AWS::SNS::Topic) is UPDATE_FAILED", "describe-stack-resources"},
		{"not to be listed", doctor.Stack(deployed, doctor.NotRead[[]doctor.Resource](denied)), "functions", doctor.Unknown, "allow", "permission"},
	})
}

func TestTables(t *testing.T) {
	t.Parallel()
	config := func() doctor.StoredTable {
		return doctor.StoredTable{
			Table: doctor.Known(doctor.Table{Status: "ACTIVE", Key: []string{"kind", "name"}, StreamView: "NEW_AND_OLD_IMAGES"}), Expiry: doctor.Known("expiresAt"),
		}
	}
	logs := func() doctor.StoredTable {
		return doctor.StoredTable{
			Table:  doctor.Known(doctor.Table{Status: "ACTIVE", Key: []string{"subject", "at"}, Indexes: map[string][]string{"by-day": {"day", "at"}}}),
			Expiry: doctor.Known("expiresAt"),
		}
	}
	with := func(change func(config, logs *doctor.StoredTable)) []doctor.Check {
		c, l := config(), logs()
		change(&c, &l)
		return doctor.Tables(deployed, c, l)
	}
	fine := with(func(*doctor.StoredTable, *doctor.StoredTable) {})
	gone := with(func(c, _ *doctor.StoredTable) {
		c.Table, c.Expiry = doctor.Missing[doctor.Table](), doctor.Missing[string]()
	})
	const name = "eks-scaling-config"
	judged(t, []row{
		{"the config table", fine, name, doctor.OK, "kind, name", ""},
		{"the stream", fine, name + " stream", doctor.OK, "on", ""},
		{"the expiry", fine, name + " expiry", doctor.OK, "expiresAt", ""},
		{"the log table", fine, "eks-scaling-logs", doctor.OK, "subject, at", ""},
		{"no table", gone, name, doctor.Failed, "no such table", "list-backups --backup-type ALL --table-name eks-scaling-config"},
		{"no table, so no stream", gone, name + " stream", doctor.Unknown, "because there is no such table", "first"},
		{"no table, so no expiry", gone, name + " expiry", doctor.Unknown, "because there is no such table", "first"},
		{"another key", with(func(c, _ *doctor.StoredTable) { c.Table.Value.Key = []string{"id"} }), name, doctor.Failed, "its key is id; want kind, name", "version"},
		{"being made", with(func(c, _ *doctor.StoredTable) { c.Table.Value.Status = "CREATING" }), name, doctor.Failed, "CREATING", "wait"},
		{"being updated", with(func(c, _ *doctor.StoredTable) { c.Table.Value.Status = "UPDATING" }), name, doctor.OK, "UPDATING", ""},
		{"not to be looked at", with(func(c, _ *doctor.StoredTable) { c.Table = doctor.NotRead[doctor.Table](denied) }), name, doctor.Unknown, "allow", "permission"},
		{"no stream", with(func(c, _ *doctor.StoredTable) { c.Table.Value.StreamView = "" }), name + " stream", doctor.Failed, "it is off", "make deploy"},
		{"another stream", with(func(c, _ *doctor.StoredTable) { c.Table.Value.StreamView = "KEYS_ONLY" }), name + " stream", doctor.Failed, "KEYS_ONLY; want it on, with NEW_AND_OLD_IMAGES", "make deploy"},
		{"no index", with(func(_, l *doctor.StoredTable) { l.Table.Value.Indexes = nil }), "eks-scaling-logs", doctor.Failed, "no index by-day on day, at", "make deploy"},
		{"no expiry", with(func(_, l *doctor.StoredTable) { l.Expiry = doctor.Known("") }), "eks-scaling-logs expiry", doctor.Warning, "it is off", "update-time-to-live --table-name eks-scaling-logs"},
		{"another expiry", with(func(_, l *doctor.StoredTable) { l.Expiry = doctor.Known("ttl") }), "eks-scaling-logs expiry", doctor.Warning, "by ttl", "expiresAt"},
	})
}

// definition is the one of this version, as it is deployed in the stack of these tests.
func definition() string {
	text := strings.ReplaceAll(statemachine.Definition, "${"+statemachine.AlertTopicARN+"}", deployed.AlertTopicARN)
	for name, placeholder := range statemachine.Functions() {
		text = strings.ReplaceAll(text, "${"+placeholder+"}", doctor.FunctionARN(deployed, name)+":12")
	}
	return text
}

func TestWorkflow(t *testing.T) {
	t.Parallel()
	of := func(definition string) []doctor.Check {
		return doctor.Workflow(deployed, doctor.Known(doctor.Machine{Status: "ACTIVE", Definition: definition}))
	}
	changed := func(old, text string) []doctor.Check {
		before := definition()
		if !strings.Contains(before, old) {
			t.Fatalf("the definition has no %q", old)
		}
		return of(strings.Replace(before, old, text, 1))
	}
	gone := doctor.Workflow(deployed, doctor.Missing[doctor.Machine]())
	const differs = "it is not that of this version: "
	judged(t, []row{
		{"it is there", of(definition()), "state machine", doctor.OK, "ACTIVE", ""},
		{"this version", of(definition()), "definition", doctor.OK, "of this version", ""},
		{"in another layout", of(strings.ReplaceAll(definition(), "\n", " ")), "definition", doctor.OK, "of this version", ""},
		{"it is gone", gone, "state machine", doctor.Failed, "no state machine arn:aws:states", "make deploy"},
		{"it is gone, and with it its definition", gone, "definition", doctor.Unknown, "because there is no state machine", "first"},
		{"it goes", doctor.Workflow(deployed, doctor.Known(doctor.Machine{Status: "DELETING", Definition: "{}"})), "state machine", doctor.Failed, "DELETING", "make deploy"},
		{"another number", changed(`"MaxConcurrency": 10`, `"MaxConcurrency": 1`), "definition", doctor.Failed, differs + "States.ForEachUnit.MaxConcurrency differs", "make deploy"},
		{"a state less", changed(`"Succeeded": {`, `"Done": {`), "definition", doctor.Failed, differs + "States.Done differs", "make deploy"},
		{"a choice more", changed(`"Choices": [{`, `"Choices": [{}, {`), "definition", doctor.Failed, "Choices differs", "make deploy"},
		{"a function without a version", changed("function:eks-scaling-decide:12", "function:eks-scaling-decide"), "definition", doctor.Failed, "Decide.Parameters.FunctionName differs", "make deploy"},
		{"no number for a version", changed("function:eks-scaling-decide:12", "function:eks-scaling-decide:$LATEST"), "definition", doctor.Failed, "Decide.Parameters.FunctionName differs", "make deploy"},
		{"another version", changed("function:eks-scaling-decide:12", "function:eks-scaling-decide:3"), "definition", doctor.OK, "that of this version", ""},
		{"another function", changed("function:eks-scaling-decide", "function:mine"), "definition", doctor.Failed, "Decide.Parameters.FunctionName differs", "make deploy"},
		{"another topic", changed(deployed.AlertTopicARN, "arn:aws:sns:sa-east-1:123456789012:mine"), "definition", doctor.Failed, "NotifyFailure.Parameters.TopicArn differs", "make deploy"},
		{"another type", of(`[]`), "definition", doctor.Failed, differs, "make deploy"},
		{"no JSON", of(`{`), "definition", doctor.Failed, "no JSON", "make deploy"},
		{"not to be looked at", doctor.Workflow(deployed, doctor.NotRead[doctor.Machine](denied)), "definition", doctor.Unknown, "allow", "permission"},
	})
}

func TestAlerts(t *testing.T) {
	t.Parallel()
	mail := func(confirmed ...bool) []doctor.Check {
		var all []doctor.Subscription
		for _, c := range confirmed {
			all = append(all, doctor.Subscription{Protocol: "email", Endpoint: "ana@example.com", Confirmed: c})
		}
		return doctor.Alerts(deployed, doctor.Known(all), doctor.Known(0))
	}
	queue := func(undelivered doctor.Fact[int]) []doctor.Check {
		return doctor.Alerts(deployed, doctor.Missing[[]doctor.Subscription](), undelivered)
	}
	judged(t, []row{
		{"somebody hears", mail(false, true), "subscriptions", doctor.OK, "1 confirmed: email ana@example.com", ""},
		{"somebody has not confirmed", mail(false), "subscriptions", doctor.Warning, "not confirmed yet is email ana@example.com", "follow the link"},
		{"nobody", mail(), "subscriptions", doctor.Warning, "no subscription", "aws sns subscribe --topic-arn " + deployed.AlertTopicARN},
		{"no topic", queue(doctor.Known(0)), "subscriptions", doctor.Failed, "no topic", "make deploy"},
		{"nothing undelivered", queue(doctor.Known(0)), "dead-letter queue", doctor.OK, "empty", ""},
		{"a message", queue(doctor.Known(1)), "dead-letter queue", doctor.Warning, "1 message:", "receive-message --queue-url " + deployed.DeadLetterURL},
		{"messages", queue(doctor.Known(3)), "dead-letter queue", doctor.Warning, "3 messages:", "purge-queue"},
		{"no queue", queue(doctor.Missing[int]()), "dead-letter queue", doctor.Failed, "no queue", "make deploy"},
	})
}

func TestConfigured(t *testing.T) {
	t.Parallel()
	of := func(c doctor.Configuration) []doctor.Check { return doctor.Configured(doctor.Known(c)) }
	judged(t, []row{
		{"usable", of(doctor.Configuration{Clusters: []doctor.Switched{{Cluster: "a", Enabled: true}}}), "configuration", doctor.OK, "1 cluster", ""},
		{"on", of(doctor.Configuration{}), "switch", doctor.OK, "on", ""},
		{"a cluster is on", of(doctor.Configuration{Clusters: []doctor.Switched{{Cluster: "a", Enabled: true}}}), "switch of a", doctor.OK, "on", ""},
		{"nothing yet", of(doctor.Configuration{Empty: true}), "configuration", doctor.Failed, "nothing is configured", "eks-scaling init"},
		{
			"what is left of one", of(doctor.Configuration{Empty: true, Left: []string{"calendar/c", "override/o"}, Broken: []doctor.Broken{{Item: "override/o", Why: "no cluster"}}}),
			"configuration", doctor.Failed, "there is no configuration, so every run is skipped: no settings and no clusters, only what is left of one: calendar/c, override/o", "eks-scaling init, or: eks-scaling config apply FILE",
		},
		{"off", of(doctor.Configuration{Off: true, Since: " since noon"}), "switch", doctor.Warning, "off since noon", "eks-scaling config enable"},
		{"a cluster is off", of(doctor.Configuration{Clusters: []doctor.Switched{{Cluster: "a", Enabled: false}}}), "switch of a", doctor.Warning, "off", "config enable --cluster a"},
		{"broken", of(doctor.Configuration{Broken: []doctor.Broken{{Item: "cluster/a", Why: "no region", Stops: true}}}), "cluster/a", doctor.Failed, "no region", "config edit"},
		{"broken, and not needed", of(doctor.Configuration{Broken: []doctor.Broken{{Item: "override/o", Why: "no cluster"}}}), "override/o", doctor.Warning, "no cluster", "config edit"},
		{
			"of a newer version", of(doctor.Configuration{Broken: []doctor.Broken{{Item: "cluster/a", Why: "written by a newer version", Stops: true, Newer: true}}}),
			"cluster/a", doctor.Failed, "written by a newer version", "install the newer version of eks-scaling, and deploy the stack with that: make deploy",
		},
		{"not to be read", doctor.Configured(doctor.NotRead[doctor.Configuration](denied)), "configuration", doctor.Unknown, "allow", "permission"},
	})
}

// examined is the reference cluster as it should be.
func examined(t *testing.T) doctor.Cluster {
	t.Helper()
	fine := func(low, high, desired int32) doctor.Fact[doctor.Nodegroup] {
		return doctor.Known(doctor.Nodegroup{Status: "ACTIVE", Sizes: scaling.Sizes{MinSize: low, MaxSize: high, DesiredSize: desired}})
	}
	return doctor.Cluster{
		Cluster: reference(t), Status: doctor.Known("ACTIVE"), Existing: doctor.Known([]string{"big", "small"}),
		Groups: map[string]doctor.Fact[doctor.Nodegroup]{"big": fine(0, 5, 1), "small": fine(0, 1, 0)},
	}
}

func TestCluster(t *testing.T) {
	t.Parallel()
	with := func(change func(*doctor.Cluster)) []doctor.Check {
		c := examined(t)
		change(&c)
		return c.Checks(now, []string{"role/scale"})
	}
	big := func(n doctor.Fact[doctor.Nodegroup]) []doctor.Check {
		return with(func(c *doctor.Cluster) { c.Groups["big"] = n })
	}
	is := func(status string, health ...string) []doctor.Check {
		return big(doctor.Known(doctor.Nodegroup{Status: status, Health: health, Sizes: scaling.Sizes{MaxSize: 5, DesiredSize: 1}}))
	}
	in := func(zone string) []doctor.Check {
		return with(func(c *doctor.Cluster) {
			c.Cluster = cluster(t, map[string]any{
				"name": "c", "region": "eu-central-1", "timezone": zone, "nodegroups": map[string]any{"web": map[string]int{"minSize": 0, "maxSize": 2}},
				"profiles": map[string]any{"on": map[string]int{"web": 1}}, "schedule": map[string]string{"default": "on"},
			}, "")
		})
	}
	status := func(s doctor.Fact[string]) []doctor.Check {
		return with(func(c *doctor.Cluster) { c.Status = s })
	}
	role := func(r doctor.Fact[string]) []doctor.Check {
		return with(func(c *doctor.Cluster) { c.RoleARN, c.Role = "arn:aws:iam::999999999999:role/scaler", r })
	}
	blocked := with(func(c *doctor.Cluster) {
		c.Status = doctor.Missing[string]()
		c.Block(doctor.BecauseOf("there is no such cluster"))
	})
	unusable := func(z doctor.Zone) []doctor.Check { return doctor.Unusable("a", z, now) }
	fine := examined(t).Checks(now, nil)
	judged(t, []row{
		{"a zone that does not change its clocks", fine, "time zone", doctor.OK, "America/Sao_Paulo is in the zone data, now -03:00; its clocks do not change within a year", ""},
		{"a zone that does", in("Europe/Berlin"), "time zone", doctor.OK, "its clocks change at Sun 2027-03-28 02:00 to Sun 2027-03-28 03:00 +02:00", ""},
		{"a zone whose clocks go back", in("Australia/Sydney"), "time zone", doctor.OK, "change at Sun 2027-04-04 03:00 to Sun 2027-04-04 02:00 +10:00", ""},
		{"active", fine, "cluster", doctor.OK, "ACTIVE in sa-east-1", ""},
		{"being updated", status(doctor.Known("UPDATING")), "cluster", doctor.Warning, "UPDATING", "describe-cluster --name production --region sa-east-1"},
		{"failed", status(doctor.Known("FAILED")), "cluster", doctor.Failed, "FAILED", "describe-cluster"},
		{"no cluster", blocked, "cluster", doctor.Failed, "no such cluster in sa-east-1", "aws eks list-clusters --region sa-east-1"},
		{"no cluster, so no node group", blocked, "big", doctor.Unknown, "because there is no such cluster", "first"},
		{"no cluster, so no sizes", blocked, "big sizes", doctor.Unknown, "because there is no such cluster", "first"},
		{"no cluster, so no others", blocked, "other node groups", doctor.Unknown, "because there is no such cluster", "first"},
		{"not to be looked at", status(doctor.NotRead[string](denied)), "cluster", doctor.Unknown, "allow", "permission"},
		{"an active node group", fine, "big", doctor.OK, "ACTIVE", ""},
		{"no node group", big(doctor.Missing[doctor.Nodegroup]()), "big", doctor.Failed, "no such node group", "list-nodegroups --cluster-name production"},
		{"no node group, so no sizes", big(doctor.Missing[doctor.Nodegroup]()), "big sizes", doctor.Unknown, "because there is no such node group", "first"},
		{"active and ailing", is("ACTIVE", "AccessDenied: no"), "big", doctor.Warning, "ACTIVE: AccessDenied: no", "--query nodegroup.health"},
		{"updating", is("UPDATING"), "big", doctor.Warning, "a run waits", "wait"},
		{"degraded", is("DEGRADED", "no capacity"), "big", doctor.Failed, "it is DEGRADED: no capacity; want ACTIVE", "describe-nodegroup --cluster-name production --nodegroup-name big"},
		{"deleting", is("DELETING"), "big", doctor.Failed, "DELETING", "describe-nodegroup"},
		{"sizes", fine, "big sizes", doctor.OK, "1 (0..5), within its limits 0 to 5", ""},
		{"sizes outside", big(doctor.Known(doctor.Nodegroup{Status: "ACTIVE", Sizes: scaling.Sizes{MaxSize: 9, DesiredSize: 1}})), "big sizes", doctor.Warning, "found maxSize 9", "config edit"},
		{"no others", fine, "other node groups", doctor.OK, "none", ""},
		{"others", with(func(c *doctor.Cluster) { c.Existing.Value = []string{"big", "gpu", "small"} }), "other node groups", doctor.OK, "never scaled: gpu", ""},
		{"a role", role(doctor.Known("")), "role", doctor.OK, "was assumed, with your credentials", ""},
		{"a role that may not be assumed", role(doctor.NotRead[string](denied)), "role", doctor.Warning, "role/scaler not checked", "sts:AssumeRole to role/scale"},
		{"broken", unusable(doctor.Zone{}), "cluster", doctor.Unknown, "because its configuration cannot be used", "first"},
		{"broken, and its zone cannot be read", unusable(doctor.Zone{}), "time zone", doctor.Unknown, "because its configuration cannot be used", "first"},
		{"broken by its zone", unusable(doctor.Zone{Name: "Mars/Olympus"}), "time zone", doctor.Failed, `"Mars/Olympus" is not in the zone data; want an IANA time zone`, "eks-scaling config edit"},
		{"broken, with a zone", unusable(doctor.Zone{Name: "UTC", Location: time.UTC}), "time zone", doctor.OK, "UTC is in the zone data, now +00:00; its clocks do not change", ""},
		{"nothing is known", []doctor.Check{doctor.NoClusters(denied)}, "clusters", doctor.Unknown, "allow", "permission"},
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
	own := func(others []triggers.Inspection, standing triggers.State, differences ...triggers.Difference) []doctor.Check {
		found := append(others, triggers.Inspection{Name: "reconcile", State: standing, Differences: differences})
		return doctor.Triggers(deployed, doctor.Known(found), doctor.Missing[doctor.Boundaries]())
	}
	following := func(settling bool, parts ...[]triggers.Inspection) []doctor.Check {
		b := doctor.Boundaries{Schedules: slices.Concat(parts...), Settling: settling}
		return doctor.Triggers(deployed, doctor.Missing[[]triggers.Inspection](), doctor.Known(b))
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
		{"as deployed", own(nil, triggers.InSync), "reconcile", doctor.OK, "cron(23 * ? * * *)", ""},
		{"missing", own(nil, triggers.Missing), "reconcile", doctor.Failed, "no such schedule in group eks-scaling", "make deploy"},
		{
			"switched off", own(nil, triggers.Disabled, off),
			"reconcile", doctor.Failed, "not as deployed: State: found DISABLED; want ENABLED", "make deploy",
		},
		{
			"it starts only in a year", own(nil, triggers.Differs, triggers.Difference{Setting: "StartDate", Wanted: "not given", Found: "given"}),
			"reconcile", doctor.Failed, "StartDate: found given; want not given", "make deploy",
		},
		{"what it starts", own(nil, triggers.InSync), "reconcile target", doctor.OK, "starts the state machine", ""},
		{"it is missing, and with it its target", own(nil, triggers.Missing), "reconcile target", doctor.Unknown, "because there is no such schedule", "first"},
		{"no group, so no target", following(false), "reconcile target", doctor.Unknown, "because there is no such group", "first"},
		{
			"no queue", own(nil, triggers.Differs, noQueue),
			"reconcile target", doctor.Failed, "not as deployed: Target.DeadLetterConfig.Arn: found none; want arn:q", "make deploy",
		},
		{"no queue, at the right time", own(nil, triggers.Differs, noQueue), "reconcile", doctor.OK, "ENABLED", ""},
		{
			"another state machine", own(nil, triggers.Differs, anotherInput),
			"reconcile target", doctor.Failed, "it does not start " + deployed.StateMachineARN, "make deploy",
		},
		{
			"parameters of another kind of target", own(nil, triggers.Differs, triggers.Difference{Setting: "parameters of another kind of target", Wanted: "not given", Found: "given"}),
			"reconcile target", doctor.Failed, "found given; want not given", "make deploy",
		},
		{
			"off, and of another target", own(nil, triggers.Disabled, off, noQueue), "reconcile", doctor.Failed,
			"not as deployed: State: found DISABLED; want ENABLED", "make deploy",
		},
		{
			"another one beside it", own(inspected(triggers.Unplanned, "mine"), triggers.InSync),
			"reconcile", doctor.Warning, "group eks-scaling is the stack's own and has others: mine", "aws scheduler delete-schedule --region sa-east-1 --group-name eks-scaling --name mine",
		},
		{"another one, and it is missing", own(inspected(triggers.Unplanned, "mine"), triggers.Missing), "reconcile", doctor.Failed, "no such schedule", "make deploy"},
		{"no group of the stack", following(false), "reconcile", doctor.Failed, "no group of schedules eks-scaling", "make deploy"},
		{"none planned", following(false), "boundaries", doctor.OK, "0 schedules, as planned", ""},
		{
			"as planned", following(false, fine, inspected(triggers.Due, "soon"), inspected(triggers.Transient, "past")),
			"boundaries", doctor.OK, "5 schedules, as planned", "",
		},
		{"missing ones", following(false, wrong...), "boundaries", doctor.Failed, "2 missing (a, b), 1 different (c), of 4 planned", "schedules sync"},
		{"missing ones just after a change", following(true, wrong...), "boundaries", doctor.Warning, "2 missing (a, b), 1 different (c), of 4 planned; the configuration has just changed", "wait"},
		{"just after a change", following(true, fine), "boundaries", doctor.OK, "4 schedules, as planned", ""},
		{
			"superfluous ones", following(false, fine, inspected(triggers.Unplanned, "a", "b", "c", "d", "e", "f", "g")),
			"boundaries", doctor.Warning, "7 not planned (a, b, c, d, e and 2 more), of 4 planned", "schedules sync",
		},
		{"what they start", following(false, fine), "boundary targets", doctor.OK, "4 schedules, each starts the state machine", ""},
		{"none, so nothing is started", following(false), "boundary targets", doctor.OK, "no schedule is planned", ""},
		{
			"one starts another", following(false, fine, starting(anotherInput)), "boundary targets", doctor.Failed,
			"1 of 5 schedules not as planned: other (Target.Input: it does not start " + deployed.StateMachineARN, "eks-scaling schedules sync",
		},
		{"one starts another, at the right time", following(false, fine, starting(noQueue)), "boundaries", doctor.OK, "5 schedules, as planned but for what they start", ""},
		{"one starts another at another time", following(false, fine, starting(noQueue, off)), "boundaries", doctor.Failed, "1 different (other)", "schedules sync"},
		{"one starts another, just after a change", following(true, starting(noQueue)), "boundary targets", doctor.Warning, "just changed", "wait"},
		{"all are missing", following(false, inspected(triggers.Missing, "a")), "boundary targets", doctor.Unknown, "because all planned schedules are missing", "first"},
		{"no group of those that follow", own(nil, triggers.InSync), "boundary targets", doctor.Unknown, "because there is no such group", "first"},
		{"no group", own(nil, triggers.InSync), "boundaries", doctor.Failed, "no group of schedules eks-scaling-boundaries", "make deploy"},
	})
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	need := doctor.Need{Actions: []string{"eks:DescribeNodegroup", "eks:UpdateNodegroupConfig"}, Resources: []string{"a", "b"}}
	of := func(found ...doctor.Fact[[]doctor.Refusal]) []doctor.Check {
		p := doctor.Permissions{Role: "scale", ARN: "arn:aws:iam::123456789012:role/EksScaling-Scale"}
		for _, f := range found {
			p.Add(need, f)
		}
		return []doctor.Check{p.Check()}
	}
	refused := func(action string) doctor.Fact[[]doctor.Refusal] {
		return doctor.Known([]doctor.Refusal{{Action: action, Resource: "arn:x"}})
	}
	by := func(refuser doctor.Refuser, denied bool, policies ...string) doctor.Fact[[]doctor.Refusal] {
		return doctor.Known([]doctor.Refusal{{Action: "eks:UpdateNodegroupConfig", Resource: "arn:x", By: refuser, Denied: denied, Policies: policies}})
	}
	const noHelp = "; to deploy the stack anew does not help against that"
	allowed, unread := doctor.Known([]doctor.Refusal(nil)), doctor.NotRead[[]doctor.Refusal](denied)
	judged(t, []row{
		{"allowed", of(allowed, allowed), "scale", doctor.OK, "8 permissions, simulated", ""},
		{"a node group is not allowed", of(allowed, refused("eks:UpdateNodegroupConfig")), "scale", doctor.Failed, "eks:UpdateNodegroupConfig on arn:x (no policy allows it)", "config export > my.yaml"},
		{"a role is not allowed", of(refused("sts:AssumeRole")), "scale", doctor.Failed, "sts:AssumeRole on arn:x", "config export > my.yaml"},
		{"something of the stack is not", of(refused("logs:PutLogEvents")), "scale", doctor.Failed, "logs:PutLogEvents", "make deploy"},
		{
			"a Deny statement of a policy", of(allowed, by(doctor.OwnPolicies, true, "night-freeze")), "scale", doctor.Failed,
			"arn:x (policy night-freeze denies it explicitly)", "take the Deny statement out of policy night-freeze, which role EksScaling-Scale has" + noHelp,
		},
		{
			"a Deny statement of who knows which", of(by(doctor.OwnPolicies, true)), "scale", doctor.Failed,
			"(a policy denies it explicitly)", "aws iam list-attached-role-policies --role-name EksScaling-Scale)" + noHelp,
		},
		{
			"a deny of the organization", of(by(doctor.Organization, true)), "scale", doctor.Failed,
			"(a policy of the organization (SCP) denies it explicitly)", "take the deny out of its SCP" + noHelp,
		},
		{
			"nothing of the organization's allows it", of(by(doctor.Organization, false)), "scale", doctor.Failed,
			"(the policies of the organization (SCP) do not allow it)", "allow it in its SCPs" + noHelp,
		},
		{
			"a deny of the boundary", of(by(doctor.Boundary, true)), "scale", doctor.Failed,
			"permissions boundary denies it explicitly", "take the deny out of the permissions boundary of role EksScaling-Scale (see which: aws iam get-role",
		},
		{
			"the boundary does not allow it", of(by(doctor.Boundary, false)), "scale", doctor.Failed,
			"permissions boundary does not allow it", "allow it in the permissions boundary of role EksScaling-Scale",
		},
		{
			"one is denied, and another missing", of(by(doctor.OwnPolicies, true, "p"), by(doctor.OwnPolicies, true, "p"), refused("logs:PutLogEvents")), "scale", doctor.Failed,
			"eks:UpdateNodegroupConfig", "take the Deny statement out of policy p, which role EksScaling-Scale has" + noHelp + ". For what no policy allows: make deploy",
		},
		{
			"what is denied is named, whatever else is missing",
			of(refused("a:1"), refused("a:2"), refused("a:3"), refused("a:4"), refused("a:5"), by(doctor.OwnPolicies, true, "p")), "scale", doctor.Failed,
			"not allowed: eks:UpdateNodegroupConfig on arn:x (policy p denies it explicitly), a:1 on arn:x", "take the Deny statement out of policy p",
		},
		{"not to be simulated", of(allowed, unread), "scale", doctor.Unknown, "allow", "permission"},
		{"what is refused counts, whatever else is not known", of(unread, refused("sqs:SendMessage"), unread), "scale", doctor.Failed, "sqs:SendMessage", "make deploy"},
		{"no role", of(doctor.Missing[[]doctor.Refusal]()), "scale", doctor.Failed, "no such role", "make deploy"},
	})
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	of := func(nodes, groups float64) []doctor.Check {
		return doctor.ClusterQuotas(examined(t), doctor.Known(nodes), doctor.Known(groups))
	}
	unread := doctor.ClusterQuotas(doctor.Cluster{Cluster: reference(t), Existing: doctor.Missing[[]string]()}, doctor.NotRead[float64](denied), doctor.Missing[float64]())
	schedules := func(planned doctor.Fact[int], limit doctor.Fact[float64]) []doctor.Check {
		return []doctor.Check{doctor.ScheduleQuota("sa-east-1", planned, limit)}
	}
	const nodes, groups = "production nodes per node group", "production node groups"
	judged(t, []row{
		{"room for nodes", of(450, 30), nodes, doctor.OK, "5 of 450 nodes (the largest maxSize is that of big)", ""},
		{"little room", of(6, 30), nodes, doctor.Warning, "5 of 6 nodes", "--quota-code L-BD136A63 --region sa-east-1 --desired-value 10"},
		{"no room", of(4, 30), nodes, doctor.Failed, "5 of 4 nodes", "lower maxSize"},
		{"quotas that cannot be read", unread, nodes, doctor.Unknown, "allow", "permission"},
		{"room for node groups", of(450, 30), groups, doctor.OK, "2 of 30 node groups", ""},
		{"no room for node groups, which no run makes", of(450, 1), groups, doctor.Warning, "2 of 1", "--quota-code L-6D54EA21"},
		{"node groups that are not known", unread, groups, doctor.Unknown, "not known", "first"},
		{"a quota that is not there", doctor.ClusterQuotas(examined(t), doctor.Missing[float64](), doctor.Known(30.0)), nodes, doctor.Unknown, "does not know", "console"},
		{"schedules", schedules(doctor.Known(4), doctor.Known(1e7)), "schedules", doctor.OK, "4 of 10000000 schedules", ""},
		{"schedules up to the last", schedules(doctor.Known(100), doctor.Known(100.0)), "schedules", doctor.Warning, "100 of 100", "--quota-code L-EE5D6FF0"},
		{"too many schedules", schedules(doctor.Known(101), doctor.Known(100.0)), "schedules", doctor.Failed, "101 of 100", "request-service-quota-increase"},
		{"a plan that is not known", schedules(doctor.NotRead[int](denied), doctor.Known(1.0)), "schedules", doctor.Unknown, "allow", "permission"},
	})
}

func TestCount(t *testing.T) {
	t.Parallel()
	checks := []doctor.Check{{Outcome: doctor.OK}, {Outcome: doctor.OK}, {Outcome: doctor.Warning}, {Outcome: doctor.Failed}, {Outcome: doctor.Unknown}}
	if got, want := doctor.Count(checks), (doctor.Counts{OK: 2, Warning: 1, Failed: 1, Unknown: 1}); got != want {
		t.Errorf("found %+v; want %+v", got, want)
	}
}
