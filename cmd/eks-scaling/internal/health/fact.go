package health

// Fact is what is known about something.
type Fact[T any] struct {
	Value   T
	Missing bool    // it does not exist
	Unread  *Unread // nil if it was read, or does not exist
	// Error is the error in one sentence, also of a thing that does not exist; empty if it was read.
	Error string
}

// Unread is why something could not be read, and what would help.
type Unread struct {
	Why, Remedy string
	// Because is set if something else is to blame that has a check of its own.
	Because string
	// Lacks is the missing permission.
	Lacks string
}

// BecauseOf returns why something was not read when something else is to blame.
func BecauseOf(other string) *Unread {
	return &Unread{Why: "not checked, because " + other, Remedy: "fix that first", Because: other}
}

// Forbidden returns why something was not read that takes a permission, such as eks:DescribeCluster.
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
