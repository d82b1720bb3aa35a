package main

import (
	"regexp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/datakey"
	"eks-scaling-automation/shared/deployment"
)

// dataKeyKey is the context key of a customer's KMS key. See docs/private.md.
const dataKeyKey = "key"

// keyARN is the form of the ARN of a key. An alias would not do: IAM decides on the key itself.
const keyARN = `arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})`

var validKeyARN = regexp.MustCompile("^" + keyARN + "$")

// dataKey reads the ARN of the key that encrypts the stack's data; empty for the keys of AWS.
func (r *contextReader) dataKey(key string) string {
	if _, given := r.given[key]; !given {
		return ""
	}
	const example = "arn:aws:kms:eu-west-1:123456789012:key/11112222-3333-4444-5555-666677778888"
	arn := r.text(key, example)
	if !validKeyARN.MatchString(arn) {
		r.fail(key, "invalid key %q: use the ARN of a KMS key, such as %s", arn, example)
	}
	return arn
}

// encryption is the key that encrypts the stack's data.
type encryption struct {
	stack awscdk.Stack
	key   setting // the ARN; empty for the keys of AWS
	own   choice  // it is a customer's
}

func newEncryption(p *parameters, o options) encryption {
	key := p.setting(o.dataKey, parameter{
		name: "KeyArn", group: groupKey, label: "KMS key", maxLength: 110, pattern: "^$|^" + keyARN + "$", short: idOfKey,
		description: "The ARN of a KMS key of yours that encrypts tables, queue, topics, logs and environments. Its policy must allow what " +
			"docs/private.md lists. Empty: the keys of AWS. Each 10,000 requests to the key cost about USD 0.03.",
		constraint: "must be the ARN of a KMS key, such as arn:aws:kms:eu-west-1:123456789012:key/11112222-3333-4444-5555-666677778888",
	})
	return encryption{p.stack, key, key.given()}
}

// idOfKey shortens an ARN to what differs between two keys of a region. Without a slash there is no key.
func idOfKey(arn string) string {
	return *awscdk.Fn_Select(number(1), awscdk.Fn_Split(jsii.String("/"), awscdk.Fn_Join(jsii.String(""), jsii.Strings(arn, "/")), nil))
}

// environment returns the setting of a function that encrypts its environment; nil for the key of AWS.
func (e encryption) environment() any { return e.own.value(e.key.text) }

// grants returns the permissions that a role with other permissions needs on the key.
func (e encryption) grants(allowed []permission, more ...datakey.Use) (on []permission) {
	if !e.own.possible() {
		return nil
	}
	var actions []string
	for _, p := range allowed {
		if !p.denied {
			actions = append(actions, p.actions...)
		}
	}
	for _, use := range append(datakey.UsesOf(actions), more...) {
		on = append(on, e.through(use))
	}
	return e.own.permits(on...)
}

// through allows a use of the key through a service only.
func (e encryption) through(use datakey.Use) permission {
	return allow(e.key.text, use.Actions...).when(map[string]any{"StringLike": map[string]any{"kms:ViaService": use.Via(*e.stack.Region())}})
}

// encrypt makes every resource with data use the key; the topics have it from [alertKey]. It is the last step, so that it finds them all. Changing the key of a table is an
// update in place.
func (e encryption) encrypt() {
	if !e.own.possible() {
		return
	}
	properties := map[string]map[string]any{
		"AWS::DynamoDB::Table": {
			"SSESpecification.KMSMasterKeyId": e.own.value(e.key.text), "SSESpecification.SSEType": e.own.value("KMS"),
		},
		"AWS::SQS::Queue":       {"KmsMasterKeyId": e.own.value(e.key.text), "SqsManagedSseEnabled": e.own.not(e.stack, "HasNoKeyArn").value(true)},
		"AWS::Logs::LogGroup":   {"KmsKeyId": e.own.value(e.key.text)},
		"AWS::Lambda::Function": {"KmsKeyArn": e.environment()},
	}
	for _, construct := range *e.stack.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		resource, ok := construct.(awscdk.CfnResource)
		if !ok {
			continue
		}
		for name, value := range properties[*resource.CfnResourceType()] {
			if value == nil {
				resource.AddPropertyDeletionOverride(&name)
			} else {
				resource.AddPropertyOverride(&name, value)
			}
		}
	}
	newOutput(e.stack, deployment.OutputKey, e.key.text, "The KMS key that encrypts the stack's data.", e.own)
}
