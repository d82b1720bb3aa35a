package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/deployment"
)

const (
	encryptedGolden = "cdk/testdata/encrypted.golden.json"
	someKey         = "arn:aws:kms:eu-west-1:123456789012:key/11112222-3333-4444-5555-666677778888"
)

// encrypted is a stack with a customer's key, in a known account and region.
var encrypted = once(func(t *testing.T) template {
	t.Helper()
	return synthesize(t, environment{account: "123456789012", region: "eu-west-1"}, map[string]any{configKey: configFile(t, minimal), dataKeyKey: someKey})
})

// TestGoldenEncrypted shows where the key is, and what each role does with it.
func TestGoldenEncrypted(t *testing.T) {
	made := encrypted(t)
	if arn := made.Outputs[deployment.OutputKey].Value; arn != someKey {
		t.Errorf("found the output %q; want %s", arn, someKey)
	}
	resources, roles := map[string]any{}, map[string][]string{}
	for id, r := range made.Resources {
		found := map[string]any{}
		for _, property := range []string{"SSESpecification", "KmsMasterKeyId", "SqsManagedSseEnabled", "KmsKeyId", "KmsKeyArn"} {
			if value, has := r.Properties[property]; has {
				found[property] = value
			}
		}
		if len(found) > 0 {
			resources[withoutHash(id)] = found
		}
	}
	for role, lines := range permissions(t, made) {
		roles[role] = slices.DeleteFunc(lines, func(line string) bool { return !strings.Contains(line, "kms:") || strings.Contains(line, "AlertKey") })
	}
	isGolden(t, encryptedGolden, map[string]any{"Resources": resources, "Roles": roles})
}

// TestWhatHoldsDataIsEncrypted: a new table, queue or log group, too.
func TestWhatHoldsDataIsEncrypted(t *testing.T) {
	for id, r := range encrypted(t).Resources {
		var has any
		switch r.Type {
		case "AWS::DynamoDB::Table":
			has = r.Properties["SSESpecification"].(map[string]any)["KMSMasterKeyId"]
		case "AWS::SQS::Queue":
			has = r.Properties["KmsMasterKeyId"]
		case "AWS::Logs::LogGroup":
			has = r.Properties["KmsKeyId"]
		case "AWS::Lambda::Function":
			has = r.Properties["KmsKeyArn"]
		default:
			continue
		}
		if has != someKey {
			t.Errorf("%s: found %v; want the key", id, has)
		}
	}
}

// TestTheKeyIsUsedThroughServicesOnly: no role may use it by itself.
func TestTheKeyIsUsedThroughServicesOnly(t *testing.T) {
	for role, lines := range permissions(t, encrypted(t)) {
		for _, line := range lines {
			if strings.Contains(line, " kms:") && strings.Contains(line, someKey) && !strings.Contains(line, `{"StringLike":{"kms:ViaService":"`) {
				t.Errorf("%s: %s", role, line)
			}
		}
	}
}

// TestTablesStayWithAKey: CloudFormation updates the key of a table in place only if nothing else changes.
func TestTablesStayWithAKey(t *testing.T) {
	for id, r := range encrypted(t).Resources {
		if r.Type != "AWS::DynamoDB::Table" {
			continue
		}
		before, after := maps.Clone(reference(t).Resources[id].Properties), maps.Clone(r.Properties)
		changed := !cmp.Equal(before["SSESpecification"], after["SSESpecification"])
		delete(before, "SSESpecification")
		delete(after, "SSESpecification")
		if diff := cmp.Diff(before, after); diff != "" || !changed {
			t.Errorf("%s (-without key +with it):\n%s", id, diff)
		}
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	for _, key := range []string{"alias/mine", "11112222-3333-4444-5555-666677778888", "arn:aws:kms:eu-west-1:123456789012:alias/mine"} {
		context := goodContext()
		context[dataKeyKey] = key
		if _, err := readOptions(context); err == nil || !strings.Contains(err.Error(), `context key: invalid key "`+key+`": use the ARN of a KMS key, such as arn:aws:kms:`) {
			t.Errorf("%s: found %v", key, err)
		}
	}
}
