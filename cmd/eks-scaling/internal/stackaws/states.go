package stackaws

// The states of the definition whose payloads are read, or that people care about.
const (
	LoadConfig     = "LoadConfig"
	Decide         = "Decide"
	Scale          = "Scale"
	Audit          = "Audit"
	AuditFailed    = "AuditFailed"
	UnitFailed     = "UnitFailed"
	SyncSchedules  = "SyncSchedules"
	AuditRun       = "AuditRun"
	AuditRunFailed = "AuditRunFailed"
	// DryRunUnrecorded takes the place of AuditRunFailed in a dry run.
	DryRunUnrecorded = "DryRunUnrecorded"
	NotifyFailure    = "NotifyFailure"
	// EndFailed is the state in which a run ends that has failed and said so.
	EndFailed = "Failed"
)
