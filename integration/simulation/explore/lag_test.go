package explore_test

import (
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/simulation/explore"
)

// Right after EKS has accepted an update it may still show ACTIVE and the sizes before it.
func TestSizesReadBeforeAnUpdateEndedAreNotTakenForItsResult(t *testing.T) {
	s := over(eksmodel.Behavior{Visible: eksmodel.AtEnd, StatusLag: time.Hour}, night, normal)
	s.Endings = []explore.Ending{fails}
	r, err := explorer(t, explore.Faults{}).Explore(s)
	if err != nil || r.Broken != nil {
		t.Errorf("%v after %d states:\n%s", err, r.States, strings.Join(r.Story, "\n"))
	}
}
