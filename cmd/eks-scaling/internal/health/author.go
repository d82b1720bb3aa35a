package health

import (
	"fmt"
	"strings"
	"time"

	"eks-scaling-automation/shared/inventory"
)

// UTCForm formats instants that belong to no cluster.
const UTCForm = "2006-01-02 15:04 UTC"

// Author records who set something, when and why. Unknown fields are empty.
type Author struct {
	Since  time.Time `json:"since,omitzero"`
	By     string    `json:"actor,omitempty"`
	Reason string    `json:"reason,omitempty"`
}

// WrittenBy returns who wrote an item.
func WrittenBy(e inventory.Item) Author {
	return Author{Since: e.UpdatedAt, By: e.UpdatedBy, Reason: e.Reason}
}

// String returns text such as " since 2026-11-23 12:00 UTC by ana (maintenance)".
func (t Author) String() string {
	text := ""
	if !t.Since.IsZero() {
		text += " since " + t.Since.UTC().Format(UTCForm)
	}
	if t.By != "" {
		text += " by " + t.By
	}
	if t.Reason != "" {
		text += " (" + t.Reason + ")"
	}
	return text
}

// FirstFew lists the first n names, and counts the others.
func FirstFew(names []string, n int) string {
	text := strings.Join(names[:min(len(names), n)], ", ")
	if more := len(names) - n; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
