package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
)

// newStack defines the whole system.
func newStack(scope constructs.Construct, d environment, o options) awscdk.Stack {
	stack := emptyStack(scope, d, o)
	p := newParameters(stack, o.release)
	code, set := newCodeSource(p), newSettings(p, o)
	access := newAccess(p, o, set.ownRegion())

	enc := newEncryption(p, o)

	tables := newTables(stack)
	bus := newEventBus(stack, p, o)
	scheduling := newScheduling(stack, bus, enc)
	key := newAlertKey(stack, p, o, enc)
	topic, chat := newAlertTopic(stack, key, set.alertEmails), newChatTopic(stack, key)
	insight, place := newInsight(p, o), newPlacement(stack, p, o)
	functions := functionMaker{stack, o, p, set, access, newSources(p, o), insight, code, bus, place, enc}.newFunctions(tables, scheduling, topic, chat)
	workflow := newWorkflow(stack, functions, topic, set.logRetention, enc)
	newReconcileSchedule(stack, scheduling, workflow, set.reconcile.expression)
	syncOnChange(stack, functions[syncTriggersName], tables.config, scheduling.undelivered)
	auditOnChange(stack, functions[auditConfigName], tables.config, scheduling.undelivered)
	syncAfterDeployment(stack, functions[syncTriggersName], scheduling.undelivered)
	notifyOnEvents(stack, functions[deployment.Notify], bus, scheduling.undelivered)
	checkWeekly(stack, functions[deployment.WeeklySummary])
	alertOnFailedRuns(stack, topic)
	newReconcileAlarm(stack, functions[syncTriggersName], topic, set.reconcile)
	insight.newDashboard(stack, workflow)
	newVersionOutput(stack, o.version)
	newOutput(stack, deployment.OutputPermissions, access.output(), "The clusters that the functions may scale.", always())
	parts := outputs{tables, topic, chat, bus, workflow, scheduling, functions}
	newPeoplePolicies(stack, access, set.ownRegion(), parts)
	newPrivatePolicies(stack, set.ownRegion(), place, enc)
	newOutputs(stack, o, set, parts)
	place.tell()
	enc.encrypt()
	p.describe()

	return stack
}

// emptyStack is bound to an account and region only if both are known; otherwise its template fits everywhere, as the released one does.
func emptyStack(scope constructs.Construct, d environment, o options) awscdk.Stack {
	props := &awscdk.StackProps{
		StackName:   jsii.String(deployment.DefaultName),
		Description: jsii.String("EKS Scaling Automation: scales EKS managed node groups by time of day."),
		Tags:        textMap(map[string]string{"application": deployment.System}),
	}
	switch {
	case o.release:
		props.Synthesizer = awscdk.NewBootstraplessSynthesizer(nil)
	case d.account != "" && d.region != "":
		props.Env = &awscdk.Environment{Account: &d.account, Region: &d.region}
	}
	return awscdk.NewStack(scope, jsii.String(deployment.DefaultName), props)
}
