package change

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

// maxEqual is how many items with the same change are listed one by one. More of them are one entry with all their names.
const maxEqual = 5

// maxListed is how many unchanged items are listed one by one. More of them share one line.
const maxListed = 20

// PrintChanges prints the change of each item. Only changes with the same fields, the same values before and the same values after
// share an entry; removals never do.
func (o Options) PrintChanges(out io.Writer, all []inventory.Change) {
	entries := map[string][]inventory.Change{}
	for _, c := range all {
		entries[o.entry(c)] = append(entries[o.entry(c)], c)
	}
	brief := !o.Verbose && newClusters(all) > maxDetailed
	for _, c := range all {
		same := entries[o.entry(c)]
		switch {
		case o.share(same):
			if c.After.Key() == same[0].After.Key() {
				o.printTogether(out, same)
			}
		case brief && c.What() == "new":
			printTitle(c, out)
		case c.IsLeft(o.Prune):
			term.Say(out, "%s %s: not in the document, stays (remove it with --prune)\n", c.After.Kind, c.After.Name)
		default:
			PrintChange(c, out)
		}
	}
}

// share reports whether equal changes share one entry.
func (o Options) share(same []inventory.Change) bool {
	switch first := same[0]; {
	case first.IsLeft(o.Prune) || !first.Needed():
		return len(same) > maxListed
	case first.Gone:
		return false
	default:
		return len(same) > maxEqual
	}
}

// newClusters counts the clusters that are not in the table.
func newClusters(all []inventory.Change) (n int) {
	for _, c := range all {
		if c.After.Kind == inventory.KindCluster && c.What() == "new" {
			n++
		}
	}
	return n
}

// entry identifies the entry of a change among others of its kind.
func (o Options) entry(c inventory.Change) string {
	left := fmt.Sprint(c.IsLeft(o.Prune))
	return strings.Join(append([]string{c.After.Kind, left, c.What()}, sharedLines(c)...), "\n")
}

// sharedLines returns the fields that differ, without those that differ between any two new items.
func sharedLines(c inventory.Change) []string {
	if c.What() != "new" {
		return c.Lines
	}
	return slices.DeleteFunc(slices.Clone(c.Lines), func(line string) bool {
		return strings.HasPrefix(line, "+ name: ") || strings.HasPrefix(line, "+ createdAt: ")
	})
}

// printTogether prints one entry of many items.
func (o Options) printTogether(out io.Writer, same []inventory.Change) {
	var names []string
	for _, c := range same {
		names = append(names, c.After.Name)
	}
	first, items, list := same[0], english.Count(len(same), same[0].After.Kind), strings.Join(names, ", ")
	switch {
	case first.IsLeft(o.Prune):
		term.Say(out, "%s not in the document, stay (remove them with --prune): %s\n", items, list)
		return
	case !first.Needed():
		term.Say(out, "%s unchanged\n", items)
		return
	case first.What() == "new":
		term.Say(out, "%s new, with the same fields: %s\n", items, list)
	default:
		term.Say(out, "%s changed in the same way: %s\n", items, list)
	}
	printFields(out, first, sharedLines(first))
}

// maxLines limits the fields shown of a new item, and of a change by somebody else; a calendar has hundreds of dates.
const maxLines = 40

// PrintChange prints the change of an item and the fields that differ.
func PrintChange(c inventory.Change, out io.Writer) {
	printTitle(c, out)
	printFields(out, c, c.Lines)
}

// printFields prints the fields that differ, all of them unless the item is new.
func printFields(out io.Writer, c inventory.Change, lines []string) {
	if c.What() == "new" {
		PrintLines(out, lines)
		return
	}
	for _, line := range lines {
		term.SayLine(out, "  "+line)
	}
}

func printTitle(c inventory.Change, out io.Writer) {
	title := c.After.Kind + " " + c.After.Name + ": " + c.What()
	if c.Moved {
		title += " from " + cmp.Or(c.After.Cluster, "the key "+c.After.Key())
	}
	if c.What() == "changed" {
		title += fmt.Sprintf(" (version %d)", c.After.NextVersion())
	}
	term.SayLine(out, title)
}

// PrintLines prints the first of the fields that differ.
func PrintLines(out io.Writer, lines []string) {
	for i, line := range lines {
		if i == maxLines {
			term.Say(out, "  ... and %d more\n", len(lines)-maxLines)
			break
		}
		term.SayLine(out, "  "+line)
	}
}
