package triggers

// State compares a schedule with the plan.
type State string

// The states of a schedule.
const (
	InSync    State = "inSync"
	Missing   State = "missing"
	Differs   State = "differs"
	Disabled  State = "disabled" // differs, and never fires
	Unplanned State = "notPlanned"
	Transient State = "transient" // not planned, but due soon or following a change: it fires and goes, or a later sync removes it
	Due       State = "due"       // planned, but due too soon to create or change
)

// OK reports whether the trigger is as it should be.
func (s State) OK() bool {
	return s == InSync || s == Transient || s == Due
}

// Difference is a setting that differs from the plan.
type Difference struct {
	Setting string `json:"setting"`
	Desired string `json:"desired"`
	Current string `json:"current"`
}

// Inspection compares one schedule with the plan.
type Inspection struct {
	Name        string
	State       State
	Description string // as planned, or as found if not planned, like the next two
	Expression  string
	Zone        string
	Differences []Difference // only if it differs or is disabled
}

// Changes lists the schedules to create, update and delete, each sorted by name.
type Changes struct {
	Create []string `json:"create"`
	Update []string `json:"update"`
	Delete []string `json:"delete"`
}

// None reports whether the group matches the plan.
func (c Changes) None() bool {
	return len(c.Create)+len(c.Update)+len(c.Delete) == 0
}
