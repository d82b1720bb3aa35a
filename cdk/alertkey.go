package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
)

// alertKeyKey is the context key with the encryption key of the topics: none, own, or the ARN of an existing one.
const alertKeyKey = "alertKey"

// The values of the key, beside an ARN.
const (
	noKey  = "none"
	ownKey = "own"
)

// alertKey encrypts the messages of the topics. The account's own key for SNS cannot: CloudWatch and EventBridge may not use it, and their
// messages would be lost silently.
type alertKey struct {
	given        setting
	own, foreign choice
	made         awskms.Key // nil: it can never be needed
	otherwise    encryption // of all data, if the topics have no key of their own
}

func newAlertKey(stack awscdk.Stack, p *parameters, o options, otherwise encryption) alertKey {
	k := alertKey{otherwise: otherwise, given: p.setting(o.alertKey, parameter{
		name: "AlertKey", group: groupAlerts, label: "Encryption key of the topics", maxLength: 120,
		description: "none, own (a new key, USD 1.00 a month), or the ARN of a KMS key whose policy lets CloudWatch and EventBridge use it.",
		pattern:     `^none$|^own$|^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$`,
		constraint:  "must be none, own, or the ARN of a key",
	})}
	k.own = k.given.is(ownKey)
	if k.given.parameter == nil {
		k.foreign = choice{yes: k.given.text != noKey && k.given.text != ownKey}
	} else {
		none := k.given.is(noKey)
		k.foreign = newCondition(stack, "AlertKeyIsForeign", awscdk.Fn_ConditionNot(awscdk.Fn_ConditionOr(none.condition, k.own.condition)))
	}
	if k.own.possible() {
		k.made = awskms.NewKey(stack, jsii.String("AlertKey"), &awskms.KeyProps{
			Description:       jsii.String("Encrypts the alerts of " + deployment.System + "."),
			Alias:             jsii.String("alias/" + deployment.System + "-alerts"),
			EnableKeyRotation: jsii.Bool(true),
			RemovalPolicy:     awscdk.RemovalPolicy_DESTROY, // alerts are in transit; nothing is stored under this key
		})
		givenToServices(stack, func(s awsiam.PolicyStatement) { k.made.AddToResourcePolicy(s, nil) })
		k.own.limit(k.made)
	}
	return k
}

// possible reports whether the topics can have a key.
func (k alertKey) possible() bool {
	return k.own.possible() || k.foreign.possible() || k.otherwise.own.possible()
}

// id returns the topics' key; CloudFormation leaves the property out if there is none.
func (k alertKey) id() string {
	id := k.otherwise.own.pick(k.otherwise.key.text, *awscdk.Aws_NO_VALUE())
	if k.foreign.possible() {
		id = k.foreign.pick(k.given.text, id)
	}
	if k.own.possible() {
		id = k.own.pick(*k.made.KeyArn(), id)
	}
	return id
}

// using returns the permissions to publish to a topic with the key.
func (k alertKey) using() (allowed []permission) {
	actions := []string{"kms:Decrypt", "kms:GenerateDataKey"}
	if k.own.possible() {
		allowed = append(allowed, k.own.permits(allow(*k.made.KeyArn(), actions...))...)
	}
	return append(allowed, k.foreign.permits(allow(k.given.text, actions...))...)
}

// alertKey reads which key encrypts the messages of the topics.
func (r *contextReader) alertKey(key string) string {
	text := r.text(key, noKey)
	if text != noKey && text != ownKey && !isKeyARN(text) {
		r.fail(key, "must be none, own, or the ARN of a key of KMS, not %q", text)
	}
	return text
}
