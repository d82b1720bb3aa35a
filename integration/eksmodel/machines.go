package eksmodel

import "github.com/aws/aws-sdk-go-v2/service/eks/types"

// Machines says what the nodes of a node group are. Without a launch template EKS always has instance types; a template may have one
// instead.
type Machines struct {
	Types    []string
	Capacity types.CapacityTypes
	Image    types.AMITypes
	Template *types.LaunchTemplateSpecification
}

// SetMachines sets what describe calls say of the nodes.
func (m *Model) SetMachines(r Ref, machines Machines) error {
	return m.with(r, func(g *nodegroup) error {
		g.machines = machines
		return nil
	})
}
