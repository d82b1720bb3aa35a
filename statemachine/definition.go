// Package statemachine holds the workflow: its definition and the placeholders in it. The payloads that cross between its steps are in
// shared/run.
package statemachine

import _ "embed"

// Definition is the flow in the Amazon States Language, with a placeholder "${...}" for each resource that deployment
// knows. This file is the only copy: AWS runs it, and so do the demo and the tests.
//
//go:embed definition.asl.json
var Definition string

// The placeholders of [Definition].
const (
	LoadConfigFunctionARN             = "LoadConfigFunctionArn"
	DecideFunctionARN                 = "DecideFunctionArn"
	ScaleFunctionARN                  = "ScaleFunctionArn"
	WaitForNodegroupActiveFunctionARN = "WaitForNodegroupActiveFunctionArn"
	AuditFunctionARN                  = "AuditFunctionArn"
	SyncTriggersFunctionARN           = "SyncTriggersFunctionArn"
	AlertTopicARN                     = "AlertTopicArn"
)

// Functions maps the name of each function, which is also its folder, to its placeholder.
func Functions() map[string]string {
	return map[string]string{
		"load-config":               LoadConfigFunctionARN,
		"decide":                    DecideFunctionARN,
		"scale":                     ScaleFunctionARN,
		"wait-for-nodegroup-active": WaitForNodegroupActiveFunctionARN,
		"audit":                     AuditFunctionARN,
		"sync-triggers":             SyncTriggersFunctionARN,
	}
}
