package main

import (
	"encoding/json"
	"fmt"
	"maps"
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
		states    = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:"
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
	for _, resource := range []string{
		"*", "<LogsTable2E519967.Arn>/index/*", scheduler + "*/*", scheduler + "eks-scaling/*", scheduler + "eks-scaling-triggers/*",
		"arn:<AWS::Partition>:cloudformation:*:<AWS::AccountId>:stack/<AWS::StackName>/*",
		"arn:<AWS::Partition>:eks:*:<AWS::AccountId>:cluster/*", "arn:<AWS::Partition>:eks:*:<AWS::AccountId>:nodegroup/*",
		"arn:<AWS::Partition>:iam::<AWS::AccountId>:role/<AWS::StackName>-*",
		states + "execution:eks-scaling:*", states + "execution:eks-scaling/Unit:*", states + "mapRun:eks-scaling/Unit:*",
	} {
		for _, name := range []string{"ViewerPolicy", "OperatorPolicy"} {
			reasons[name+"/Resource"+iam+resource+"]"] = "People look at every cluster of the account, and at what belongs to the stack, whose parts have made-up names."
		}
	}
	return reasons
}

// ofReference are further findings for the reference configuration.
func ofReference() map[string]string {
	reasons := accepted()
	for _, name := range []string{"ViewerPolicy", "OperatorPolicy"} {
		reasons[name+"/Resource AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:iam::*:role/eks-scaling-spoke-viewer]"] = reasonForSpokes
	}
	for _, function := range []string{"Decide", "Scale", "WaitForNodegroupActive"} {
		for _, nodegroup := range []string{"small", "big"} {
			arn := "arn:<AWS::Partition>:eks:sa-east-1:<AWS::AccountId>:nodegroup/production/" + nodegroup + "/*]"
			reasons[function+"FunctionRole/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::"+arn] = "The last part of a node group's ARN is an id that EKS makes up; cluster and node group are named."
		}
	}
	return reasons
}

// ofRelease are further findings for the released template.
func ofRelease() map[string]string {
	reasons := accepted()
	reasons["Code options.objectVersion is not defined for S3Code.fromBucketV2()"] = "The keys contain the version, and the functions' properties the code's hash."
	reasons["NetworkPolicy/Resource AwsSolutions-IAM5[Resource::*]"] = reasonForNetworks
	roles := []string{"StateMachineRole", "SchedulerRole"}
	for _, name := range deployment.Functions() {
		roles = append(roles, deployment.RoleID(name))
	}
	for _, role := range roles {
		reasons[role+"/Resource CdkNagValidationFailure[AwsSolutions-IAM5]"] = "cdk-nag does not read policies under conditions; " +
			"TestBothTemplatesDeployTheSame holds them against those that it reads."
	}
	for _, name := range []string{"ViewerPolicy", "OperatorPolicy"} {
		reasons[name+"/Resource AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:iam::*:role/"+
			`{"Fn::If":["HasSpokeRole",{"Ref":"SpokeRole"},"eks-scaling-spoke"]}-viewer]`] = reasonForSpokes
	}
	return reasons
}

// ofPrivate are further findings for functions in private subnets, with a key.
func ofPrivate() map[string]string {
	reasons := ofReference()
	reasons["NetworkPolicy/Resource AwsSolutions-IAM5[Resource::*]"] = reasonForNetworks
	for _, name := range deployment.Functions() {
		role := deployment.RoleID(name) + "/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:network-interface/*]"
		reasons[role] = "EC2 chooses the ids of network interfaces; subnets and security groups are named."
		for _, named := range []string{"security-group/<FunctionsSecurityGroup.GroupId>", "subnet/subnet-0aaaaaaaaaaaaaaaa", "subnet/subnet-0bbbbbbbbbbbbbbbb"} {
			role := deployment.RoleID(name) + "/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:*:" + named + "]"
			reasons[role] = "The owner of a shared VPC may be any account; the resource is named."
		}
	}
	return reasons
}

const reasonForNetworks = "IAM cannot limit the describing actions of EC2."

const reasonForSpokes = "A spoke may be in any account; its role decides whom it trusts."

// TestNagFindsWhatIsAccepted and nothing else, such as "AuditFunctionRole/DefaultPolicy/Resource AwsSolutions-IAM5[Resource::*]".
func TestNagFindsWhatIsAccepted(t *testing.T) {
	nag(t, nil, ofReference())
	nag(t, map[string]any{templateKey: released}, ofRelease())
	private := inPrivateSubnets()
	private[dataKeyKey] = someKey
	nag(t, private, ofPrivate())
}

func nag(t *testing.T, context map[string]any, reasons map[string]string) {
	t.Helper()
	all := map[string]any{"@aws-cdk/core:annotationsInValidationReport": false} // findings are read, and must not make the synth itself fail
	maps.Copy(all, context)
	app := testApp(t, environment{}, all)
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
	for path, notes := range notes {
		for _, note := range notes {
			if note.Type != "aws:cdk:error" && note.Type != "aws:cdk:warning" {
				continue
			}
			finding, explanation, _ := strings.Cut(fmt.Sprint(note.Data), ": ")
			finding, _, _ = strings.Cut(finding, ". ")
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
