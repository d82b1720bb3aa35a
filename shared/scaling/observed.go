package scaling

// Condition describes whether a node group can be changed now.
type Condition string

// The conditions, derived from what EKS reports.
const (
	Active     Condition = "active"     // ready for a change
	Degraded   Condition = "degraded"   // ready for a change, but its capacity may not exist
	Updating   Condition = "updating"   // being created, or an update is in progress: it must be waited for
	Broken     Condition = "broken"     // CREATE_FAILED or DELETE_FAILED: it cannot be changed
	Gone       Condition = "gone"       // it does not exist, or is being deleted
	Unreadable Condition = "unreadable" // EKS refused to describe it
)

// Observed is a node group as it was read.
type Observed struct {
	Condition Condition
	// Sizes is nil if the node group does not exist, cannot be changed or could not be read.
	Sizes *Sizes
	// Detail is EKS's status with the health issues, or the error of the read, in words.
	Detail string
}

// capacity returns how many nodes can be relied on.
func (o Observed) capacity() int32 {
	if o.Sizes == nil {
		return 0
	}
	return o.Sizes.DesiredSize
}
