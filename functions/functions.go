// Package functions names the Lambda functions of the system, for whatever builds, deploys or runs all of them. Each is a
// program in the folder of its name; none of them is to be imported.
package functions

import (
	"maps"
	"slices"

	"eks-scaling-automation/statemachine"
)

// AuditConfig is the one function that the workflow does not call: the config table's stream does.
const AuditConfig = "audit-config"

// Names are the names of all functions, in alphabetical order.
func Names() []string {
	names := append(slices.Collect(maps.Keys(statemachine.Functions())), AuditConfig)
	slices.Sort(names)
	return names
}
