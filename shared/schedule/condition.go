package schedule

import "strconv"

// Condition makes a period depend on a signal, within its window. It has Above, Below or Is.
type Condition struct {
	Signal string `json:"signal"`
	// Above and Below turn the condition on beyond this value. It turns off at Until, or beyond it to the other side. Without
	// Until, that is Above or Below itself.
	Above *float64 `json:"above,omitempty"`
	Below *float64 `json:"below,omitempty"`
	Until *float64 `json:"until,omitempty"`
	// Is turns the condition on while the signal is this text.
	Is string `json:"is,omitempty"`
	// Hold is the shortest time on, and AtMost the longest; 0 means no limit.
	Hold   Duration `json:"hold,omitempty"`
	AtMost Duration `json:"atMost,omitempty"`
	// Every is how often a run looks while the window is open.
	Every Duration `json:"every"`
}

// String returns text such as "rain > 20" or "queue is ALARM".
func (c Condition) String() string {
	switch {
	case c.Above != nil:
		return c.Signal + " > " + Decimal(*c.Above)
	case c.Below != nil:
		return c.Signal + " < " + Decimal(*c.Below)
	default:
		return c.Signal + " is " + c.Is
	}
}

// Decimal returns a number without an exponent.
func Decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
