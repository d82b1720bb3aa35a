package integration_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
)

func TestFunctionWithoutItsEnvironmentSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ function, given, missing string }{
		{"load-config", "", "CONFIG_TABLE"},
		{"read-signals", "", "CONFIG_TABLE"},
		{"decide", "", "CONFIG_TABLE"},
		{"decide", "CONFIG_TABLE", "LOGS_TABLE"},
		{"scale", "CONFIG_TABLE", "LOGS_TABLE"},
		{"wait-for-nodegroup-active", "", "LOGS_TABLE"},
		{"audit", "", "AUDIT_RETENTION_DAYS"},
		{"audit-config", "", "CONFIG_TABLE"},
	} {
		cmd := exec.CommandContext(t.Context(), lambda.Bootstrap(binaries, row.function))
		cmd.Env = []string{"AWS_REGION=" + world.Region}
		if row.given != "" {
			cmd.Env = append(cmd.Env, row.given+"=there")
		}
		printed, err := cmd.CombinedOutput()
		want := fmt.Sprintf("environment variable %s is not set", row.missing)
		if err == nil || !strings.Contains(string(printed), want) {
			t.Errorf("%s: %v, and printed %s; want a failure with %q", row.function, err, printed, want)
		}
	}
}

// principals are what the deployed policies allow each function, by the access key that the local world gives it.
func principals(t *testing.T, w *world.World) map[string]policy.Policy {
	t.Helper()
	principals := map[string]policy.Policy{}
	for _, f := range w.Template.Of("AWS::Lambda::Function") {
		role, err := w.Template.RoleOf(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		principals[lambda.AccessKeyID(f.Name)] = role.Policy
	}
	return principals
}

// TestRolesOfTheStackAreEnough scales up and down with exactly the permissions of the template.
func TestRolesOfTheStackAreEnough(t *testing.T) {
	t.Parallel()
	w := beginWith(t, world.Options{Binaries: binaries, Log: t.Output(), Now: time.Now, Clock: recordable(t), Strict: true})
	apply(t, w)
	for name, at := range map[string]string{"night": "02:00:00", "peak": "07:00:00"} {
		if result := runWorld(t, w, name, run.Input{At: tuesday(at)}); result.Status != engine.Succeeded {
			t.Errorf("%s: %s: %s", name, result.Error, result.Cause)
		}
	}
	w.EKS.CreateNodegroup(world.Region, "other", "big", eks.Sizes{Max: 1})
	for _, row := range []struct{ function, operation, cluster string }{
		{"decide", "UpdateNodegroupConfig", "production"}, // it must only read
		{"scale", "UpdateNodegroupConfig", "other"},       // the stack was not deployed for it
		{"audit", "DescribeNodegroup", "production"},
	} {
		request := policy.Request{
			Action: "eks:" + row.operation, Resource: "arn:aws:eks:" + world.Region + ":" + world.Account + ":nodegroup/" + row.cluster + "/big/id",
		}
		if w.STS.Authorize(lambda.AccessKeyID("eks-scaling-"+row.function), world.Region, request) == nil {
			t.Errorf("%s may call %s in %s", row.function, row.operation, row.cluster)
		}
	}
}

// TestRoleOfSyncTriggersIsEnough makes EventBridge Scheduler ask the deployed policies before it answers, and has triggers
// made, changed and removed.
func TestRoleOfSyncTriggersIsEnough(t *testing.T) {
	t.Parallel()
	w := configured(t)
	principals := principals(t, w)
	w.Scheduler.SetAuthorize(func(c scheduler.Call) error { return permittedToSchedule(principals[c.Principal], c) })
	for _, row := range []struct {
		name, from string
		want       run.SyncTriggersResult
	}{
		{"made", "01:00", run.SyncTriggersResult{Planned: 4, Created: 4}},
		{"replaced", "02:00", run.SyncTriggersResult{Planned: 4, Created: 1, Deleted: 1}},
	} {
		apply(t, w, `"01:00"`, `"`+row.from+`"`)
		result := runWorld(t, w, row.name, run.Input{Trigger: "reconcile", At: tuesday("12:00:00")})
		var summary run.Summary
		if err := json.Unmarshal(result.Output, &summary); err != nil || summary.Triggers == nil {
			t.Fatalf("%s: %s: %s", row.name, result.Error, result.Cause)
		}
		if diff := cmp.Diff(row.want, *summary.Triggers); diff != "" {
			t.Errorf("%s: schedules (-want +got):\n%s", row.name, diff)
		}
	}
	for _, group := range []string{"eks-scaling", "default"} {
		if err := permittedToSchedule(principals[lambda.AccessKeyID("eks-scaling-sync-triggers")], scheduler.Call{
			Operation: "DeleteSchedule", Group: group, Name: "reconcile",
		}); err == nil {
			t.Errorf("sync-triggers may delete schedules of group %s; it must stay in its own", group)
		}
	}
}

// permittedToSchedule reports whether a call is allowed on the schedule's ARN. AWS asks for every schedule when they are listed.
func permittedToSchedule(role policy.Policy, c scheduler.Call) error {
	schedule := c.Group + "/" + c.Name
	if c.Operation == "ListSchedules" {
		schedule = "*/*"
	}
	resource := "arn:aws:scheduler:" + world.Region + ":" + world.Account + ":schedule/" + schedule
	if role.Allows(policy.Request{Action: "scheduler:" + c.Operation, Resource: resource}) {
		return nil
	}
	return fmt.Errorf("%s is not authorized to perform: scheduler:%s on %s", c.Principal, c.Operation, resource)
}
