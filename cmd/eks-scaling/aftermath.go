package main

import (
	"fmt"
	"strings"
	"time"

	"eks-scaling-automation/shared/aws/tables"
)

// aftermath refuses changes after which a cluster could no longer be used that can be used now. A document may be fine by
// itself and yet break what stays in the table beside it: an override whose profile it does not have any more.
func aftermath(snapshot tables.Snapshot, due []change, now time.Time) error {
	after := checked(afterwards(snapshot, due), now)
	already := map[string]bool{}
	_, broken := after.settings.Assemble(snapshot.Parts(), now)
	for _, b := range broken {
		already[b.Cluster] = true
	}
	var lines []string
	_, broken = after.settings.Assemble(after.Parts(), now)
	for _, b := range broken {
		if !already[b.Cluster] {
			lines = append(lines, fmt.Sprintf("%s: %v", b.Cluster, b.Err))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return fmt.Errorf("nothing was written: beside what stays in the table this would break cluster %s; "+
		"mend that in the file too, or remove what is not in the file with --prune", strings.Join(lines, "; and "))
}
