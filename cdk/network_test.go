package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/deployment"
)

const (
	privateGolden = "cdk/testdata/private.golden.json"
)

// inPrivateSubnets is the context of a stack with a security group and all endpoints of its own.
func inPrivateSubnets() map[string]any {
	return map[string]any{
		subnetsKey: "subnet-0aaaaaaaaaaaaaaaa,subnet-0bbbbbbbbbbbbbbbb", vpcKey: "vpc-0cccccccccccccccc",
		routeTablesKey: "rtb-0dddddddddddddddd", endpointsKey: "on",
	}
}

// private is a stack in subnets, in a known account and region.
var private = once(func(t *testing.T) template {
	t.Helper()
	context := inPrivateSubnets()
	context[configKey] = configFile(t, minimal)
	return synthesize(t, environment{account: "123456789012", region: "eu-west-1"}, context)
})

// TestGoldenPrivate shows what private subnets add to the template.
func TestGoldenPrivate(t *testing.T) {
	made := private(t)
	shown, placed := map[string]any{}, map[string]any{}
	for id, r := range made.Resources {
		switch {
		case strings.HasPrefix(r.Type, "AWS::EC2::"):
			shown[withoutHash(id)] = map[string]any{"Type": r.Type, "Properties": r.Properties}
		case r.Type == "AWS::Lambda::Function":
			placed[r.Properties["FunctionName"].(string)] = r.Properties["VpcConfig"]
		}
	}
	shown["VpcConfig"] = placed["eks-scaling-decide"]
	for name, config := range placed {
		if !cmp.Equal(config, shown["VpcConfig"]) {
			t.Errorf("%s runs elsewhere: %v", name, config)
		}
	}
	shown["Outputs"] = []string{made.Outputs[deployment.OutputSubnets].Value, made.Outputs[deployment.OutputOwnSecurityGroup].Value}
	shown["DecideFunctionRole"] = slices.DeleteFunc(permissions(t, made)["DecideFunctionRole"], func(line string) bool { return !strings.Contains(line, "ec2:") })
	isGolden(t, privateGolden, shown)
}

// TestOnlyFunctionsAttachToSubnets, and all of them in the same way.
func TestOnlyFunctionsAttachToSubnets(t *testing.T) {
	want := permissions(t, private(t))
	for role, lines := range want {
		n := 0
		for _, line := range lines {
			if strings.Contains(line, "ec2:") {
				n++
			}
		}
		if isFunctions := strings.HasSuffix(role, "FunctionRole"); isFunctions != (n == 4) || n > 4 {
			t.Errorf("%s has %d statements about network interfaces:\n%s", role, n, strings.Join(lines, "\n"))
		}
	}
}

// TestGivenSecurityGroupsAreUsed: then the stack creates none for functions, and needs no VPC without endpoints.
func TestGivenSecurityGroupsAreUsed(t *testing.T) {
	made := synthesize(t, environment{}, map[string]any{
		configKey: configFile(t, minimal), subnetsKey: "subnet-0aaaaaaaaaaaaaaaa", securityGroupsKey: "sg-0eeeeeeeeeeeeeeee",
	})
	type vpcConfig struct{ SubnetIds, SecurityGroupIds []string } //nolint:revive // the properties' names
	want := vpcConfig{[]string{"subnet-0aaaaaaaaaaaaaaaa"}, []string{"sg-0eeeeeeeeeeeeeeee"}}
	for _, f := range all[struct{ VpcConfig vpcConfig }](t, made, "AWS::Lambda::Function") {
		if diff := cmp.Diff(want, f.VpcConfig); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	for id, r := range made.Resources {
		if strings.HasPrefix(r.Type, "AWS::EC2::") {
			t.Errorf("found %s, a %s", id, r.Type)
		}
	}
}

// TestEndpointsFollowTheConfiguration: what no signal and no role needs costs nothing.
func TestEndpointsFollowTheConfiguration(t *testing.T) {
	for _, row := range []struct {
		name, config, endpoints string
		want                    []string
	}{
		{"one cluster", minimal, "on", []string{"dynamodb", "eks", "events", "scheduler", "sns", "sqs"}},
		{"a cluster in another account, and signals", "accounts: {externalId: hub}\n" + strings.Replace(withSignals, "    region:", "    account: \"310987654321\"\n    region:", 1), "on", []string{
			"dynamodb", "eks", "events", "monitoring", "scheduler", "secretsmanager", "sns", "sqs", "ssm", "sts",
		}},
		{"chosen ones", minimal, "dynamodb,eks", []string{"dynamodb", "eks"}},
	} {
		context := inPrivateSubnets()
		context[configKey], context[endpointsKey], context[signalHostsKey] = configFile(t, row.config), row.endpoints, "api.example.com"
		var got []string
		for _, e := range all[struct{ ServiceName string }](t, synthesize(t, environment{}, context), "AWS::EC2::VPCEndpoint") {
			got = append(got, e.ServiceName[strings.LastIndex(e.ServiceName, ".")+1:])
		}
		slices.Sort(got)
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.name, diff)
		}
	}
}

