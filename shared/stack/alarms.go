package stack

// AlarmPrefix is what the names of the stack's alarms begin with.
const AlarmPrefix = "eks-scaling-"

// AlarmNames are those of the stack's alarms, in the order of the alphabet.
func AlarmNames() []string {
	return []string{
		AlarmPrefix + "reconcile-lost", AlarmPrefix + "reconcile-missing", AlarmPrefix + "reconcile-refused",
		AlarmPrefix + "run-aborted", AlarmPrefix + "run-failed", AlarmPrefix + "run-timed-out",
		AlarmPrefix + "trigger-undelivered", AlarmPrefix + "triggers-lost", AlarmPrefix + "triggers-refused",
	}
}

// EnableAlarm is the command that has an alarm tell people again.
func EnableAlarm(name, region string) string {
	return "aws cloudwatch enable-alarm-actions --region " + region + " --alarm-names " + name
}
