package expression

// Condition is a rule of a Choice, or a part of one.
type Condition interface {
	Holds(Scope) (bool, *Failure)
}

type (
	// And is true if all its conditions are true.
	And []Condition
	// Present is IsPresent.
	Present struct{ Variable Path }
	// Equals compares the variable with a scalar constant. A value of another kind differs.
	Equals struct {
		Variable Path
		Want     any
	}
)

// Holds stops at the first condition that is false.
func (all And) Holds(s Scope) (bool, *Failure) {
	for _, c := range all {
		if ok, fail := c.Holds(s); !ok || fail != nil {
			return false, fail
		}
	}
	return true, nil
}

// Holds reports whether the variable has a value.
func (c Present) Holds(s Scope) (bool, *Failure) {
	_, fail := c.Variable.Value(s)
	return fail == nil, nil
}

// Holds fails if the variable is missing.
func (c Equals) Holds(s Scope) (bool, *Failure) {
	v, fail := c.Variable.Value(s)
	return fail == nil && v == c.Want, fail
}
