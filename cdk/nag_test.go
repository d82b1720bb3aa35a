package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/shared/deployment"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
	"github.com/google/go-cmp/cmp"
)

// suppression is a finding of cdk-nag that is accepted, on the one resource that has it.
type suppression struct {
	path      string // below the stack
	rule      string
	appliesTo string // the one thing in the resource that is meant; empty when the rule looks at the whole resource
	reason    string
}

const (
	xrayReason      = "X-Ray has no resources that a permission could name; traces are written to the account as a whole."
	deliveryReason  = "The delivery of a state machine's logs, and X-Ray, have no resources that a permission could name."
	nodegroupReason = "The last part of a node group's ARN is an id that EKS makes up; cluster and node group are named."
	queueReason     = "This is a dead-letter queue: that of EventBridge and of Lambda, where cdk-nag does not look."
	streamReason    = "Streams can be listed for a table, not for one of its streams, whose ARN has the time of its making."
	boundaryReason  = "The schedules of this group are made and removed as the configuration wants; the group is named."
	versionReason   = "Runs under way call versions of earlier deployments, with numbers that nobody knows beforehand; the function is named."
	listReason      = "EventBridge Scheduler asks for this permission on all schedules, also when those of one group are listed."
)

// suppressions are all the findings that are accepted for the reference configuration.
func suppressions() []suppression {
	list := []suppression{
		{path: "StateMachineRole/DefaultPolicy/Resource", rule: "AwsSolutions-IAM5", appliesTo: "Resource::*", reason: deliveryReason},
		{path: "DeadLetterQueue/Resource", rule: "AwsSolutions-SQS3", reason: queueReason},
	}
	for _, function := range []string{"LoadConfig", "Decide", "Scale", "WaitForNodegroupActive", "Audit", "SyncSchedules", "AuditConfig"} {
		list = append(list, suppression{
			path: function + "FunctionRole/DefaultPolicy/Resource", rule: "AwsSolutions-IAM5", appliesTo: "Resource::*", reason: xrayReason,
		})
	}
	for _, function := range []string{"Decide", "Scale", "WaitForNodegroupActive"} {
		for _, nodegroup := range []string{"small", "big"} {
			list = append(list, suppression{
				path: function + "FunctionRole/DefaultPolicy/Resource", rule: "AwsSolutions-IAM5",
				appliesTo: "Resource::arn:<AWS::Partition>:eks:sa-east-1:<AWS::AccountId>:nodegroup/production/" + nodegroup + "/*",
				reason:    nodegroupReason,
			})
		}
	}
	for _, function := range []string{
		"AuditFunctionE377F5C8", "DecideFunction865A4D3F", "LoadConfigFunction7247AA49", "ScaleFunctionCE159682",
		"SyncSchedulesFunction7321C05E", "WaitForNodegroupActiveFunction45F3F9C9",
	} {
		list = append(list, suppression{
			path: "StateMachineRole/DefaultPolicy/Resource", rule: "AwsSolutions-IAM5",
			appliesTo: "Resource::<" + function + ".Arn>:*", reason: versionReason,
		})
	}
	for _, function := range []string{"SyncSchedules", "AuditConfig"} {
		list = append(list, suppression{
			path: function + "FunctionRole/DefaultPolicy/Resource", rule: "AwsSolutions-IAM5",
			appliesTo: "Resource::<ConfigTable5CD72349.Arn>/stream/*", reason: streamReason,
		})
	}
	const scheduler = "arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/"
	for resource, reason := range map[string]string{
		scheduler + "eks-scaling-boundaries/*": boundaryReason,
		scheduler + "*/*":                      listReason,
	} {
		list = append(list, suppression{
			path: "SyncSchedulesFunctionRole/DefaultPolicy/Resource", rule: "AwsSolutions-IAM5",
			appliesTo: "Resource::" + resource, reason: reason,
		})
	}
	return list
}

func TestNagFindsNothingThatIsNotAccepted(t *testing.T) {
	found := nagFindings(t, suppressions())
	for _, finding := range slices.Sorted(maps.Keys(found)) {
		t.Errorf("%s: %s", finding, found[finding])
	}
}

// TestEverySuppressionIsNeeded keeps the list as short as it can be.
func TestEverySuppressionIsNeeded(t *testing.T) {
	var want []string
	for _, s := range suppressions() {
		finding := s.path + " " + s.rule
		if s.appliesTo != "" {
			finding += "[" + s.appliesTo + "]"
		}
		want = append(want, finding)
	}
	slices.Sort(want)
	got := slices.Sorted(maps.Keys(nagFindings(t, nil)))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("suppressions and findings differ (-suppressed +found):\n%s", diff)
	}
}

// nagFindings are what cdk-nag finds, such as "AuditFunctionRole/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::*]",
// each with its explanation.
func nagFindings(t *testing.T, suppressed []suppression) map[string]string {
	t.Helper()
	// Findings are read, and must not make the synth itself fail.
	app := testApp(t, environment{}, map[string]any{"@aws-cdk/core:annotationsInValidationReport": false})
	stack := app.Node().FindChild(jsii.String(deployment.DefaultName)).(awscdk.Stack)
	for _, s := range suppressed {
		suppression := &cdknag.NagPackSuppression{Id: &s.rule, Reason: &s.reason}
		if s.appliesTo != "" {
			suppression.AppliesTo = &[]any{s.appliesTo}
		}
		cdknag.NagSuppressions_AddResourceSuppressionsByPath(
			stack, "/"+deployment.DefaultName+"/"+s.path, &[]*cdknag.NagPackSuppression{suppression}, jsii.Bool(false))
	}
	awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{Reports: jsii.Bool(false)}), nil)
	data, err := os.ReadFile(filepath.Join(*app.Synth(nil).Directory(), deployment.DefaultName+".metadata.json"))
	if err != nil {
		t.Fatal(err)
	}
	var notes map[string][]struct {
		Type string
		Data any
	}
	if err := json.Unmarshal(data, &notes); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for path, notes := range notes {
		for _, note := range notes {
			if note.Type == "aws:cdk:error" || note.Type == "aws:cdk:warning" {
				finding, explanation, _ := strings.Cut(fmt.Sprint(note.Data), ": ")
				found[strings.TrimPrefix(path, "/"+deployment.DefaultName+"/")+" "+finding] = explanation
			}
		}
	}
	return found
}
