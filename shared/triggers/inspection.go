package triggers

// State is how a schedule stands to the plan.
type State string

// The standings.
const (
	InSync    State = "ok"
	Missing   State = "missing"
	Differs   State = "differs"
	Disabled  State = "disabled" // it differs, and above all it never fires
	Unplanned State = "notPlanned"
	Transient State = "passing" // in no plan, but it has just come due or follows a change, and goes by itself
	Due       State = "due"     // planned, but it fires too soon to be made or changed
)

// AsItShouldBe says whether there is nothing to mend.
func (s State) AsItShouldBe() bool {
	return s == InSync || s == Transient || s == Due
}

// Difference is a setting that is not as planned.
type Difference struct {
	Setting string `json:"setting"`
	Wanted  string `json:"wanted"`
	Found   string `json:"found"`
}

// Inspection is what came of looking at one schedule.
type Inspection struct {
	Name        string
	State       State
	Description string // as planned, or as it is when it is not planned; so are the next two
	Expression  string
	Zone        string
	Differences []Difference // only of one that differs or is disabled
}

// Changes are the names of the schedules that differ from a plan, each in order.
type Changes struct {
	Create []string `json:"create"`
	Update []string `json:"update"`
	Delete []string `json:"delete"`
}

// None says that the group is as planned.
func (c Changes) None() bool {
	return len(c.Create)+len(c.Update)+len(c.Delete) == 0
}
