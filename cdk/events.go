package main

import (
	"maps"

	"github.com/aws/aws-cdk-go/awscdk/v2"
)

// eventBusKey is the context key with the name of the event bus.
const eventBusKey = "eventBus"

// defaultEventBus is the bus that every account has.
const defaultEventBus = "default"

// eventBus is the bus that gets the events. The stack does not create it.
type eventBus struct {
	stack awscdk.Stack
	name  setting
}

func newEventBus(stack awscdk.Stack, p *parameters, o options) eventBus {
	return eventBus{stack, p.setting(o.eventBus, parameter{
		name: "EventBus", group: groupAlerts, label: "Event bus", maxLength: 100,
		description: "The name of the EventBridge bus that receives the events: default, or one that exists.",
		pattern:     `^[/.\-_A-Za-z0-9]+$`,
		constraint:  "must be the name of an event bus, such as default",
	})}
}

func (b eventBus) arn() string {
	return arn(b.stack, "events", *b.stack.Region(), "event-bus/"+b.name.text)
}

// sending returns the permission to send events.
func (b eventBus) sending() permission { return allow(b.arn(), "events:PutEvents") }

// into adds the event bus to a function's environment.
func (b eventBus) into(environment map[string]string) map[string]string {
	all := maps.Clone(environment)
	all["EVENT_BUS"] = b.name.text
	return all
}
