package main

import (
	"maps"

	"github.com/aws/aws-cdk-go/awscdk/v2"
)

// eventBusKey is the context key with the name of the event bus.
const eventBusKey = "eventBus"

// defaultEventBus is the bus that every account has.
const defaultEventBus = "default"

// eventBus returns the ARN of the event bus.
func (o options) eventBusARN(stack awscdk.Stack) string {
	return arn(stack, "events", *stack.Region(), "event-bus/"+o.eventBus)
}

// sending returns the permission to send events.
func (o options) sending(stack awscdk.Stack) permission {
	return allow(o.eventBusARN(stack), "events:PutEvents")
}

// withBus adds the event bus to a function's environment.
func (o options) withBus(environment map[string]string) map[string]string {
	all := maps.Clone(environment)
	all["EVENT_BUS"] = o.eventBus
	return all
}
