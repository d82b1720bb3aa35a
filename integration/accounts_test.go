package integration_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/spoke"
)

// spokeAccount is an account with a cluster that is named like the one in the hub's account.
const spokeAccount = "210987654321"

// twoAccounts has the cluster production of the hub's account, and that of another one.
const twoAccounts = "testdata/accounts.yaml"

// accountPolicies are the permissions of the functions that the CDK grants for it.
const accountPolicies = "../cdk/testdata/accounts-policies.golden.json"

// spoked is a world with both accounts, without a spoke. Its functions have exactly the permissions that the CDK grants them.
func spoked(t *testing.T) (w *world.World, of spoke.Template) {
	t.Helper()
	w = beginWith(t, world.Options{Binaries: binaries, Log: t.Output(), Now: time.Now, Clock: recordable(t), Strict: true})
	w.EKS.Of(spokeAccount).CreateNodegroup(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 1})
	granted := map[string]json.RawMessage{}
	text, err := os.ReadFile(accountPolicies)
	if err == nil {
		err = json.Unmarshal(text, &granted)
	}
	if err != nil {
		t.Fatal(err)
	}
	for function, text := range granted {
		allowed, err := policy.Parse(function, text)
		if err == nil {
			err = w.SetPolicy("eks-scaling-"+function, allowed)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	document, err := os.ReadFile(twoAccounts)
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	file, err := filepath.Abs(twoAccounts)
	if err != nil {
		t.Fatal(err)
	}
	if printed, err := w.CLI(t.Context(), "config", "apply", "--yes", "--offline", file); err != nil {
		t.Fatalf("config apply: %v\n%s", err, printed)
	}
	return w, spoke.Of(c)
}

func TestAClusterOfASpokeIsScaledInSessionsThatNameTheRun(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	w, template := spoked(t)
	if err := w.DeploySpoke(spokeAccount, template, nil); err != nil {
		t.Fatal(err)
	}
	if result := runWorld(t, w, "night-run", run.Input{Trigger: "schedule"}); result.Status != engine.Succeeded {
		t.Fatalf("%s: %s", result.Error, result.Cause)
	}
	there, _ := w.EKS.Of(spokeAccount).Nodegroup(world.Region, "production", "big")
	if there.Sizes.Desired != 4 || desired(w)["big"] != 3 {
		t.Errorf("big has %d nodes there and %d here; want 4 and 3", there.Sizes.Desired, desired(w)["big"])
	}
	for _, c := range w.EKS.Calls() {
		want := "arn:aws:sts::" + spokeAccount + ":assumed-role/eks-scaling-spoke/night-run"
		if c.Account == spokeAccount && (c.Caller.ARN != want || c.Caller.Tags["eks-scaling:run"] != "night-run" || c.Caller.Tags["eks-scaling:cluster"] == "") {
			t.Errorf("%s was called by %+v; want the session and tags of the run", c.Operation, c.Caller)
		}
	}
	functions := map[string]bool{}
	for _, c := range w.STS.Calls() {
		functions[c.Caller.Session] = true
		if c.ExternalID != "hub-of-the-platform-team" || c.ErrorType != "" {
			t.Errorf("found the call %+v", c)
		}
	}
	if len(functions) != 3 {
		t.Errorf("found the callers %v; want the three functions that call EKS", functions)
	}
}

func TestPeopleLookThroughTheViewersRole(t *testing.T) {
	t.Parallel()
	w, template := spoked(t)
	if err := w.DeploySpoke(spokeAccount, template, nil); err != nil {
		t.Fatal(err)
	}
	_, _ = w.CLI(t.Context(), "status") // it finds fault with the alerts
	looked := false
	for _, c := range w.EKS.Calls() {
		looked = looked || c.Account == spokeAccount && c.Caller.Principal == "arn:aws:iam::"+spokeAccount+":role/eks-scaling-spoke-viewer" && c.Status == http.StatusOK
	}
	if !looked {
		t.Errorf("status did not see the other account: %+v", w.EKS.Calls())
	}
}

// TestASpokeThatRefusesFailsItsUnitsAlone lets the cluster of the hub's account be scaled all the same.
func TestASpokeThatRefusesFailsItsUnitsAlone(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	w, template := spoked(t)
	w.STS.SetOrganization("o-0123456789", world.Account)
	decide, err := w.Template.RoleOf("eks-scaling-decide")
	if err != nil {
		t.Fatal(err)
	}
	staging, tagged := template, template
	staging.Clusters = []spoke.Cluster{{Account: spokeAccount, Region: world.Region, Name: "staging"}}
	tagged.TagKey, tagged.TagValue = "scaling", "yes"
	for i, row := range []struct {
		name       string
		template   *spoke.Template // nil: none is deployed
		parameters map[string]string
		want       string // in the alert; empty: the run succeeds
		class      run.ErrorName
	}{
		{"no spoke", nil, nil, "sts:AssumeRole", run.AccountRefusedError},
		{"another external id", &template, map[string]string{spoke.ExternalID: "another"}, "sts:AssumeRole", run.AccountRefusedError},
		{"another hub", &template, map[string]string{spoke.FunctionRoles: "arn:aws:iam::" + world.Account + ":role/other"}, "sts:AssumeRole", run.AccountRefusedError},
		{"one function", &template, map[string]string{spoke.FunctionRoles: decide.ARN}, "eks-scaling-scale is not authorized to perform: sts:AssumeRole", run.AccountRefusedError},
		{"another organization", &template, map[string]string{spoke.Organization: "o-9876543210"}, "sts:AssumeRole", run.AccountRefusedError},
		{"other clusters", &staging, nil, "eks:DescribeNodegroup", run.AccessDeniedError},
		{"a tag that the cluster lacks", &tagged, nil, "eks:DescribeNodegroup", run.AccessDeniedError},
		{"its organization", &template, map[string]string{spoke.Organization: "o-0123456789"}, "", ""},
	} {
		if row.template != nil {
			if err := w.DeploySpoke(spokeAccount, *row.template, row.parameters); err != nil {
				t.Fatal(err)
			}
		}
		before := len(w.Alerts())
		result := runWorld(t, w, fmt.Sprint("run-", i), run.Input{Trigger: "schedule"})
		there, _ := w.EKS.Of(spokeAccount).Nodegroup(world.Region, "production", "big")
		if row.want == "" {
			if result.Status != engine.Succeeded || there.Sizes.Desired != 4 {
				t.Errorf("%s: %s: %s", row.name, result.Error, result.Cause)
			}
			continue
		}
		if result.Status != engine.Failed || desired(w)["big"] != 3 || there.Sizes.Desired != 1 {
			t.Errorf("%s: %s: big has %d nodes here and %d there; want a failed run, 3 and 1", row.name, result.Status, desired(w)["big"], there.Sizes.Desired)
		}
		units, err := w.Units(t.Context(), fmt.Sprint("run-", i))
		if err != nil {
			t.Fatal(err)
		}
		failed := slices.DeleteFunc(units, func(u run.UnitRecord) bool { return u.Outcome != run.Failed })
		if len(failed) != 1 || failed[0].Cluster != "production-there" || failed[0].Failures[0].Error != string(row.class) {
			t.Errorf("%s: found the failed units %+v; want production-there", row.name, failed)
		}
		alerts := w.Alerts()[before:]
		if len(alerts) != 1 || !strings.Contains(alerts[0].Message, row.want) || !strings.Contains(alerts[0].Message, "eks-scaling accounts template") {
			t.Errorf("%s: found the alerts %v; want one with %s, and how to deploy the spoke", row.name, alerts, row.want)
			continue
		}
		const names = "account " + spokeAccount + " does not let the caller in as role eks-scaling-spoke: STS answered AccessDenied"
		if row.class == run.AccountRefusedError && !strings.Contains(alerts[0].Message, names) {
			t.Errorf("%s: found the alert %s; want in it %s", row.name, alerts[0].Message, names)
		}
	}
}
