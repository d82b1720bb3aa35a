package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eks-scaling-automation/shared/deployment"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
)

// accepted are the findings of cdk-nag for the reference configuration, each with the reason why it is accepted.
func accepted() map[string]string {
	const (
		iam       = " AwsSolutions-IAM5[Resource::"
		policy    = "FunctionRole/DefaultPolicy/Resource" + iam
		scheduler = "arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/"
	)
	reasons := map[string]string{
		"StateMachineRole/DefaultPolicy/Resource" + iam + "*]":          "The delivery of a state machine's logs, and X-Ray, have no resources that a permission could name.",
		"DeadLetterQueue/Resource AwsSolutions-SQS3":                    "This is the dead-letter queue of EventBridge and Lambda, which cdk-nag does not detect.",
		"SyncTriggers" + policy + scheduler + "eks-scaling-triggers/*]": "The schedules of this group are made and removed as the configuration wants; the group is named.",
		"SyncTriggers" + policy + scheduler + "eks-scaling-events/*]":   "The schedules of this group are made and removed as the overrides want; the group is named.",
		"SyncTriggers" + policy + scheduler + "*/*]":                    "EventBridge Scheduler requires this permission on all schedules, even to list one group.",
	}
	for _, name := range deployment.Functions() {
		function := strings.TrimSuffix(deployment.FunctionID(name), "Function")
		reasons[function+policy+"*]"] = "X-Ray has no resources that a permission could name; traces are written to the account as a whole."
	}
	for _, machine := range []string{"eks-scaling", "eks-scaling/Unit"} {
		path := "StateMachineRole/DefaultPolicy/Resource" + iam + "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:" + machine + ":*]"
		reasons[path] = "The names of executions are made when they start; the state machine is named."
	}
	for _, function := range []string{"Decide", "Scale", "WaitForNodegroupActive"} {
		for _, nodegroup := range []string{"small", "big"} {
			arn := "arn:<AWS::Partition>:eks:sa-east-1:<AWS::AccountId>:nodegroup/production/" + nodegroup + "/*]"
			reasons[function+policy+arn] = "The last part of a node group's ARN is an id that EKS makes up; cluster and node group are named."
		}
	}
	for _, function := range []string{
		"AuditFunctionE377F5C8", "DecideFunction865A4D3F", "LoadConfigFunction7247AA49", "ReadSignalsFunction488A76D5",
		"ScaleFunctionCE159682", "SyncTriggersFunctionCB61B2B4", "WaitForNodegroupActiveFunction45F3F9C9",
	} {
		path := "StateMachineRole/DefaultPolicy/Resource" + iam + "<" + function + ".Arn>:*]"
		reasons[path] = "Runs under way call versions of earlier deployments, with numbers that nobody knows beforehand; the function is named."
	}
	for _, function := range []string{"SyncTriggers", "AuditConfig"} {
		const reason = "Streams can be listed for a table, not for one of its streams, whose ARN has the time of its making."
		reasons[function+policy+"<ConfigTable5CD72349.Arn>/stream/*]"] = reason
	}
	return reasons
}

// TestNagFindsWhatIsAccepted and nothing else, such as "AuditFunctionRole/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::*]".
func TestNagFindsWhatIsAccepted(t *testing.T) {
	// Findings are read, and must not make the synth itself fail.
	app := testApp(t, environment{}, map[string]any{"@aws-cdk/core:annotationsInValidationReport": false})
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
	reasons := accepted()
	for path, notes := range notes {
		for _, note := range notes {
			if note.Type != "aws:cdk:error" && note.Type != "aws:cdk:warning" {
				continue
			}
			finding, explanation, _ := strings.Cut(fmt.Sprint(note.Data), ": ")
			finding = strings.TrimPrefix(path, "/"+deployment.DefaultName+"/") + " " + finding
			if reasons[finding] == "" {
				t.Errorf("%s: %s", finding, explanation)
			}
			delete(reasons, finding)
		}
	}
	for finding := range reasons {
		t.Errorf("%s is accepted, but not found", finding)
	}
}
