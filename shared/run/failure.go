package run

import (
	"strings"

	"eks-scaling-automation/shared/scaling"
)

// Part returns the unit and the node group that failed. Both are empty if the run failed as a whole, and the node group if the unit did.
func (f Failure) Part() (unit, nodegroup string) {
	for _, what := range []string{"cluster ", "schedule "} {
		if unit, found := strings.CutPrefix(f.Subject, what); found {
			return unit, ""
		}
	}
	part, found := strings.CutPrefix(f.Subject, "node group ")
	if at := strings.LastIndex(part, "/"); found && at >= 0 {
		return scaling.UnitName(part[:at], f.Schedule), part[at+1:]
	}
	return "", ""
}
