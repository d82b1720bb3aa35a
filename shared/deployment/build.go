package deployment

// Tags of the stack that identify its build. `make deploy` sets them.
const (
	TagVersion = System + ":version"
	TagCommit  = System + ":commit"
	TagDate    = System + ":date"
)

// Build identifies the sources of a program or a stack; empty if unknown.
type Build struct {
	Version string `json:"version,omitempty"`
	Commit  string `json:"commit,omitempty"`
	Date    string `json:"date,omitempty"` // of the commit
}

func (b Build) String() string {
	if b.Commit == "" && b.Date == "" {
		return b.Version
	}
	return b.Version + " (commit " + b.Commit + ", " + b.Date + ")"
}
