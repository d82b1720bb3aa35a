package deployment

import (
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/statemachine"
)

// AuditConfig is called by the config table's stream, not by the workflow.
const AuditConfig = "audit-config"

// Notify is called by a rule of EventBridge, not by the workflow.
const Notify = "notify"

// WeeklySummary is called every 15 minutes, not by the workflow.
const WeeklySummary = "weekly-summary"

// The names of roles that belong to no function; see [RoleID].
const (
	SchedulerRole = "scheduler"
	MachineRole   = "state machine"
)

// Functions returns the names of all functions, in alphabetical order. Each is a program in the folder of its name below functions/.
func Functions() []string {
	names := append(slices.Collect(maps.Keys(statemachine.Functions())), AuditConfig, Notify, WeeklySummary)
	slices.Sort(names)
	return names
}

// FunctionID returns the logical ID of a function in the stack: LoadConfigFunction for load-config.
func FunctionID(name string) string {
	var id strings.Builder
	for part := range strings.SplitSeq(name, "-") {
		id.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return id.String() + "Function"
}

// RoleID returns the logical ID of a role in the stack: a function's, [SchedulerRole] or [MachineRole].
func RoleID(name string) string {
	switch name {
	case SchedulerRole:
		return "SchedulerRole"
	case MachineRole:
		return "StateMachineRole"
	default:
		return FunctionID(name) + "Role"
	}
}
