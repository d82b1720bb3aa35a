package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
)

// released is the value of the context key template for the template that needs neither the CDK nor a bootstrapped account.
const released = "release"

// release reads whether the app writes the released template. Its parameters take single values.
func (r *contextReader) release(key string, o options) bool {
	found, ok := r.given[key]
	if !ok {
		return false
	}
	if found != released {
		r.fail(key, "must be %s, the template with parameters, not %s", released, describe(found))
		return false
	}
	if len(o.alertEmails) > 1 {
		r.fail(alertEmailsKey, "the released template has one address: subscribe the others to the topic")
	}
	if reconcileName(o.reconcile) == "" {
		r.fail(reconcileKey, "invalid default %q of the released template: use one such as %s", o.reconcile, reconcileChoices()[0].expression)
	}
	return true
}

// codeSource says where Lambda finds the functions' code: an asset of the CDK, or an object in the bucket of the released template.
type codeSource struct {
	bucket awss3.IBucket // nil: an asset
	prefix setting
}

func newCodeSource(p *parameters) codeSource {
	if !p.release {
		return codeSource{}
	}
	bucket := p.setting("", parameter{
		name: "CodeBucket", group: groupCode, required: true, label: "Bucket",
		description: "The S3 bucket with the functions' zip files. It must be in the region of the stack.",
		pattern:     `^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`,
		constraint:  "must be the name of an S3 bucket, such as eks-scaling-code-123456789012-eu-west-1",
	})
	prefix := p.setting("", parameter{
		name: "CodePrefix", group: groupCode, required: true, label: "Prefix",
		description: "The part of the objects' keys before /NAME.zip, such as eks-scaling/v1.2.3. A new version needs another prefix.",
		pattern:     `^[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*$`,
		constraint:  "must be a prefix without a slash at its start or end, such as eks-scaling/v1.2.3",
	})
	found := awss3.Bucket_FromBucketName(p.stack, jsii.String("Code"), &bucket.text)
	// The keys contain the version, so that an object never changes.
	awscdk.Validations_Of(found).Acknowledge(&awscdk.Acknowledgment{
		Id:     jsii.String("Annotation::@aws-cdk/aws-lambda:codeFromBucketObjectVersionNotSpecified"),
		Reason: jsii.String("The prefix contains the version."),
	})
	return codeSource{found, prefix}
}

// code returns the code of a function.
func (c codeSource) code(o options, name string) awslambda.Code {
	if c.bucket == nil {
		return awslambda.Code_FromAsset(jsii.String(zipOf(o.functionsDir, name)), nil)
	}
	key := *awscdk.Fn_Join(jsii.String(""), jsii.Strings(c.prefix.text, "/", name, ".zip"))
	return awslambda.Code_FromBucketV2(c.bucket, &key, nil)
}

// nextFile names the configuration file in the command that applies it: the one of the permissions, or the reader's.
func (o options) nextFile() string {
	if o.release {
		return "FILE"
	}
	return o.configPath
}
