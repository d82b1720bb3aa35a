package weekgrid

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// The picture's measures, in whole pixels except along the hours.
const (
	pageWidth  = 960
	margin     = 20
	gridLeft   = 124 // room for "Mon 2026-11-23"
	hourWidth  = 34
	rowHeight  = 28
	tallest    = 22 // the bar with the most nodes
	lowest     = 12 // a bar of 0 nodes, with room for its name
	thinHeight = 3  // the bar of an hour's second time, in the space between two rows
	lineHeight = 17
	lineRunes  = 125 // how many runes of a note fit beside the margins
	titleRunes = 80
)

// Colors beside the palette's.
const (
	paper    = "#ffffff"
	ink      = "#1f2328"
	faintInk = "#59636e"
	rule     = "#d8dee4"
	faint    = "#eef1f4"
)

// WriteSVG draws the grid as a standalone picture: a bar for every span and day, 960 pixels wide. The same grid gives the same
// bytes.
func (g Grid) WriteSVG(w io.Writer) error {
	p := picture{styles: g.styles(), y: margin}
	for _, weight := range g.weights() {
		p.most = max(p.most, weight)
	}
	if g.Title != "" {
		p.y += 14
		p.text(margin, p.y, `font-size="16" font-weight="600"`, cut(clean(g.Title), titleRunes))
		p.y += 12
	}
	for _, lane := range g.Lanes {
		p.lane(lane)
	}
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" `+
		`role="img" aria-label="%[3]s" font-family="system-ui, sans-serif" font-size="11" fill="%[4]s">
<defs><pattern id="weekgrid-override" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`+
		`<rect width="2" height="6" fill="%[4]s"/></pattern>%[7]s%[8]s</defs>
<rect width="%[1]d" height="%[2]d" fill="%[5]s"/>
%[6]s</svg>
`, pageWidth, p.y+margin/2, escape(g.label()), ink, paper, p.out.String(), g.aheadPattern(), p.hatchPatterns())
	return err
}

// aheadPattern defines the stripes of the time ahead of a transition, if there is any.
func (g Grid) aheadPattern() string {
	if !slices.ContainsFunc(g.Lanes, func(l Lane) bool { return l.has(Ahead) }) {
		return ""
	}
	return `<pattern id="weekgrid-ahead" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="2" fill="` + paper + `"/></pattern>`
}

// label describes the picture to screen readers.
func (g Grid) label() string {
	var names []string
	for _, lane := range g.Lanes {
		names = append(names, clean(lane.Name))
	}
	label := "Profiles by time of day: " + strings.Join(names, ", ")
	if g.Title != "" {
		label = clean(g.Title) + ". " + label
	}
	return label
}

// picture is a grid being drawn, from the top to y.
type picture struct {
	out    strings.Builder
	styles map[subject]style
	most   int // nodes
	y      int
	// hatches are the conditions that have a pattern.
	hatches []hatch
}

func (p *picture) lane(l Lane) {
	rows := l.days()
	changes := l.clockChanges(rows)
	p.y += 24
	p.heading(l)
	p.y += 22
	p.ruler(len(rows) * rowHeight)
	p.y += 4
	twice := false
	for _, row := range rows {
		p.text(gridLeft-10, p.y+17, `text-anchor="end"`, row.date.Format(dateForm))
		p.gaps(row, changes)
		twice = p.bars(l, row) || twice
		p.y += rowHeight
	}
	p.y += 12
	p.legend(l, twice)
	for _, change := range changes {
		if change.forward() {
			p.swatch(`fill="`+rule+`"`, 11)
		}
		p.note(change.String())
	}
}

func (p *picture) heading(l Lane) {
	fmt.Fprintf(&p.out, `<text x="%d" y="%d"><tspan font-size="13" font-weight="600">%s</tspan><tspan dx="10" fill="%s">%s, %s</tspan></text>`+"\n",
		margin, p.y, escape(cut(clean(l.Name), 50)), faintInk, escape(clean(l.Zone.String())),
		interval(l.From.In(l.Zone), l.Until.In(l.Zone)))
}

