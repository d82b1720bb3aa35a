package night

import (
	"eks-scaling-automation/functions/step"
	auditstep "eks-scaling-automation/functions/steps/audit"
	"eks-scaling-automation/shared/run"
)

// Plant is a fault of the product that is put into it, to prove that the simulation finds it.
type Plant struct {
	// Row is the row of the table of faults that it stands for.
	Row  int
	Name string
	hooks
}

// hooks change what the steps get and return.
type hooks struct {
	units func(*invocation, unitsOfSteps) unitsOfSteps
	eks   func(*invocation, eksOfSteps) eksOfSteps
	trail func(auditstep.Trail) auditstep.Trail

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

func asIs[T any](_ *invocation, t T) T { return t }

// planted are the hooks of the planted fault; those that it does not have change nothing.
func (n *night) planted() hooks {
	all := hooks{
		units: asIs[unitsOfSteps], eks: asIs[eksOfSteps], loadConfig: asIs[loadConfigStep], decide: asIs[decideStep], scale: asIs[scaleStep],
		trail: func(t auditstep.Trail) auditstep.Trail { return t },
	}
	if n.Plant == nil {
		return all
	}
	p := n.Plant.hooks
	if p.units != nil {
		all.units = p.units
	}
	if p.eks != nil {
		all.eks = p.eks
	}
	if p.trail != nil {
		all.trail = p.trail
	}
	if p.loadConfig != nil {
		all.loadConfig = p.loadConfig
	}
	if p.decide != nil {
		all.decide = p.decide
	}
	if p.scale != nil {
		all.scale = p.scale
	}
	return all
}
