// Package statemachine holds the workflow's definition and its placeholders. Package shared/run has the payloads of its steps.
package statemachine

import (
	_ "embed"
	"strings"
)

// Definition is the workflow in the Amazon States Language, with a placeholder "${...}" for each deployed resource. This file is
// the only copy: AWS, the demo and the tests run it.
//
//go:embed definition.asl.json
var Definition string

// DefinitionIn returns the definition for a partition: each names its service integrations in its own ARNs.
func DefinitionIn(partition string) string {
	return strings.ReplaceAll(Definition, "arn:aws:states:::", "arn:"+partition+":states:::")
}

// The placeholders of [Definition].
const (
	LoadConfigFunctionARN             = "LoadConfigFunctionArn"
	ReadSignalsFunctionARN            = "ReadSignalsFunctionArn"
	DecideFunctionARN                 = "DecideFunctionArn"
	ScaleFunctionARN                  = "ScaleFunctionArn"
	WaitForNodegroupActiveFunctionARN = "WaitForNodegroupActiveFunctionArn"
	AuditFunctionARN                  = "AuditFunctionArn"
	SyncTriggersFunctionARN           = "SyncTriggersFunctionArn"
	AlertTopicARN                     = "AlertTopicArn"
	// Partition is a placeholder only of the definition that a template has for all partitions.
	Partition = "Partition"
)

// Functions maps the name of each function, which is also its folder, to its placeholder.
func Functions() map[string]string {
	return map[string]string{
		"load-config":               LoadConfigFunctionARN,
		"read-signals":              ReadSignalsFunctionARN,
		"decide":                    DecideFunctionARN,
		"scale":                     ScaleFunctionARN,
		"wait-for-nodegroup-active": WaitForNodegroupActiveFunctionARN,
		"audit":                     AuditFunctionARN,
		"sync-triggers":             SyncTriggersFunctionARN,
	}
}
