package account

// RefusedError reports that a role could not be assumed.
type RefusedError struct {
	Role Role
	Err  error
}

// Error names the account and the role.
func (e *RefusedError) Error() string { return e.InWords() + ": " + e.Err.Error() }

// InWords is the error without its cause.
func (e *RefusedError) InWords() string {
	return "account " + e.Role.Account() + " does not let the caller in as role " + e.Role.Name()
}

// Unwrap returns the cause.
func (e *RefusedError) Unwrap() error { return e.Err }
