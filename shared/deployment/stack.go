// Package deployment has the names of the stack and its outputs, functions, roles, tables and alarms. The CDK app creates them
// under these names, and everything else finds them by these names.
package deployment

import (
	"slices"
	"strings"
)

// System is the prefix of physical names.
const System = "eks-scaling"

// DefaultName is the stack's name.
const DefaultName = "EksScaling"

// SpokeName is the name of the stack in another account, with the roles by which its clusters are reached.
const SpokeName = "EksScalingSpoke"

// The tables.
const (
	ConfigTable = System + "-config" // the configuration
	LogsTable   = System + "-logs"   // the audit trail and the units' records
)

// The topics.
const (
	AlertTopic = System + "-alerts"
	ChatTopic  = System + "-chat" // messages for chat applications
)

// EventsGroup is the schedule group of the schedules that send events.
const EventsGroup = System + "-events"

// The stack's outputs.
const (
	OutputConfigTable       = "ConfigTableName"
	OutputLogsTable         = "LogsTableName"
	OutputStateMachine      = "StateMachineArn"
	OutputAlertTopic        = "AlertTopicArn"
	OutputChatTopic         = "ChatTopicArn"
	OutputEventBus          = "EventBusArn"
	OutputReconcileGroup    = "ReconcileScheduleGroupName"
	OutputTriggersGroup     = "ScheduleGroupName"
	OutputReconcile         = "ReconcileExpression"
	OutputSchedulerRole     = "SchedulerRoleArn"
	OutputDeadLetterURL     = "DeadLetterQueueUrl"
	OutputDeadLetterARN     = "DeadLetterQueueArn"
	OutputExecutionsConsole = "ExecutionsConsole"
	OutputSignalHosts       = "SignalHosts" // missing if there are none
	OutputVersion           = "Version"     // missing if it was built outside of a repository
	OutputPermissions       = "Permissions" // see [permissions.Parse]; missing before it was a choice
	OutputFunctionRoles     = "FunctionRoleArns"
	OutputDashboard         = "DashboardName" // missing without a dashboard
	OutputNextCommand       = "NextCommand"
	OutputSubnets           = "FunctionSubnetIds"        // missing if the functions run in Lambda's own network
	OutputSecurityGroups    = "FunctionSecurityGroupIds" // that were given
	OutputOwnSecurityGroup  = "FunctionSecurityGroupId"  // that the stack created, if none was given
	OutputKey               = "KeyArn"                   // missing if AWS's own keys are used
	OutputRegionScope       = "RegionScope"              // [OwnRegion]; missing if the stack takes the clusters of all regions
)

// The policies for people. In a stack that takes only the clusters of its own region, their names end in the region.
const (
	OperatorPolicy = System + "-operator"
	ViewerPolicy   = System + "-viewer"
	NetworkPolicy  = System + "-network" // of a stack in private subnets
	KeyPolicy      = System + "-key"     // of a stack with a key
)

// EnvRegionScope is the functions' environment variable with the value of [OutputRegionScope].
const EnvRegionScope = "REGION_SCOPE"

// OwnRegion is the scope of a stack that takes only the clusters of its own region.
const OwnRegion = "own"

// Stack is a deployed stack.
type Stack struct {
	Name             string
	Status           string // CloudFormation's, such as UPDATE_COMPLETE; see [ConditionOf]
	Partition        string // such as "aws"
	Region, Account  string
	OnlyRegion       string // the stack takes only the clusters of this region, its own; empty: of all regions
	ConfigTable      string
	LogsTable        string
	StateMachineARN  string
	AlertTopicARN    string
	ChatTopicARN     string // empty: the stack is older than events
	EventBusARN      string // empty: the stack is older than events
	ReconcileGroup   string // the schedule group of the reconcile trigger
	TriggersGroup    string // the schedule group of the triggers that follow the configuration
	Reconcile        string // the expression of the reconcile trigger, such as rate(1 hour)
	SchedulerRoleARN string
	DeadLetterURL    string
	DeadLetterARN    string
	SignalHosts      []string // from which signals may be read
	Permissions      string   // the value of [OutputPermissions]; empty before it was a choice
	FunctionRoles    []string // the ARNs of the roles that call EKS, for the spokes; empty before there were spokes
	Subnets          []string // of the functions; empty in Lambda's own network
	SecurityGroups   []string // of the functions in subnets
	DataKeyARN       string   // of the key that encrypts the stack's data; empty: the keys of AWS
	Build            Build    // from the stack's tags
	Installer        Installer
}

// ListHosts returns the deployment that also lets signals be read from these hosts.
func (s Stack) ListHosts(hosts []string) string {
	all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(s.SignalHosts, hosts))))
	switch s.Installer {
	case ByInstall:
		return "eks-scaling upgrade --parameter SignalHosts=" + strings.Join(all, ",")
	case ByTemplate:
		return "the parameter SignalHosts=" + strings.Join(all, ",") + " of the template"
	case ByCDK:
	}
	return `make deploy CONTEXT="-c signalHosts=` + strings.Join(all, ",") + ` ..." with every other -c of the last deployment`
}
