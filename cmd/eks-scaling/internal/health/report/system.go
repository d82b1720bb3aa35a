package report

import (
	"fmt"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
)

// Stack is the deployed stack.
type Stack struct {
	Name    string `json:"name"`
	Region  string `json:"region"`
	Account string `json:"account,omitempty"`
	Status  string `json:"status"` // of CloudFormation, such as UPDATE_COMPLETE
	Error   string `json:"error,omitempty"`
}

// Condition is what the status means.
func (s Stack) Condition() deployment.Condition {
	return deployment.ConditionOf(s.Status)
}

func (e *examination) stack() {
	f := e.Stack
	e.report.Stack = Stack{Name: f.Name, Region: f.Region, Account: f.Account, Status: f.Status, Error: f.Error}
	condition := e.report.Stack.Condition()
	if e.unreadable("stack "+f.Name, f.Error) || !condition.Failed() {
		return
	}
	e.wrong(StackFailed, "stack "+f.Name, fmt.Sprintf("is %s: %s", f.Status, condition),
		deployment.Events(f.Name, f.Region)+"   # why", deployment.Redeploy+"   # when that is fixed")
}

// Position is the position of a switch.
type Position string

// The positions.
const (
	On      Position = "on"
	Off     Position = "off"
	Unknown Position = "unknown" // the configuration is unreadable or invalid
)

// Switch is a switch, and who turned it off.
type Switch struct {
	Position Position `json:"position"`
	health.Turn
	// Apply is set while scaling is paused until "config apply" has written everything.
	Apply Progress `json:"apply,omitempty"`
}

// Progress says whether "config apply" is still writing.
type Progress string

// The states of a write.
const (
	Writing     Progress = "writing"
	Interrupted Progress = "interrupted"
)

func switchOf(off *health.Turn) Switch {
	if off == nil {
		return Switch{Position: On}
	}
	s := Switch{Position: Off, Turn: *off}
	s.Since = s.Since.UTC()
	return s
}

// Configuration summarizes the configuration.
type Configuration struct {
	State    Validity         `json:"state"`
	Clusters int              `json:"clusters"`
	Findings []health.Finding `json:"findings"`
	Error    string           `json:"error,omitempty"`
}

// Validity says whether a configuration is usable.
type Validity string

// The validities.
const (
	Valid    Validity = "valid"
	Invalid  Validity = "invalid"
	None     Validity = "none" // it does not exist, or has no cluster
	NotKnown Validity = "unreadable"
)

func (e *examination) configuration() {
	f, usable := e.Configuration, e.SettingsUsable()
	c := Configuration{State: Valid, Clusters: len(e.Clusters), Findings: append([]health.Finding{}, health.InvalidItems(f.Value)...), Error: f.Error}
	e.report.Switch = switchOf(e.Off)
	e.hold()
	switch {
	case e.unreadable("the configuration", f.Error):
		c.State, e.report.Switch = NotKnown, Switch{Position: Unknown}
	case !f.Value.Configured, usable && len(e.Clusters)+len(c.Findings) == 0:
		c.State = None
	case len(c.Findings) > 0 || !usable:
		c.State = Invalid
	}
	if f.Value.Configured && !usable && e.Off == nil {
		e.report.Switch = Switch{Position: Unknown}
	}
	for _, finding := range c.Findings {
		e.invalid[finding.Item] = true
		remedy := "eks-scaling config edit"
		if finding.Newer {
			remedy = "eks-scaling --version   # the installed version; a newer one is required"
		}
		e.wrong(ConfigurationInvalid, finding.Item, finding.Message, remedy)
	}
	e.report.Configuration = c
}

// hold adds that the configuration is written only in part, which is a problem once nobody writes the rest.
func (e *examination) hold() {
	switch {
	case e.Hold == nil:
	case e.Hold.Interrupted:
		e.report.Switch.Apply = Interrupted
		e.wrong(ConfigurationPartial, "the configuration", "is written only in part"+e.Hold.String()+", and scaling is paused until the rest is written",
			"eks-scaling config apply DOCUMENT   # the same document again")
	default:
		e.report.Switch.Apply = Writing
	}
}

// Alarms are the alarms of the system.
type Alarms struct {
	Alarms health.Alarms `json:"alarms"`
	Error  string        `json:"error,omitempty"`
}

func (e *examination) alarms() {
	f := e.Alarms
	e.report.Alarms = Alarms{Alarms: append(health.Alarms{}, f.Value...), Error: f.Error}
	if e.unreadable("the alarms", f.Error) {
		return
	}
	switch missing := f.Value.Missing(); {
	case len(f.Value) == 0:
		e.wrong(AlarmMissing, "the alarms", "none exist, so no one is notified of failures", deployment.Redeploy)
	case len(missing) > 0:
		e.wrong(AlarmMissing, "the alarms", "missing: "+strings.Join(missing, ", ")+", so no one is notified of these failures", deployment.Redeploy)
	}
	for _, a := range f.Value {
		if a.Raised() {
			e.wrong(AlarmRaised, "alarm "+a.Name, "firing"+health.Turn{Since: a.Since}.String()+": "+a.Reason, e.remedyOf(a))
		}
		if a.ActionsDisabled {
			e.wrong(AlarmSilenced, "alarm "+a.Name, "notifies no one: its actions are disabled",
				deployment.EnableAlarm(a.Name, e.Stack.Region))
		}
	}
}

// remedyOf returns where to look when an alarm is raised.
func (e *examination) remedyOf(a health.Alarm) string {
	switch {
	case deployment.IsRunAlarm(a.Name):
		return "eks-scaling runs --failed"
	case a.Name == deployment.AlarmTriggerUndelivered:
		return e.readLetters()
	default:
		return "eks-scaling doctor"
	}
}

// DeadLetters are the messages in the dead-letter queue.
type DeadLetters struct {
	Messages int    `json:"messages"` // approximately
	Error    string `json:"error,omitempty"`
}

func (e *examination) deadLetters() {
	f := e.DeadLetters
	e.report.DeadLetters = DeadLetters{Messages: f.Value, Error: f.Error}
	if !e.unreadable("the dead-letter queue", f.Error) && f.Value > 0 {
		e.wrong(DeadLettersFound, "the dead-letter queue", fmt.Sprintf("has %s about triggers or changes that could not be processed", english.Count(f.Value, "message")),
			e.readLetters()+"   # what failed, and why",
			fmt.Sprintf("aws sqs purge-queue --region %s --queue-url %s   # when that is fixed", e.Stack.Region, e.Stack.DeadLetterURL))
	}
}

func (e *examination) readLetters() string {
	return fmt.Sprintf("aws sqs receive-message --region %s --message-attribute-names All --queue-url %s", e.Stack.Region, e.Stack.DeadLetterURL)
}
