package kms_test

import (
	"testing"

	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
	"eks-scaling-automation/integration/aws/kms"
)

const key = "arn:aws:kms:sa-east-1:123456789012:key/11112222-3333-4444-5555-666677778888"

func TestKeys(t *testing.T) {
	t.Parallel()
	var s kms.Server
	s.Put(kms.Key{ARN: key, State: kms.Disabled, Spec: "SYMMETRIC_DEFAULT", Policy: []byte(`{"Statement": []}`)})
	for _, row := range []struct{ name, region, operation, body, code string }{
		{"by its ARN", endpointtest.Region, "DescribeKey", `{"KeyId": "` + key + `"}`, ""},
		{"by its id", endpointtest.Region, "DescribeKey", `{"KeyId": "11112222-3333-4444-5555-666677778888"}`, ""},
		{"another region", "us-east-1", "DescribeKey", `{"KeyId": "` + key + `"}`, "NotFoundException"},
		{"an alias", endpointtest.Region, "DescribeKey", `{"KeyId": "alias/mine"}`, "ValidationException"},
		{"its policy", endpointtest.Region, "GetKeyPolicy", `{"KeyId": "` + key + `", "PolicyName": "default"}`, ""},
		{"a policy of another name", endpointtest.Region, "GetKeyPolicy", `{"KeyId": "` + key + `", "PolicyName": "mine"}`, "NotFoundException"},
		{"an operation that is not known", endpointtest.Region, "Decrypt", `{"KeyId": "` + key + `"}`, "UnknownOperationException"},
		{"a member that is not known", endpointtest.Region, "DescribeKey", `{"KeyId": "` + key + `", "GrantTokens": []}`, "SerializationException"},
	} {
		answer := endpointtest.Post(t, endpointtest.At(t, row.region, "TrentService", &s), "TrentService", row.operation, row.body)
		if code, _ := answer["__type"].(string); code != row.code {
			t.Errorf("%s: found %v; want the error %q", row.name, answer, row.code)
		}
		if metadata, ok := answer["KeyMetadata"].(map[string]any); ok && (metadata["Enabled"] != false || metadata["KeyState"] != kms.Disabled) {
			t.Errorf("%s: found %v", row.name, metadata)
		}
	}
}
