package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// The CDK takes pointers. These helpers make them, so that all other code uses plain values.

func textMap(values map[string]string) *map[string]*string {
	pointers := make(map[string]*string, len(values))
	for key, value := range values {
		pointers[key] = &value
	}
	return &pointers
}

func anyList(texts []string) *[]any {
	list := make([]any, len(texts))
	for i, text := range texts {
		list[i] = text
	}
	return &list
}

func number(n int) *float64 {
	return jsii.Number(float64(n))
}

func seconds(n int) awscdk.Duration {
	return awscdk.Duration_Seconds(number(n))
}
