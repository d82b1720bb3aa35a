// Package signal judges the conditions of periods by readings of signals from outside, such as an alarm or a forecast.
//
// The package is pure: it never reads the clock, and calls nothing.
package signal

import (
	"encoding/json"
	"time"
)

// Reading is one reading of a signal in a run.
type Reading struct {
	// Value is a number in decimal, an alarm's state, the text of a parameter, OPEN or CLOSED. It has at most [MaxValue]
	// characters, and is empty with an error.
	Value string    `json:"value,omitempty"`
	At    time.Time `json:"at"`
	Error string    `json:"error,omitempty"` // one line of at most [MaxError] characters, never with a secret
}

// The limits of a reading, in characters.
const (
	MaxValue = 100
	MaxError = 200
)

// Readings holds the readings of a run by the signal's name.
type Readings map[string]Reading

// Memory is what a unit remembers of the condition of one of its periods. The zero value is a condition that was never judged.
type Memory struct {
	On    bool      `json:"on"`
	Since time.Time `json:"since"` // when On became what it is
	// Value is the last good value, read at At from Signal.
	Value  string    `json:"value,omitempty"`
	At     time.Time `json:"at,omitzero"`
	Signal string    `json:"signal,omitempty"`
	// Spent is set when atMost ended the condition. It stays off until it has been false once.
	Spent bool `json:"spent,omitempty"`
}

// Within returns the memory in a window that began at an instant. What the condition was in an earlier window does not matter: no run
// may have seen that one end. The last good value still counts.
func (m Memory) Within(began time.Time) Memory {
	if m.Since.Before(began) {
		m.On, m.Since, m.Spent = false, time.Time{}, false
	}
	return m
}

// Otherwise is what a condition is without a usable value.
type Otherwise string

// The values of [Otherwise].
const (
	OtherwiseFalse Otherwise = "false"
	OtherwiseTrue  Otherwise = "true"
	OtherwiseLast  Otherwise = "last" // as it was
)

// MarshalJSON returns a boolean, or the text "last".
func (o Otherwise) MarshalJSON() ([]byte, error) {
	if o == OtherwiseLast {
		return json.Marshal(string(o))
	}
	return json.Marshal(o == OtherwiseTrue)
}

// Fallback says how long a value counts, and what holds after that.
type Fallback struct {
	MaxAge    time.Duration
	Otherwise Otherwise
}
