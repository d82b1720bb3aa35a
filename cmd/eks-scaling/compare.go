package main

import (
	"cmp"
	"fmt"
	"io"

	"eks-scaling-automation/shared/inventory"
)

// maxLines is how many fields of one entity are shown; a calendar has hundreds of dates.
const maxLines = 40

func printChange(c inventory.Change, out io.Writer) {
	title := c.After.Kind + " " + c.After.Name + ": " + c.What()
	if c.Moved {
		title += " from " + cmp.Or(c.After.Cluster, "the key "+c.After.Key())
	}
	if c.What() == "changed" {
		title += fmt.Sprintf(" (version %d)", c.After.Version+1)
	}
	sayLine(out, title)
	printLines(out, c.Lines)
}

// printLines writes the fields that differ.
func printLines(out io.Writer, lines []string) {
	for i, line := range lines {
		if i == maxLines {
			say(out, "  ... and %d more\n", len(lines)-maxLines)
			break
		}
		sayLine(out, "  "+line)
	}
}
