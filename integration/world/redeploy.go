package world

import (
	"fmt"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/template"
)

// Redeploy deploys the stack again with the binaries of another folder, as an upgrade does: the functions publish the new code as
// new versions, and the state machine calls these. Active runs keep their definition and its versions. The earlier binaries must
// not be moved. Nothing else may read the template meanwhile.
func (w *World) Redeploy(binaries string) error {
	w.options.Binaries, w.binaries = binaries, binaries
	for _, r := range w.Template.Of("AWS::Lambda::Function") {
		f, err := w.function(w.options, r)
		if err == nil {
			err = w.Lambda.Update(f)
		}
		if err != nil {
			return fmt.Errorf("deploying %s: %w", r.LogicalID, err)
		}
	}
	versions, err := w.publish()
	if err != nil {
		return err
	}
	if w.Template, err = w.readTemplate(versions); err != nil {
		return err
	}
	if err := w.updateMachine(); err != nil {
		return err
	}
	stack := endpoint.Deployed(w.Template, w.deployed)
	stack.Status, stack.Updated = "UPDATE_COMPLETE", w.now()
	w.Stacks.Put(stack)
	return nil
}

// updateMachine gives the state machine the definition of the template.
func (w *World) updateMachine() error {
	for _, machine := range w.Template.Of("AWS::StepFunctions::StateMachine") {
		definition, err := definitionOf(machine)
		if err != nil {
			return err
		}
		if err := w.Engine.Update(definition); err != nil {
			return err
		}
		if err := w.states.Update(definition); err != nil {
			return err
		}
	}
	return nil
}

// publish publishes the template's versions, and returns their numbers by function.
func (w *World) publish() (map[string]int, error) {
	numbers := map[string]int{}
	for _, r := range w.Template.Of("AWS::Lambda::Version") {
		properties, err := template.Properties[struct{ FunctionName string }](r)
		if err != nil {
			return nil, err
		}
		if numbers[properties.FunctionName], err = w.Lambda.Publish(properties.FunctionName); err != nil {
			return nil, fmt.Errorf("deploying %s: %w", r.LogicalID, err)
		}
	}
	return numbers, nil
}
