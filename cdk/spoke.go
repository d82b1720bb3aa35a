package main

import (
	"os"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/cloudformationinclude"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/spoke"
)

// named is the value of the context key spoke for the clusters that the configuration names.
const named = "named"

// tagPrefix starts its value for the clusters with a tag.
const tagPrefix = "tag:"

// spoke reads which clusters a spoke is for; nil if the app is to write the hub.
func (r *contextReader) spoke(key string, c config.Config) *spoke.Template {
	if _, given := r.given[key]; !given {
		return nil
	}
	t := spoke.Of(c)
	selected := r.text(key, named)
	tag, tagged := strings.CutPrefix(selected, tagPrefix)
	name, value, hasValue := strings.Cut(tag, "=")
	switch {
	case tagged && hasValue && name != "" && value != "":
		t.TagKey, t.TagValue = name, value
	case selected != named:
		r.fail(key, "must be %s, for the clusters of the configuration with an account, or tag:KEY=VALUE, not %q", named, selected)
		return &t
	}
	if _, err := t.JSON(); err != nil && len(r.problems) == 0 {
		r.fail(key, "%v", err)
	}
	return &t
}

// newSpoke creates the stack of a spoke. It needs neither assets nor a bootstrapped account.
func newSpoke(scope constructs.Construct, t spoke.Template) error {
	text, err := t.JSON()
	if err != nil {
		return err
	}
	file, err := os.CreateTemp("", "spoke-*.json")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if _, err := file.Write(text); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	stack := awscdk.NewStack(scope, jsii.String(deployment.SpokeName), &awscdk.StackProps{
		StackName: jsii.String(deployment.SpokeName), Synthesizer: awscdk.NewBootstraplessSynthesizer(nil),
	})
	cloudformationinclude.NewCfnInclude(stack, jsii.String("Template"), &cloudformationinclude.CfnIncludeProps{TemplateFile: jsii.String(file.Name())})
	return nil
}
