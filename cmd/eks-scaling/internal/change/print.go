package change

import (
	"cmp"
	"fmt"
	"io"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
)

// maxAlike limits how many items of a kind are listed that change in the same way.
const maxAlike = 20

// PrintChanges prints the change of each item. Of many that are alike it lists the first, new ones by their names alone, and counts the
// rest.
func (o Options) PrintChanges(out io.Writer, all []inventory.Change) {
	type alike struct{ kind, what string }
	group := func(c inventory.Change) alike {
		if c.IsLeft(o.Prune) {
			return alike{c.After.Kind, "not in the file, left as they are (--prune removes them)"}
		}
		return alike{c.After.Kind, c.What()}
	}
	count, printed := map[alike]int{}, map[alike]int{}
	for _, c := range all {
		count[group(c)]++
	}
	for _, c := range all {
		g := group(c)
		printed[g]++
		switch {
		case printed[g] == maxAlike+1:
			term.Say(out, "%s: %d more %s; -o json lists all\n", g.kind, count[g]-maxAlike, g.what)
		case printed[g] > maxAlike:
		case c.IsLeft(o.Prune):
			term.Say(out, "%s %s: not in the file, left as it is (--prune removes it)\n", c.After.Kind, c.After.Name)
		case count[g] > maxAlike && c.What() == "new":
			printTitle(c, out)
		default:
			PrintChange(c, out)
		}
	}
}

// maxLines limits the fields shown of one item; a calendar has hundreds of dates.
const maxLines = 40

// PrintChange prints the change of an item and the fields that differ.
func PrintChange(c inventory.Change, out io.Writer) {
	printTitle(c, out)
	PrintLines(out, c.Lines)
}

func printTitle(c inventory.Change, out io.Writer) {
	title := c.After.Kind + " " + c.After.Name + ": " + c.What()
	if c.Moved {
		title += " from " + cmp.Or(c.After.Cluster, "the key "+c.After.Key())
	}
	if c.What() == "changed" {
		title += fmt.Sprintf(" (version %d)", c.After.Version+1)
	}
	term.SayLine(out, title)
}

// PrintLines prints the fields that differ.
func PrintLines(out io.Writer, lines []string) {
	for i, line := range lines {
		if i == maxLines {
			term.Say(out, "  ... and %d more\n", len(lines)-maxLines)
			break
		}
		term.SayLine(out, "  "+line)
	}
}
