package health

// Fact is a value that may be missing or unreadable.
type Fact[T any] struct {
	Value   T
	Missing bool    // it does not exist
	Unread  *Unread // nil if it was read, or does not exist
	// Error is the error in one sentence, also if the thing does not exist; empty if it was read.
	Error string
}

// Unread explains why something could not be read, with the remedy.
type Unread struct {
	Why, Remedy string
	// Because names the cause if another check reports it.
	Because string
	// Lacks is the missing permission.
	Lacks string
}

// BecauseOf returns an [Unread] whose cause another check reports.
func BecauseOf(other string) *Unread {
	return &Unread{Why: "not checked, because " + other, Remedy: "fix that first", Because: other}
}

// Forbidden returns an [Unread] for a missing permission, such as eks:DescribeCluster.
func Forbidden(why, permission string) *Unread {
	return &Unread{Why: why, Remedy: "ask for the permission " + permission + ", or use another --profile", Lacks: permission}
}

// Known returns the fact about something that was read.
func Known[T any](value T) Fact[T] { return Fact[T]{Value: value} }

// Missing returns the fact about something that does not exist.
func Missing[T any]() Fact[T] { return Fact[T]{Missing: true} }

// NotRead returns the fact about something that could not be read.
func NotRead[T any](why *Unread) Fact[T] { return Fact[T]{Unread: why} }

// Exists reports whether the thing exists and was read.
func (f Fact[T]) Exists() bool { return !f.Missing && f.Unread == nil }
