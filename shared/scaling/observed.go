package scaling

// Condition says what can be expected of a node group right now.
type Condition string

// The conditions, from what EKS reports.
const (
	Active     Condition = "active"     // ready for a change
	Degraded   Condition = "degraded"   // ready for a change, but its capacity may not exist
	Updating   Condition = "updating"   // being created, or an update is in progress: it must be waited for
	Broken     Condition = "broken"     // CREATE_FAILED or DELETE_FAILED: it cannot be changed
	Gone       Condition = "gone"       // it does not exist, or is being deleted
	Unreadable Condition = "unreadable" // EKS refused to describe it
)

// Observed is one look at a node group.
type Observed struct {
	Condition Condition
	// Sizes are nil when there are none to build on: the node group does not exist, cannot be changed or could not be read.
	Sizes *Sizes
	// Detail is EKS's status with its health issues, or the error of the look, in words.
	Detail string
}

// capacity is how many nodes can be expected of what was observed.
func (o Observed) capacity() int32 {
	if o.Sizes == nil {
		return 0
	}
	return o.Sizes.DesiredSize
}
