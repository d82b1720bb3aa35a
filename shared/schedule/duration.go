package schedule

import (
	"encoding/json"
	"strings"
	"time"
)

// Duration is a time span, written as "20m" in configurations.
type Duration time.Duration

// String returns text such as "20m", "1h30m" or "1m30s", without zero units.
func (d Duration) String() string {
	text := time.Duration(d).String()
	if short, whole := strings.CutSuffix(text, "m0s"); whole {
		text = short + "m"
	}
	if short, whole := strings.CutSuffix(text, "h0m"); whole {
		text = short + "h"
	}
	return text
}

// MarshalJSON returns the text form.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(d.String())
}
