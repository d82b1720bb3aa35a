package night

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/integration/eksmodel"
)

// mood controls the faults of a night.
type mood struct {
	// calm: there are no faults and nobody acts. Then everything must be in sync soon after each transition.
	calm bool
	// busy: somebody else updates a node group at a transition.
	busy bool
	// crosses: a manual run waits for a busy node group until after a transition.
	crosses bool
	// faults is how many of a thousand calls fail, deaths how many of a thousand kill their process.
	faults, deaths int
	// slow is how many of a thousand calls take seconds.
	slow int
	// hostile: people remove capacity.
	hostile bool
	// ill is how many of a hundred updates fail, degrade or never end.
	ill int
	// skew is the largest error of the functions' clocks.
	skew time.Duration
	// people is how many times people act in the night.
	people int
}

func (n *night) drawMood() mood {
	r := n.Rand()
	var m mood
	if r.IntN(2) == 0 {
		m.skew = time.Duration(r.IntN(3000)) * time.Millisecond
	}
	m.busy = r.IntN(4) == 0
	if m.calm = r.IntN(6) == 0; m.calm {
		return m
	}
	m.people = r.IntN(6)
	if r.IntN(3) > 0 {
		m.faults, m.deaths, m.slow = r.IntN(30), r.IntN(15), r.IntN(40)
	}
	if r.IntN(2) == 0 {
		m.ill = r.IntN(40)
	}
	m.hostile, m.crosses = r.IntN(3) == 0, r.IntN(8) == 0
	return m
}

// one reports whether an event with the given chance in a thousand happens.
func (n *night) one(inThousand int) bool {
	return !n.clean && inThousand > 0 && n.Rand().IntN(1000) < inThousand
}

// between draws a duration.
func (n *night) between(low, high time.Duration) time.Duration {
	return low + time.Duration(n.Rand().Int64N(int64(high-low)+1))
}

// behave draws the course of a node group's next update.
func (n *night) behave(r eksmodel.Ref) {
	longest := 3 * time.Minute
	if n.clean {
		longest = time.Minute // shorter than every waitTimeout
	}
	b := eksmodel.Behavior{Duration: n.between(10*time.Second, longest), Deletion: 10 * time.Minute}
	if n.Rand().IntN(2) == 0 {
		b.Visible = eksmodel.AtEnd
	}
	if n.Rand().IntN(2) == 0 {
		b.Lowers = eksmodel.AtEnd
	}
	if n.Rand().IntN(2) == 0 {
		b.StatusLag = n.between(0, 10*time.Second)
	}
	if n.one(10 * n.mood.ill) {
		n.illness(&b)
	}
	// A node group that was just deleted has no behavior.
	if err := n.eks.SetBehavior(r, b); err != nil && n.status(r.Nodegroup) != "" {
		panic(err)
	}
}

// illness makes an update fail.
func (n *night) illness(b *eksmodel.Behavior) {
	switch n.Rand().IntN(5) {
	case 0:
		b.Duration = 30 * time.Minute // longer than every waitTimeout
	case 1, 2:
		b.Ends.Failure = eksmodel.Issue{Code: "AsgInstanceLaunchFailures", Message: "no capacity"}
		b.Ends.KeepsNewSizes = n.Rand().IntN(2) == 0
	case 3:
		b.Ends.Health = []eksmodel.Issue{{Code: "InsufficientFreeAddresses", Message: "subnet is full"}}
	case 4:
		b.Duration = n.between(10*time.Minute, 25*time.Minute)
	}
}

// heal ends every update and makes every node group ACTIVE with all its nodes, as if people had repaired them. Node groups that
// were DEGRADED for weeks stay so.
func (n *night) heal() {
	for _, g := range n.place.groups() {
		n.eks.End(g.Ref, eksmodel.Ending{})
		if sizes, ok := n.sizes(g.Nodegroup); ok {
			_ = n.eks.SetNodes(g.Ref, sizes.Desired, "repair")
		}
	}
	for _, g := range n.place.groups() {
		if _, ok := n.sizes(g.Nodegroup); ok && !n.longIll(g.Nodegroup) {
			_ = n.eks.SetStatus(g.Ref, types.NodegroupStatusActive)
		}
	}
}
