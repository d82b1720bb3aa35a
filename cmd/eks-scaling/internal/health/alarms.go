package health

import (
	"slices"
	"time"

	"eks-scaling-automation/shared/deployment"
)

// Alarm is a CloudWatch alarm.
type Alarm struct {
	Name   string    `json:"name"`
	State  string    `json:"state"` // OK, ALARM or INSUFFICIENT_DATA
	Since  time.Time `json:"since,omitzero"`
	Reason string    `json:"reason,omitempty"` // CloudWatch's
	// ActionsDisabled means that the alarm notifies no one.
	ActionsDisabled bool `json:"actionsDisabled,omitempty"`
}

// Alarms holds the alarms whose names start with [deployment.AlarmPrefix].
type Alarms []Alarm

// Missing returns the names of the stack's alarms that do not exist.
func (a Alarms) Missing() []string {
	return slices.DeleteFunc(deployment.AlarmNames(), func(name string) bool {
		return slices.ContainsFunc(a, func(alarm Alarm) bool { return alarm.Name == name })
	})
}

// Raised returns the alarms in state ALARM.
func (a Alarms) Raised() Alarms {
	return a.where(Alarm.Raised)
}

// Silenced returns the alarms that notify no one.
func (a Alarms) Silenced() Alarms {
	return a.where(func(a Alarm) bool { return a.ActionsDisabled })
}

func (a Alarms) where(matches func(Alarm) bool) Alarms {
	return slices.DeleteFunc(slices.Clone(a), func(a Alarm) bool { return !matches(a) })
}

// Names returns the names of the alarms.
func (a Alarms) Names() (names []string) {
	for _, each := range a {
		names = append(names, each.Name)
	}
	return names
}

// Raised reports whether the alarm is in state ALARM.
func (a Alarm) Raised() bool { return a.State == "ALARM" }
