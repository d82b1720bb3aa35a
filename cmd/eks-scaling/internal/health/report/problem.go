package report

// Problem is one thing that is wrong.
type Problem struct {
	Kind     Kind     `json:"kind"`
	Subject  string   `json:"subject"` // such as "production/big" or "the alarms"
	Message  string   `json:"message"`
	Remedies []string `json:"remedies"` // commands; if there are several, each has a comment
}

// Kind classifies a problem. Monitoring may go by it.
type Kind string

// The kinds of problems.
const (
	Unreadable           Kind = "unreadable"           // the message says why
	StackFailed          Kind = "stackFailed"          // the last deployment failed
	ConfigurationInvalid Kind = "configurationInvalid" // an item of the configuration is unusable
	ClusterMissing       Kind = "clusterMissing"       // EKS has no such cluster
	NodegroupMissing     Kind = "nodegroupMissing"     // EKS has the cluster, but not the node group
	NodegroupFailing     Kind = "nodegroupFailing"     // EKS reports a failure or health issues
	NodegroupDeviates    Kind = "nodegroupDeviates"    // not as wanted, and no run is changing it
	NodegroupFought      Kind = "nodegroupFought"      // somebody else changes what runs have set
	RunFailed            Kind = "runFailed"            // and no later run has succeeded
	NoRecentRun          Kind = "noRecentRun"
	TriggerMissing       Kind = "triggerMissing"
	TriggerDisabled      Kind = "triggerDisabled"
	TriggerNotPlanned    Kind = "triggerNotPlanned"
	AlarmMissing         Kind = "alarmMissing"
	AlarmSilenced        Kind = "alarmSilenced" // it notifies no one
	AlarmRaised          Kind = "alarmRaised"
	DeadLettersFound     Kind = "deadLettersFound"
)
