package night

import (
	"eks-scaling-automation/functions/step"
	auditstep "eks-scaling-automation/functions/steps/audit"
	decidestep "eks-scaling-automation/functions/steps/decide"
	"eks-scaling-automation/integration/simulation/planted"
	"eks-scaling-automation/shared/run"
)

// Plant is a fault injected into the product, to prove that the simulation finds it.
type Plant struct {
	// Row is its row in the table of faults.
	Row  int
	Name string
	hooks
}

// hooks change the steps' inputs and outputs; nil changes nothing.
type hooks struct {
	units   func(*invocation, planted.Units) planted.Units
	eks     func(*invocation, planted.EKS) planted.EKS
	trail   func(*invocation, auditstep.Trail) auditstep.Trail
	counter func(*invocation, decidestep.Counter) decidestep.Counter

	loadConfig func(*invocation, loadConfigStep) loadConfigStep
	decide     func(*invocation, decideStep) decideStep
	scale      func(*invocation, scaleStep) scaleStep
	// rewrite changes what decide reads of the configuration: the settings, and the periods with a condition.
	rewrite func(settings map[string]any, periods []map[string]any)
	// unconditional drops the conditions of writes to the unit's item.
	unconditional bool
}

type (
	loadConfigStep = step.Handler[run.LoadConfigRequest, run.LoadConfigResult]
	decideStep     = step.Handler[run.UnitTask, run.UnitTask]
	scaleStep      = step.Handler[run.ChangeTask, run.ChangeTask]
)

// planted returns the hooks of the planted fault.
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
