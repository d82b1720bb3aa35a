package weekgrid

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The grid's measures.
const (
	labelWidth = len("Mon 2026-11-23  ")
	tick       = 4  // cells from one hour of the ruler to the next
	narrowest  = 40 // the least width to which words are broken
)

// WriteText draws the grid for a terminal of the given width in columns; 0 means 80. A cell is 15, 30 or 60 minutes, the finest that
// fits; 80 columns have room for 30. A cell shows the letter of the profile that is active when it begins, or of a shorter one that begins
// in it. With color it has one of the 256 ANSI backgrounds.
func (g Grid) WriteText(w io.Writer, color bool, width int) error {
	if width <= 0 {
		width = 80
	}
	t := text{styles: g.styles(), color: color, width: max(width, narrowest), cell: cellLength(width)}
	if g.Title != "" {
		t.paragraph("", clean(g.Title))
		t.line("")
	}
	for i, lane := range g.Lanes {
		if i > 0 {
			t.line("")
		}
		t.lane(lane.merged())
	}
	_, err := io.WriteString(w, t.out.String())
	return err
}

// cellLength returns the finest length that fits.
func cellLength(width int) time.Duration {
	for _, length := range []time.Duration{15 * time.Minute, 30 * time.Minute} {
		if labelWidth+int(24*time.Hour/length)+len("24") <= width {
			return length
		}
	}
	return time.Hour
}

// text is a grid being drawn.
type text struct {
	out    strings.Builder
	styles map[subject]style
	color  bool
	width  int // in columns
	cell   time.Duration
}

// line writes a line without trailing blanks.
func (t *text) line(line string) {
	t.out.WriteString(strings.TrimRight(line, " ") + "\n")
}

// paragraph writes words after a lead, wrapped at the width.
func (t *text) paragraph(lead, words string) {
	const fewest = 20 // however long the lead is
	indent := columns(lead)
	for _, line := range wrap(words, max(t.width-indent, fewest)) {
		t.line(lead + line)
		lead = strings.Repeat(" ", indent)
	}
}

// columns counts the characters of a text without its color codes.
func columns(text string) int {
	count, escape := 0, false
	for _, r := range text {
		switch {
		case r == '\x1b':
			escape = true
		case escape:
			escape = r != 'm'
		default:
			count++
		}
	}
	return count
}

func (t *text) lane(l Lane) {
	rows := l.days()
	cells := l.cells(rows, t.cell)
	t.paragraph("", fmt.Sprintf("%s, %s, %s", clean(l.Name), clean(l.Zone.String()), interval(l.From.In(l.Zone), l.Until.In(l.Zone))))
	t.line("")
	t.ruler()
	for i, row := range rows {
		t.line(row.date.Format(dateForm) + "  " + t.row(l, cells[i]))
		if marks := marks(l, cells[i]); marks != "" {
			t.line(strings.Repeat(" ", labelWidth) + marks)
		}
		if hatching := t.hatching(l, cells[i]); hatching != "" {
			t.line(strings.Repeat(" ", labelWidth) + hatching)
		}
	}
	t.line("")
	t.legend(l)
	t.notes(l, rows, cells)
}

// ruler names the hours above the cells at which they begin.
func (t *text) ruler() {
	var hours strings.Builder
	for at := time.Duration(0); at <= 24*time.Hour; at += tick * t.cell {
		fmt.Fprintf(&hours, "%-*s", tick, fmt.Sprintf("%02d", int(at.Hours())))
	}
	t.line(strings.Repeat(" ", labelWidth) + hours.String())
}

// row draws the cells of one day.
func (t *text) row(l Lane, cells []cell) string {
	return t.runs(len(cells), func(i int) (rune, *shade) { return t.cellStyle(l, cells[i]) })
}

// runs draws n cells. Adjacent cells of the same style are colored together.
func (t *text) runs(n int, style func(i int) (rune, *shade)) string {
	var line strings.Builder
	for start := 0; start < n; {
		symbol, shade := style(start)
		end := start + 1
		for end < n {
			if next, _ := style(end); next != symbol {
				break
			}
			end++
		}
		line.WriteString(t.paint(strings.Repeat(string(symbol), end-start), shade))
		start = end
	}
	return line.String()
}

