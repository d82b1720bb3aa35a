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
	listChanges(&text, changes)
	text.WriteString("\nEvery change is recorded with its previous and new value: table " + deployment.LogsTable +
		", subject config/KIND/NAME.\n")
	return alert.Message(text.String())
}

// unsentSubject is the subject of the alert about events that were given up.
const unsentSubject = "EKS scaling: events of a configuration change were not sent"

// unsentMessage says why events were not sent, what that means, and what to do.
func unsentMessage(why error, changes []inventory.ConfigChange) string {
	var text strings.Builder
	fmt.Fprintf(&text, "EventBridge accepted no events of a configuration change for %d minutes. Chat and your own rules do not hear of the change. "+
		"It is recorded and takes effect all the same.\n", int(maxEventAge.Minutes()))
	fmt.Fprintf(&text, "\nWhy:   %s\n", printable.Line(alert.Cut(why.Error(), maxWas)))
	text.WriteString("\nTo do: Check the event bus and the permissions of the function audit-config with: eks-scaling doctor\n")
	listChanges(&text, changes)
	return alert.Message(text.String())
}

// listChanges lists changes, with their authors and previous values.
func listChanges(text *strings.Builder, changes []inventory.ConfigChange) {
	for _, c := range changes {
		at := c.Time.Format("2006-01-02 15:04:05 UTC")
		fmt.Fprintf(text, "\nChanged: %s at %s, %s\n", printable.Line(c.Item()), at, printable.Line(hand(c)))
		if c.Reason != "" {
			fmt.Fprintf(text, "Reason:  %s\n", printable.Line(c.Reason))
		}
		if c.Before != nil {
			fmt.Fprintf(text, "Was:     %s\n", printable.Line(alert.Cut(string(c.Before), maxWas)))
		}
	}
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
