package change

import (
	"cmp"
	"fmt"
	"io"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
)

// maxLines is how many fields of one entity are shown; a calendar has hundreds of dates.
const maxLines = 40

// PrintChange prints what happens to an item, and the fields that differ.
func PrintChange(c inventory.Change, out io.Writer) {
	title := c.After.Kind + " " + c.After.Name + ": " + c.What()
	if c.Moved {
		title += " from " + cmp.Or(c.After.Cluster, "the key "+c.After.Key())
	}
	if c.What() == "changed" {
		title += fmt.Sprintf(" (version %d)", c.After.Version+1)
	}
	term.SayLine(out, title)
	PrintLines(out, c.Lines)
}

// PrintLines writes the fields that differ.
func PrintLines(out io.Writer, lines []string) {
	for i, line := range lines {
		if i == maxLines {
			term.Say(out, "  ... and %d more\n", len(lines)-maxLines)
			break
		}
		term.SayLine(out, "  "+line)
	}
}