// ruler draws the hours and a line below each, as far down as the rows go.
func (p *picture) ruler(height int) {
	for hour := range 25 {
		x, color := gridLeft+hour*hourWidth, faint
		if hour%6 == 0 {
			color = rule
		}
		p.text(x, p.y-4, fmt.Sprintf(`text-anchor="middle" font-size="10" fill="%s"`, faintInk), fmt.Sprintf("%02d", hour))
		fmt.Fprintf(&p.out, `<path d="M%d %dV%d" stroke="%s"/>`+"\n", x, p.y, p.y+4+height, color)
	}
}

// gaps shades the hours that the row's day skips.
func (p *picture) gaps(row day, changes []clockChange) {
	for _, j := range changes {
		from, to := max(0, j.before.Sub(row.date)), min(24*time.Hour, j.after.Sub(row.date))
		if from < to {
			x := along(from)
			p.box(x, px(p.y)*100, along(to)-x, tallest*100, `fill="`+rule+`"`, j.String())
		}
	}
}

// legend explains the colors and marks of the lane.
func (p *picture) legend(l Lane, twice bool) {
	for _, entry := range l.legend() {
		style := p.styles[entry.subject()]
		p.swatch(fmt.Sprintf(`fill="%s"`, style.shade.hex), 11)
		text := entry.name()
		if entry.Detail != "" {
			text += ": " + clean(entry.Detail)
		}
		p.note(text)
	}
	if l.has(override) {
		p.swatch(`fill="`+paper+`"`, 11)
		p.swatch(hatched, 11)
		p.note("override")
	}
	if l.has(Ahead) {
		p.swatch(`fill="`+faintInk+`"`, 11)
		p.swatch(striped, 11)
		p.note(aheadNote)
	}
	for _, h := range l.hatches() {
		p.swatch(p.hatching(Conditional{Condition: h.condition, Profile: h.profile}), 11)
		p.note(h.note())
	}
	if twice {
		p.swatch(`fill="`+faintInk+`"`, thinHeight)
		p.note("the second time of an hour that comes twice")
	}
}

// swatch draws a sample beside the next note.
func (p *picture) swatch(attributes string, height int) {
	p.box(margin*100, px(p.y+12-height)*100, 22*100, px(height)*100, attributes, "")
}

// note writes a paragraph, to the right of a swatch.
func (p *picture) note(words string) {
	for _, line := range wrap(words, lineRunes) {
		p.text(margin+32, p.y+10, "", line)
		p.y += lineHeight
	}
}

// px is a length in hundredths of a pixel. Whole numbers make every machine draw the same.
type px int

// String returns the length in pixels.
func (p px) String() string {
	text := fmt.Sprintf("%d.%02d", p/100, p%100)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// along returns the position of a time of day on the row.
func along(wall time.Duration) px {
	return gridLeft*100 + px(wall/time.Second)*hourWidth*100/3600
}

// box draws a rectangle, with a tooltip unless it is empty.
func (p *picture) box(x, y, width, height px, attributes, tooltip string) {
	fmt.Fprintf(&p.out, `<rect x="%s" y="%s" width="%s" height="%s" %s`, x, y, width, height, attributes)
	if tooltip == "" {
		p.out.WriteString("/>\n")
		return
	}
	fmt.Fprintf(&p.out, "><title>%s</title></rect>\n", escape(tooltip))
}

// text writes one line; the attributes may be empty.
func (p *picture) text(x, y int, attributes, words string) {
	if attributes != "" {
		attributes = " " + attributes
	}
	fmt.Fprintf(&p.out, `<text x="%d" y="%d"%s>%s</text>`+"\n", x, y, attributes, escape(words))
}

// escape escapes text for elements and attributes.
func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder does not fail
	return b.String()
}

// cut shortens text to a number of runes.
func cut(text string, longest int) string {
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest-1]) + "…"
	}
	return text
}
