package main

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"eks-scaling-automation/shared/deployment"
)

// version reads the version of this build, which the Makefile takes from git; empty outside of a repository.
func (r *contextReader) version(key string) string {
	found, ok := r.given[key]
	if !ok {
		return ""
	}
	text := fmt.Sprint(found)
	if strings.ContainsFunc(text, func(letter rune) bool { return letter <= ' ' || letter > '~' }) {
		r.fail(key, "invalid version %q: use one such as v1.2.3", text)
	}
	return text
}

// newVersionOutput tells the stack's version.
func newVersionOutput(stack awscdk.Stack, version string) {
	newOutput(stack, deployment.OutputVersion, version, "The version of EKS Scaling Automation.", choice{yes: version != ""})
}

// architecture is a value of the context key architecture: the instruction set for which the functions are built.
type architecture string

// The architectures of Lambda. The binaries must be built for the same one.
const (
	arm64 architecture = "arm64"
	amd64 architecture = "x86_64"
)

func (r *contextReader) architecture(key string) architecture {
	a := architecture(r.text(key, string(arm64)))
	if a != arm64 && a != amd64 {
		r.fail(key, "must be %s or %s, not %q", arm64, amd64, string(a))
	}
	return a
}

func (a architecture) lambda() awslambda.Architecture {
	if a == amd64 {
		return awslambda.Architecture_X86_64()
	}
	return awslambda.Architecture_ARM_64()
}
