package main

import (
	"fmt"
	"strings"

	"eks-scaling-automation/functions/internal/alert"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/printable"
)

// maxWas limits the previous value shown in an alert, in bytes. The audit trail has all of it.
const maxWas = 2_000

// subject names the first problem.
func subject(found []problem) string {
	text := "EKS scaling: invalid configuration: " + found[0].what
	if more := len(found) - 1; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return alert.Subject(text)
}

// message describes the problems, what to do, and which changes were made by whom.
func message(found []problem, changes []inventory.ConfigChange) string {
	var text strings.Builder
	text.WriteString("A change made the configuration invalid. Until it is fixed, these parts are not scaled, and runs that need them fail.\n")
	for _, p := range found {
		fmt.Fprintf(&text, "\nWhat:  %s\nWhy:   %s\n", printable.Line(p.what), printable.Line(p.why))
	}
	text.WriteString("\nTo do: Fix the configuration with: eks-scaling config apply FILE\n")
	for _, c := range changes {
		at := c.Time.Format("2006-01-02 15:04:05 UTC")
		fmt.Fprintf(&text, "\nChanged: %s at %s, %s\n", printable.Line(c.Item()), at, printable.Line(hand(c)))
		if c.Reason != "" {
			fmt.Fprintf(&text, "Reason:  %s\n", printable.Line(c.Reason))
		}
		if c.Before != nil {
			fmt.Fprintf(&text, "Was:     %s\n", printable.Line(alert.Cut(string(c.Before), maxWas)))
		}
	}
	text.WriteString("\nEvery change is recorded with its previous and new value: table " + deployment.LogsTable +
		", subject config/KIND/NAME.\n")
	return alert.Message(text.String())
}

// hand names who made a change.
func hand(c inventory.ConfigChange) string {
	switch {
	case !madeByAPerson(c):
		return "removed by expiry"
	case c.By != "":
		return fmt.Sprintf("version %d, by %s", c.Version, c.By)
	case c.After == nil:
		return "removed, by unknown"
	default:
		return "edited by hand, by unknown"
	}
}