// TestBeyondTheEndpoints: what no endpoint leads to is named at synthesis.
func TestBeyondTheEndpoints(t *testing.T) {
	twoRegions := minimal + strings.NewReplacer("name: a", "name: b", "eu-west-1", "us-east-1").Replace(minimal[strings.Index(minimal, "  - name:"):])
	for _, row := range []struct {
		name, config, endpoints string
		at                      environment
		want                    []string
	}{
		{"a region, all clusters there", minimal, "on", environment{account: "123456789012", region: "eu-west-1"}, nil},
		{"no region, clusters in one", minimal, "on", environment{}, nil},
		{"no region, clusters in two", twoRegions, "on", environment{}, []string{"has clusters in us-east-1."}},
		{"a cluster elsewhere", minimal, "on", environment{account: "123456789012", region: "eu-west-2"}, []string{"has clusters in eu-west-1."}},
		{"a cluster elsewhere, and no endpoint", minimal, "off", environment{account: "123456789012", region: "eu-west-2"}, nil},
		{"a signal over HTTPS", withSignals, "on", environment{}, []string{"hosts of signals: api.example.com."}},
	} {
		context := inPrivateSubnets()
		if row.endpoints == "off" {
			delete(context, routeTablesKey)
		}
		context[configKey], context[endpointsKey], context[signalHostsKey] = configFile(t, row.config), row.endpoints, "api.example.com"
		warnings := strings.Join(warningsOf(t, row.at, context), "\n")
		for _, want := range row.want {
			if !strings.Contains(warnings, want) {
				t.Errorf("%s: found %q; want %q in it", row.name, warnings, want)
			}
		}
		if (warnings == "") != (len(row.want) == 0) {
			t.Errorf("%s: found %q", row.name, warnings)
		}
	}
}

// warningsOf returns the warnings of a synthesis.
func warningsOf(t *testing.T, at environment, context map[string]any) (warnings []string) {
	t.Helper()
	app := testApp(t, at, context)
	data, err := os.ReadFile(filepath.Join(*app.Synth(nil).Directory(), deployment.DefaultName+".metadata.json"))
	if err != nil {
		t.Fatal(err)
	}
	var notes map[string][]struct{ Type, Data any }
	if err := json.Unmarshal(data, &notes); err != nil {
		t.Fatal(err)
	}
	for _, path := range slices.Sorted(maps.Keys(notes)) {
		for _, note := range notes[path] {
			if note.Type == "aws:cdk:warning" {
				warnings = append(warnings, note.Data.(string))
			}
		}
	}
	return warnings
}

func TestNetworksThatAreRefused(t *testing.T) {
	for _, row := range []struct {
		name    string
		context map[string]any
		want    string
	}{
		{"not a subnet", map[string]any{subnetsKey: "private-a"}, `context subnets: invalid id "private-a": use one such as subnet-0123456789abcdef0`},
		{"a subnet twice", map[string]any{subnetsKey: "subnet-01234567,subnet-01234567"}, `context subnets: duplicate id "subnet-01234567"`},
		{"six security groups", map[string]any{securityGroupsKey: "sg-00000001,sg-00000002,sg-00000003,sg-00000004,sg-00000005,sg-00000006"}, "context securityGroups: has 6 ids: the maximum is 5"},
		{"endpoints without subnets", map[string]any{endpointsKey: "on"}, "context endpoints: has no effect without subnets"},
		{"no VPC", map[string]any{subnetsKey: "subnet-01234567"}, "context vpc: required with subnets: the id of their VPC"},
		{"no route table", map[string]any{subnetsKey: "subnet-01234567", vpcKey: "vpc-01234567", endpointsKey: "on"}, "context routeTables: required for the endpoint of DynamoDB"},
		{
			"a route table without its endpoint",
			map[string]any{subnetsKey: "subnet-01234567", vpcKey: "vpc-01234567", routeTablesKey: "rtb-01234567"},
			"context routeTables: has no effect without the endpoint of DynamoDB in endpoints",
		},
		{
			"an endpoint that nothing needs",
			map[string]any{subnetsKey: "subnet-01234567", vpcKey: "vpc-01234567", endpointsKey: "eks,s3"},
			`context endpoints: must be off, on, or a list of services that the functions call (dynamodb, eks, events, scheduler, sns, sqs), not "s3"`,
		},
	} {
		context := goodContext()
		maps.Copy(context, row.context)
		if _, err := readOptions(context); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: found %v; want %q in it", row.name, err, row.want)
		}
	}
}
