package deployment

import "slices"

// AlarmPrefix starts the name of every alarm of the stack.
const AlarmPrefix = System + "-"

// The alarms.
const (
	AlarmReconcileLost      = AlarmPrefix + "reconcile-lost"
	AlarmReconcileMissing   = AlarmPrefix + "reconcile-missing"
	AlarmReconcileRefused   = AlarmPrefix + "reconcile-refused"
	AlarmRunAborted         = AlarmPrefix + "run-aborted"
	AlarmRunFailed          = AlarmPrefix + "run-failed"
	AlarmRunTimedOut        = AlarmPrefix + "run-timed-out"
	AlarmTriggerUndelivered = AlarmPrefix + "trigger-undelivered"
	AlarmTriggersLost       = AlarmPrefix + "triggers-lost"
	AlarmTriggersRefused    = AlarmPrefix + "triggers-refused"
	AlarmUnitAborted        = AlarmPrefix + "unit-aborted"
	AlarmUnitFailed         = AlarmPrefix + "unit-failed"
)

// AlarmNames returns the names of the stack's alarms, in alphabetical order.
func AlarmNames() []string {
	return []string{
		AlarmReconcileLost, AlarmReconcileMissing, AlarmReconcileRefused, AlarmRunAborted, AlarmRunFailed, AlarmRunTimedOut,
		AlarmTriggerUndelivered, AlarmTriggersLost, AlarmTriggersRefused, AlarmUnitAborted, AlarmUnitFailed,
	}
}

// IsRunAlarm reports whether an alarm is about failed runs.
func IsRunAlarm(name string) bool {
	return slices.Contains([]string{AlarmRunAborted, AlarmRunFailed, AlarmRunTimedOut, AlarmUnitAborted, AlarmUnitFailed}, name)
}

// EnableAlarm returns the command that enables the actions of an alarm.
func EnableAlarm(name, region string) string {
	return "aws cloudwatch enable-alarm-actions --region " + region + " --alarm-names " + name
}
