package report

// Problem is one thing that is wrong.
type Problem struct {
	Kind    Kind   `json:"kind"`
	Subject string `json:"subject"` // such as "production/big" or "the alarms"
	Message string `json:"message"`
	// Remedies are commands. Where there are several, a comment behind each tells what it is good for.
	Remedies []string `json:"remedies"`
}

// Kind is what sort of problem one is. Monitoring may go by it.
type Kind string

// The kinds of problems.
const (
	Unreadable           Kind = "unreadable"           // AWS did not tell; the message says why
	StackFailed          Kind = "stackFailed"          // the last deployment went wrong
	ConfigurationInvalid Kind = "configurationInvalid" // an item of the configuration cannot be used
	ClusterMissing       Kind = "clusterMissing"       // EKS has no such cluster
	NodegroupMissing     Kind = "nodegroupMissing"     // EKS has the cluster, and no such node group in it
	NodegroupFailing     Kind = "nodegroupFailing"     // EKS reports a failure or health issues
	NodegroupDeviates    Kind = "nodegroupDeviates"    // not as wanted, and no run is changing it
	NodegroupFought      Kind = "nodegroupFought"      // somebody else changes what runs have set
	RunFailed            Kind = "runFailed"            // and no later one has made up for it
	NoRecentRun          Kind = "noRecentRun"
	TriggerMissing       Kind = "triggerMissing"
	TriggerDisabled      Kind = "triggerDisabled"
	TriggerNotPlanned    Kind = "triggerNotPlanned"
	AlarmMissing         Kind = "alarmMissing"
	AlarmSilenced        Kind = "alarmSilenced" // nobody hears of it when it goes off
	AlarmRaised          Kind = "alarmRaised"
	DeadLettersFound     Kind = "deadLettersFound" // something could not be delivered or done
)
