package night

import (
	"eks-scaling-automation/functions/step"
	auditstep "eks-scaling-automation/functions/steps/audit"
	"eks-scaling-automation/integration/simulation/planted"
	"eks-scaling-automation/shared/run"
)

// Plant is a fault of the product that is put into it, to prove that the simulation finds it.
type Plant struct {
	// Row is the row of the table of faults that it stands for.
	Row  int
	Name string
	hooks
}

// hooks change what the steps get and return; nil changes nothing.
type hooks struct {
	units func(*invocation, planted.Units) planted.Units
	eks   func(*invocation, planted.EKS) planted.EKS
	trail func(*invocation, auditstep.Trail) auditstep.Trail

	loadConfig func(*invocation, loadConfigStep) loadConfigStep
	decide     func(*invocation, decideStep) decideStep
	scale      func(*invocation, scaleStep) scaleStep
	// unconditional drops the conditions of changes of the unit's item.
	unconditional bool
}

type (
	loadConfigStep = step.Handler[run.LoadConfigRequest, run.LoadConfigResult]
	decideStep     = step.Handler[run.UnitTask, run.UnitTask]
	scaleStep      = step.Handler[run.ChangeTask, run.ChangeTask]
)

// planted are the hooks of the planted fault.
func (n *night) planted() hooks {
	if n.Plant == nil {
		return hooks{}
	}
	return n.Plant.hooks
}

// change applies a hook; nil changes nothing.
func change[T any](hook func(*invocation, T) T, i *invocation, what T) T {
	if hook == nil {
		return what
	}
	return hook(i, what)
}
