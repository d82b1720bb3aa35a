package deployment

// AlarmPrefix starts the name of every alarm of the stack.
const AlarmPrefix = System + "-"

// AlarmReconcileMissing is the stack's only alarm: it fires when no reconcile run ends. Other failures alert people without an alarm.
const AlarmReconcileMissing = AlarmPrefix + "reconcile-missing"

// AlarmNames returns the names of the stack's alarms, in alphabetical order.
func AlarmNames() []string { return []string{AlarmReconcileMissing} }

// EnableAlarm returns the command that enables the actions of an alarm.
func EnableAlarm(name, region string) string {
	return "aws cloudwatch enable-alarm-actions --region " + region + " --alarm-names " + name
}
