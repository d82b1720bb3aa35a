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
	// OnlyRegion is set if the stack takes only the clusters of this region, its own.
	OnlyRegion string `json:"onlyRegion,omitempty"`
	Status     string `json:"status"` // of CloudFormation, such as UPDATE_COMPLETE
	Error      string `json:"error,omitempty"`
}

// Condition is what the status means.
func (s Stack) Condition() deployment.Condition {
	return deployment.ConditionOf(s.Status)
}

func (e *examination) stack() {
	f := e.Stack
	e.report.Stack = Stack{Name: f.Name, Region: f.Region, Account: f.Account, OnlyRegion: f.OnlyRegion, Status: f.Status, Error: f.Error}
	condition := e.report.Stack.Condition()
	if e.unreadable("stack "+f.Name, f.Error) || !condition.Failed() {
		return
	}
	e.wrong(StackFailed, "stack "+f.Name, fmt.Sprintf("is %s: %s", f.Status, condition),
		deployment.Events(f.Name, f.Region)+"   # why", deployment.Redeploy+"   # when that is fixed").short = "is " + f.Status
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
		e.wrong(AlarmMissing, "the alarms", "none exist, so no one is notified of failures", deployment.Redeploy).short = "do not exist"
	case len(missing) > 0:
		e.wrong(AlarmMissing, "the alarms", "missing: "+strings.Join(missing, ", ")+", so no one is notified of these failures", deployment.Redeploy)
	}
	for _, a := range f.Value {
		if a.Raised() {
			e.wrong(AlarmFiring, "alarm "+a.Name, "firing"+health.Author{Since: a.Since}.String()+": "+a.Reason, "eks-scaling doctor")
		}
		if a.ActionsDisabled {
			e.wrong(AlarmSilenced, "alarm "+a.Name, "notifies no one: its actions are disabled", deployment.EnableAlarm(a.Name, e.Stack.Region))
		}
	}
}

// Subscriptions counts the subscriptions of the alert topic.
type Subscriptions struct {
	Confirmed   int    `json:"confirmed"`
	Unconfirmed int    `json:"unconfirmed"` // SNS sends nothing to them
	Error       string `json:"error,omitempty"`
}

func (e *examination) subscriptions() {
	f := e.Subscriptions
	s := Subscriptions{Error: f.Error}
	var waiting []string
	for _, each := range f.Value {
		if each.Confirmed {
			s.Confirmed++
			continue
		}
		s.Unconfirmed++
		waiting = append(waiting, each.Endpoint)
	}
	e.report.Subscriptions = s
	subscribe := fmt.Sprintf("aws sns subscribe --region %s --topic-arn %s --protocol email --notification-endpoint ADDRESS", e.Stack.Region, e.Stack.AlertTopicARN)
	const subject, consequence = "the alert topic", ", so no one is notified of failures"
	switch {
	case f.Missing:
		e.wrong(NotSubscribed, subject, "does not exist"+consequence, deployment.Redeploy).short = "does not exist"
	case e.unreadable("the subscriptions of the alert topic", f.Error), s.Confirmed > 0:
	case s.Unconfirmed > 0:
		e.wrong(NotSubscribed, subject, "no subscription is confirmed ("+firstFew(waiting)+")"+consequence,
			subscribe+"   # sends the confirmation message again")
	default:
		e.wrong(NotSubscribed, subject, "no one is subscribed"+consequence, subscribe).short = "has no subscription"
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
