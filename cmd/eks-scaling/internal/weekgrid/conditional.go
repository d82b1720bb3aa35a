package weekgrid

import (
	"fmt"
	"slices"
	"strings"
)

// Conditional is what a condition changes in a span while it is on.
type Conditional struct {
	Condition string // in words, such as "rain > 20"
	Profile   string
	Sizes     []string // that differ, in words
	Weight    int      // the sum of the desired nodes while it is on
}

// describe returns text such as "if rain > 20: peak, big 3".
func (c Conditional) describe() string {
	parts := append([]string{Span{Profile: c.Profile}.name()}, c.Sizes...)
	return clean("if " + c.Condition + ": " + strings.Join(parts, ", "))
}

func (c Conditional) subject() subject { return subject{profile: c.Profile} }

// hatch is the style of a condition: its spans are hatched over what applies without it.
type hatch struct {
	condition, profile string
	sizes              []string // all that it leads to in the lane
}

// hatches returns the conditions of the lane, in the order in which they appear.
func (l Lane) hatches() (all []hatch) {
	for _, span := range l.Spans {
		for _, c := range span.Conditional {
			i := slices.IndexFunc(all, c.has)
			if i < 0 {
				i, all = len(all), append(all, hatch{condition: c.Condition, profile: c.Profile})
			}
			all[i].sizes = append(all[i].sizes, c.Sizes...)
		}
	}
	for i := range all {
		slices.Sort(all[i].sizes)
		all[i].sizes = slices.Compact(all[i].sizes)
	}
	return all
}

// equal reports whether both are the same.
func (c Conditional) equal(other Conditional) bool {
	return c.Condition == other.Condition && c.Profile == other.Profile && c.Weight == other.Weight && slices.Equal(c.Sizes, other.Sizes)
}

// has reports whether the condition is drawn in this style.
func (c Conditional) has(h hatch) bool { return c.Condition == h.condition && c.Profile == h.profile }

// note explains the hatch: "if rain > 20: peak, big 3".
func (h hatch) note() string {
	return Conditional{Condition: h.condition, Profile: h.profile, Sizes: h.sizes}.describe()
}

// hatchMarks are the marks of conditions in a terminal. Later ones share the last mark.
const hatchMarks = `/\=#%+`

// severalMark marks cells in which more than one condition counts.
const severalMark = 'X'

func hatchMark(i int) rune { return rune(hatchMarks[min(i, len(hatchMarks)-1)]) }

// hatching returns the line below the cells that marks what is conditional, in the colors of the profiles; empty if nothing is.
func (t *text) hatching(l Lane, cells []cell) string {
	hatches := l.hatches()
	if len(hatches) == 0 {
		return ""
	}
	return strings.TrimRight(t.runs(len(cells), func(i int) (rune, *shade) {
		switch found := l.hatchesIn(hatches, cells[i]); len(found) {
		case 0:
			return ' ', nil
		case 1:
			style := t.styles[subject{profile: hatches[found[0]].profile}]
			return hatchMark(found[0]), &style.shade
		default:
			return severalMark, nil
		}
	}), " ")
}

// hatchesIn returns the indexes of the conditions that count in a cell.
func (l Lane) hatchesIn(hatches []hatch, c cell) (found []int) {
	for i, h := range hatches {
		counts := func(span int) bool {
			return slices.ContainsFunc(l.Spans[span].Conditional, func(c Conditional) bool { return c.has(h) })
		}
		if slices.ContainsFunc(c.spans, counts) {
			found = append(found, i)
		}
	}
	return found
}

// hatchLegend explains the marks of conditions.
func (t *text) hatchLegend(l Lane) {
	hatches := l.hatches()
	for i, h := range hatches {
		style := t.styles[subject{profile: h.profile}]
		t.paragraph(fmt.Sprintf("  %s  ", t.paint(string(hatchMark(i)), &style.shade)), h.note())
	}
	several := func(s Span) bool { return len(s.Conditional) > 1 }
	if slices.ContainsFunc(l.Spans, several) {
		t.paragraph(fmt.Sprintf("  %c  ", severalMark), "more than one of these conditions")
	}
}

// hatchAngles turn the stripes of conditions, so that overlapping ones can be told apart.
var hatchAngles = []int{-45, 15, -15, 75, 90}

// hatching returns the attributes of a box that hatches what is conditional. The first lane that has the condition numbers its pattern.
func (p *picture) hatching(c Conditional) string {
	shade := p.styles[c.subject()].shade
	return fmt.Sprintf(`fill="url(#%s)" stroke="%s" stroke-dasharray="3 2" pointer-events="none"`, p.pattern(c), shade.hex)
}

// pattern returns the id of the pattern of a condition, and defines it when it is first needed.
func (p *picture) pattern(c Conditional) string {
	i := slices.IndexFunc(p.hatches, c.has)
	if i < 0 {
		i, p.hatches = len(p.hatches), append(p.hatches, hatch{condition: c.Condition, profile: c.Profile})
	}
	return fmt.Sprintf("weekgrid-if-%d", i+1)
}

// hatchPatterns defines the stripes of all conditions, each in the color of its profile.
func (p *picture) hatchPatterns() string {
	var all strings.Builder
	for i, h := range p.hatches {
		fmt.Fprintf(&all, `<pattern id="weekgrid-if-%d" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(%d)">`+
			`<rect width="1.75" height="6" fill="%s"/></pattern>`, i+1, hatchAngles[i%len(hatchAngles)], p.styles[subject{profile: h.profile}].shade.hex)
	}
	return all.String()
}
