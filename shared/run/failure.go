package run

import "strings"

// Part returns the unit and the node group that failed. Both are empty if the run failed as a whole, and the node group if the unit did.
func (f Failure) Part() (unit, nodegroup string) {
	if unit, found := strings.CutPrefix(f.Subject, "cluster "); found {
		return unit, ""
	}
	part, found := strings.CutPrefix(f.Subject, "node group ")
	if at := strings.LastIndex(part, "/"); found && at >= 0 {
		return part[:at], part[at+1:]
	}
	return "", ""
}
