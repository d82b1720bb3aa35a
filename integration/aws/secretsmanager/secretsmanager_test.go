package secretsmanager_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/aws/secretsmanager"
	"eks-scaling-automation/integration/aws/wire"
)

const region = endpointtest.Region

func TestGetSecretValue(t *testing.T) {
	t.Parallel()
	s := secretsmanager.New(endpointtest.Account, func() time.Time { return endpointtest.Noon })
	s.Put(region, "weather-key", "hush")
	post := func(region, body string) map[string]any {
		return endpointtest.Post(t, endpointtest.At(t, region, "secretsmanager", s), "secretsmanager", "GetSecretValue", body)
	}
	answer := post(region, `{"SecretId":"weather-key"}`)
	arn, _ := answer["ARN"].(string)
	if answer["SecretString"] != "hush" || answer["Name"] != "weather-key" || !policy.Match("arn:aws:secretsmanager:sa-east-1:123456789012:secret:weather-key-??????", arn) {
		t.Errorf("found %v; want the secret, with six characters behind its name", answer)
	}
	if byARN := post(region, `{"SecretId":"`+arn+`"}`); byARN["SecretString"] != "hush" {
		t.Errorf("by its ARN: found %v", byARN)
	}
	for _, row := range []struct{ name, region, body, code string }{
		{"none of this name", region, `{"SecretId":"weather"}`, "ResourceNotFoundException"},
		{"another region", "us-east-1", `{"SecretId":"weather-key"}`, "ResourceNotFoundException"},
		{"no name", region, `{}`, "ValidationException"},
		{"a stage, which is not known here", region, `{"SecretId":"weather-key","VersionStage":"AWSPREVIOUS"}`, "SerializationException"},
	} {
		if answer := post(row.region, row.body); answer["__type"] != row.code {
			t.Errorf("%s: found %v; want the error %s", row.name, answer, row.code)
		}
	}
	s.SetAuthorize(func(_ wire.Caller, action, resource string) error {
		return errors.New(action + " " + resource)
	})
	if answer := post(region, `{"SecretId":"weather-key"}`); answer["__type"] != "AccessDeniedException" ||
		!strings.Contains(answer["message"].(string), "secretsmanager:GetSecretValue "+arn) {
		t.Errorf("denied: found %v", answer)
	}
}

func TestSecretsAreCreatedOnceAndThenReplaced(t *testing.T) {
	t.Parallel()
	s := secretsmanager.New(endpointtest.Account, func() time.Time { return endpointtest.Noon })
	c := endpointtest.At(t, region, "secretsmanager", s)
	for _, row := range []struct{ name, operation, body, code, want string }{
		{"a replacement of none", "PutSecretValue", `{"SecretId":"weather-key","SecretString":"first"}`, "ResourceNotFoundException", ""},
		{"a name that AWS refuses", "CreateSecret", `{"Name":"weather key","SecretString":"first"}`, "ValidationException", ""},
		{"no value", "CreateSecret", `{"Name":"weather-key"}`, "InvalidRequestException", ""},
		{"a new one", "CreateSecret", `{"Name":"weather-key","SecretString":"first"}`, "", "first"},
		{"one that exists", "CreateSecret", `{"Name":"weather-key","SecretString":"second"}`, "ResourceExistsException", "first"},
		{"no new value", "PutSecretValue", `{"SecretId":"weather-key"}`, "InvalidRequestException", "first"},
		{"a replacement", "PutSecretValue", `{"SecretId":"weather-key","SecretString":"second"}`, "", "second"},
	} {
		answer := endpointtest.Post(t, c, "secretsmanager", row.operation, row.body)
		if code, _ := answer["__type"].(string); code != row.code {
			t.Errorf("%s: found %v; want the error %q", row.name, answer, row.code)
		}
		found, _ := endpointtest.Post(t, c, "secretsmanager", "GetSecretValue", `{"SecretId":"weather-key"}`)["SecretString"].(string)
		if found != row.want {
			t.Errorf("%s: the secret is %q; want %q", row.name, found, row.want)
		}
	}
}

func TestDescribeSecretHasNoValue(t *testing.T) {
	t.Parallel()
	s := secretsmanager.New(endpointtest.Account, func() time.Time { return endpointtest.Noon })
	s.Put(region, "weather-key", "hush")
	for id, code := range map[string]any{"weather-key": nil, "weather": "ResourceNotFoundException"} {
		answer := endpointtest.Post(t, endpointtest.At(t, region, "secretsmanager", s), "secretsmanager", "DescribeSecret", `{"SecretId":"`+id+`"}`)
		if answer["__type"] != code || answer["SecretString"] != nil || code == nil && answer["Name"] != id {
			t.Errorf("%s: found %v; want no value in it", id, answer)
		}
	}
}