// cellStyle returns the symbol of a cell, and its color if it has one.
func (t *text) cellStyle(l Lane, c cell) (rune, *shade) {
	switch {
	case c.skipped:
		return '-', nil
	case len(c.spans) == 0:
		return ' ', nil
	case len(c.spans) > 1:
		return '*', nil
	}
	style := t.styles[l.Spans[c.spans[0]].subject()]
	return style.symbol, &style.shade
}

func (t *text) paint(text string, shade *shade) string {
	if !t.color || shade == nil {
		return text
	}
	const black, white = 16, 231
	ink := black
	if shade.dark {
		ink = white
	}
	return fmt.Sprintf("\x1b[38;5;%d;48;5;%dm%s\x1b[0m", ink, shade.ansi, text)
}

// aheadNote explains the mark of the time ahead of a transition.
const aheadNote = "scale-ups ahead of a transition"

// marks returns the line below the cells, which marks overrides and the time ahead of a transition; empty if there are none.
func marks(l Lane, cells []cell) string {
	var line strings.Builder
	for _, c := range cells {
		shows := func(source string) bool {
			return slices.ContainsFunc(c.spans, func(i int) bool { return l.Spans[i].Source == source })
		}
		switch {
		case shows(override):
			line.WriteByte('!')
		case shows(Ahead):
			line.WriteByte('>')
		default:
			line.WriteByte(' ')
		}
	}
	return strings.TrimRight(line.String(), " ")
}

func (t *text) legend(l Lane) {
	entries := l.legend()
	longest := 0
	for _, entry := range entries {
		longest = max(longest, utf8.RuneCountInString(entry.name()))
	}
	for _, entry := range entries {
		style := t.styles[entry.subject()]
		t.paragraph(fmt.Sprintf("  %s  %-*s  ", t.paint(string(style.symbol), &style.shade), longest, entry.name()), clean(entry.Detail))
	}
	if l.has(override) {
		t.paragraph("  !  ", "override")
	}
	if l.has(Ahead) {
		t.paragraph("  >  ", aheadNote)
	}
	t.hatchLegend(l)
}

// notes lists what the cells cannot show.
func (t *text) notes(l Lane, rows []day, cells [][]cell) {
	for i, row := range rows {
		for n, c := range cells[i] {
			if len(c.spans) > 1 {
				start := row.date.Add(time.Duration(n) * t.cell)
				t.paragraph("  *  ", faces(start, start.Add(t.cell))+": "+l.list(c.spans, start, start.Add(t.cell)))
			}
		}
	}
	for _, change := range l.clockChanges(rows) {
		if change.forward() {
			t.paragraph("  -  ", change.String())
		} else {
			t.paragraph("     ", change.String()+"; the first time is drawn")
		}
	}
	if l.changesInside(rows, t.cell) {
		t.paragraph("     ", fmt.Sprintf("Some changes fall inside a cell. A cell is %d minutes and shows the profile that is active when "+
			"it begins, or a shorter one that begins in it.", int(t.cell.Minutes())))
	}
}

// list describes the spans of a cell between two clock faces, with the times at which they begin in it: "normal, 06:35 peak,
// 06:40 sleep".
func (l Lane) list(spans []int, from, to time.Time) string {
	begins := func(i int) bool {
		face := clockFace(l.Spans[i].From.In(l.Zone))
		return !face.Before(from) && face.Before(to)
	}
	// The next spans in this cell have their own cells, but here they show when the last one ends.
	for next := spans[len(spans)-1] + 1; next < len(l.Spans) && begins(next); next++ {
		spans = append(slices.Clip(spans), next)
	}
	var parts []string
	for _, i := range spans {
		span := l.Spans[i]
		part := span.name()
		if begins(i) {
			at := span.From.In(l.Zone)
			part = at.Format(offset(at, clockForm)) + " " + part
		}
		if span.Source == override || span.Source == Ahead {
			part += " (" + span.Source + ")"
		}
		for _, c := range span.Conditional {
			part += " (if " + clean(c.Condition) + ": " + Span{Profile: c.Profile}.name() + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// changesInside reports whether a span begins inside a cell of the given length.
func (l Lane) changesInside(rows []day, length time.Duration) bool {
	return slices.ContainsFunc(l.Spans, func(s Span) bool {
		face := clockFace(s.From.In(l.Zone))
		date := dateOf(face)
		begins, _ := l.firstIn(rows[daysBetween(rows[0].date, date)], face.Sub(date).Truncate(length), length)
		return !begins.Equal(s.From)
	})
}
