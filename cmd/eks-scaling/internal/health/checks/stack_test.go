package checks_test

import (
	"strings"
	"testing"
	_ "time/tzdata"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/statemachine"
)

// resources returns the resources of a whole stack.
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
		{"an update that was taken back", of("UPDATE_ROLLBACK_COMPLETE", nil), "deployment", checks.Warning, "was rolled back", "describe-stack-events --stack-name EksScaling"},
		{"a creation that was taken back", of("ROLLBACK_COMPLETE", nil), "deployment", checks.Failed, "ROLLBACK_COMPLETE", "make deploy"},
		{"in progress", of("UPDATE_IN_PROGRESS", nil), "deployment", checks.Warning, "in progress", "wait"},
		{"failed", of("UPDATE_ROLLBACK_FAILED", nil), "deployment", checks.Failed, "UPDATE_ROLLBACK_FAILED", "make deploy"},
		{"every function", of("CREATE_COMPLETE", resources()), "functions", checks.OK, "all 9", ""},
		{"a function is missing", of("CREATE_COMPLETE", resources()[:8]), "functions", checks.Failed, "no function wait-for-nodegroup-active", "make deploy"},
		{"every resource", of("CREATE_COMPLETE", resources()), "resources", checks.OK, "all 10", ""},
		{"a resource that failed", of("CREATE_COMPLETE", broken), "resources", checks.Failed, "AlertTopic2720D535 (AWS::SNS::Topic) is UPDATE_FAILED", "describe-stack-resources"},
		{"not to be listed", checks.Stack(deployed, health.NotRead[[]checks.Resource](denied)), "functions", checks.Unknown, "denied", "permission"},
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
		{"another key", with(func(c, _ *checks.StoredTable) { c.Table.Value.Key = []string{"id"} }), name, checks.Failed, "its key is id, not kind, name", "version"},
		{"being made", with(func(c, _ *checks.StoredTable) { c.Table.Value.Status = "CREATING" }), name, checks.Failed, "CREATING", "wait"},
		{"being updated", with(func(c, _ *checks.StoredTable) { c.Table.Value.Status = "UPDATING" }), name, checks.OK, "UPDATING", ""},
		{"not to be looked at", with(func(c, _ *checks.StoredTable) { c.Table = health.NotRead[checks.Table](denied) }), name, checks.Unknown, "denied", "permission"},
		{"no stream", with(func(c, _ *checks.StoredTable) { c.Table.Value.StreamView = "" }), name + " stream", checks.Failed, "off; must be on with NEW_AND_OLD_IMAGES", "make deploy"},
		{"another stream", with(func(c, _ *checks.StoredTable) { c.Table.Value.StreamView = "KEYS_ONLY" }), name + " stream", checks.Failed, "on with KEYS_ONLY; must be on with NEW_AND_OLD_IMAGES", "make deploy"},
		{"no index", with(func(_, l *checks.StoredTable) { l.Table.Value.Indexes = nil }), "eks-scaling-logs", checks.Failed, "no index by-day on day, at", "make deploy"},
		{"no expiry", with(func(_, l *checks.StoredTable) { l.Expiry = health.Known("") }), "eks-scaling-logs expiry", checks.Warning, "off: expired items stay", "update-time-to-live --table-name eks-scaling-logs"},
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
	const differs = "does not match this CLI version: "
	judged(t, []row{
		{"it is there", of(definition()), "state machine", checks.OK, "ACTIVE", ""},
		{"this version", of(definition()), "definition", checks.OK, "matches this CLI version", ""},
		{"in another layout", of(strings.ReplaceAll(definition(), "\n", " ")), "definition", checks.OK, "matches this CLI version", ""},
		{"it is gone", gone, "state machine", checks.Failed, "no state machine arn:aws:states", "make deploy"},
		{"it is gone, and with it its definition", gone, "definition", checks.Unknown, "because there is no state machine", "first"},
		{"it goes", checks.Workflow(deployed, health.Known(checks.Machine{Status: "DELETING", Definition: "{}"})), "state machine", checks.Failed, "DELETING", "make deploy"},
		{"another number", changed(`"ToleratedFailurePercentage": 100.0`, `"ToleratedFailurePercentage": 5.0`), "definition", checks.Failed, differs + "States.ForEachUnit.ToleratedFailurePercentage differs", "make deploy"},
		{"a state less", changed(`"Succeeded": {`, `"Done": {`), "definition", checks.Failed, differs + "States.Done differs", "make deploy"},
		{"a choice more", changed(`"Choices": [{`, `"Choices": [{}, {`), "definition", checks.Failed, "Choices differs", "make deploy"},
		{"a function without a version", changed("function:eks-scaling-decide:12", "function:eks-scaling-decide"), "definition", checks.Failed, "Decide.Parameters.FunctionName differs", "make deploy"},
		{"no number for a version", changed("function:eks-scaling-decide:12", "function:eks-scaling-decide:$LATEST"), "definition", checks.Failed, "Decide.Parameters.FunctionName differs", "make deploy"},
		{"another version", changed("function:eks-scaling-decide:12", "function:eks-scaling-decide:3"), "definition", checks.OK, "matches this CLI version", ""},
		{"another function", changed("function:eks-scaling-decide", "function:mine"), "definition", checks.Failed, "Decide.Parameters.FunctionName differs", "make deploy"},
		{"another topic", changed(deployed.AlertTopicARN, "arn:aws:sns:sa-east-1:123456789012:mine"), "definition", checks.Failed, "NotifyFailure.Parameters.TopicArn differs", "make deploy"},
		{"another type", of(`[]`), "definition", checks.Failed, differs, "make deploy"},
		{"invalid JSON", of(`{`), "definition", checks.Failed, "invalid JSON", "make deploy"},
		{"not to be looked at", checks.Workflow(deployed, health.NotRead[checks.Machine](denied)), "definition", checks.Unknown, "denied", "permission"},
	})
}
