package term

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// gap is the space between two columns.
const gap = 2

// minLastColumn is the last column's minimum width beside the others: a little more than a local time takes.
const minLastColumn = 28

// WriteTable writes a [Table] without colors.
func WriteTable(out io.Writer, width int, rows [][]string) error {
	return Table{Width: width}.Write(out, rows)
}

// Table writes rows in columns.
type Table struct {
	Width int // of the terminal; 0 is no terminal and no limit
	Color bool
	// Mood returns the mood of a cell. Row 0 has the headings. Nil leaves all cells plain.
	Mood func(row, column int) Mood
}

// Write writes the rows of a table, the headings first. On a terminal, columns without room go on their own lines below their row. Only
// the last column is never cut.
func (t Table) Write(out io.Writer, rows [][]string) error {
	clean := make([][]string, len(rows))
	for i, cells := range rows {
		clean[i] = make([]string, len(cells))
		for j, text := range cells {
			clean[i][j] = shown(text)
		}
	}
	text := Table{}.aligned(clean)
	switch {
	case t.Width > 0 && widestLine(text) > t.Width:
		text = t.folded(clean)
	case t.Color:
		text = t.aligned(clean)
	}
	_, err := io.WriteString(out, text)
	return err
}

// paint colors a cell of a row, which may have been cut or be a part of it.
func (t Table) paint(row, column int, text string) string {
	if t.Mood == nil {
		return text
	}
	return paint(t.Mood(row, column), text, t.Color)
}

// aligned returns the table with a line for each row.
func (t Table) aligned(rows [][]string) string {
	var widths []int
	for _, cells := range rows {
		for column, cell := range cells[:len(cells)-1] {
			if column == len(widths) {
				widths = append(widths, 0)
			}
			widths[column] = max(widths[column], utf8.RuneCountInString(cell))
		}
	}
	var all strings.Builder
	for row, cells := range rows {
		last := len(cells) - 1
		for column, cell := range cells[:last] {
			all.WriteString(t.paint(row, column, cell) + blanks(cell, widths[column]+gap))
		}
		all.WriteString(t.paint(row, last, cells[last]) + "\n")
	}
	return all.String()
}

func widestLine(text string) int {
	widest := 0
	for line := range strings.Lines(text) {
		widest = max(widest, utf8.RuneCountInString(strings.TrimRight(line, " \n")))
	}
	return widest
}

// folded returns the table with no line wider than the terminal.
func (t Table) folded(rows [][]string) string {
	indent := strings.Repeat(" ", min(4, t.Width/4))
	widths := columnWidths(rows, t.Width-len(indent))
	last := len(widths) - 1
	breaks, room := foldAt(widths, t.Width, len(indent))
	var all strings.Builder
	say := func(line string) {
		if line = strings.TrimRight(line, " "); line != "" {
			all.WriteString(line + "\n")
		}
	}
	for row, cells := range rows {
		line := ""
		for column, cell := range padded(cells, last) {
			switch {
			case breaks[column]:
				say(line)
				line = indent
			case column > 0:
				line += strings.Repeat(" ", gap)
			}
			if column < last {
				cell = strings.TrimRight(cut(cell, widths[column]), " ")
				line += t.paint(row, column, cell) + blanks(cell, widths[column])
			}
		}
		text := cells[len(cells)-1]
		if !breaks[last] && utf8.RuneCountInString(text) <= room {
			say(line + t.paint(row, len(cells)-1, text))
			continue
		}
		if !breaks[last] {
			say(line)
		}
		for _, part := range below(text, t.Width-len(indent), breaks[last]) {
			say(indent + t.paint(row, len(cells)-1, part))
		}
	}
	return all.String()
}

// below returns the lines below a row. If every row has some, a lone "-" needs none.
func below(text string, width int, always bool) []string {
	if always && text == "-" {
		return nil
	}
	return wrapped(text, width)
}

// blanks pads a text to the width.
func blanks(text string, width int) string {
	return strings.Repeat(" ", max(width-utf8.RuneCountInString(text), 0))
}

// foldAt returns the columns that begin a new line, and the room left for the last one. The last one begins a line if it would have less
// than minLastColumn.
func foldAt(widths []int, width, indent int) (breaks []bool, room int) {
	breaks = make([]bool, len(widths))
	room = width
	for column, wanted := range widths {
		if column == len(widths)-1 {
			wanted = min(wanted, minLastColumn)
		}
		if column > 0 {
			room -= gap
		}
		if column > 0 && room < wanted {
			breaks[column], room = true, width-indent
		}
		if column < len(widths)-1 {
			room -= wanted
		}
	}
	return breaks, room
}

// columnWidths returns the widths of the longest texts, limited for all but the last column.
func columnWidths(rows [][]string, most int) []int {
	columns := 0
	for _, cells := range rows {
		columns = max(columns, len(cells))
	}
	widths := make([]int, columns)
	for _, cells := range rows {
		for column, cell := range padded(cells, columns-1) {
			widths[column] = max(widths[column], utf8.RuneCountInString(cell))
		}
	}
	for column := range columns - 1 {
		widths[column] = min(widths[column], most)
	}
	return widths
}

// padded moves the last text of a row into the last column.
func padded(cells []string, last int) []string {
	own := len(cells) - 1
	return slices.Concat(cells[:own], make([]string, last-own), cells[own:])
}

// cut shortens a text.
func cut(text string, most int) string {
	const more = "..."
	letters := []rune(text)
	switch {
	case len(letters) <= most:
		return text
	case most <= len(more):
		return string(letters[:max(most, 0)])
	default:
		return strings.TrimRight(string(letters[:most-len(more)]), " ") + more
	}
}

// Wrap makes a text printable and breaks it into lines between words. Only a word that is wider than the terminal breaks itself.
func Wrap(text string, width int) []string { return wrapped(shown(text), max(width, 1)) }

// wrapped breaks a text into lines, between words or within a word that is too long.
func wrapped(text string, width int) []string {
	if utf8.RuneCountInString(text) <= width {
		return []string{text}
	}
	var lines []string
	line := []rune{}
	for word := range strings.FieldsSeq(text) {
		letters := []rune(word)
		if len(line) > 0 && len(line)+1+len(letters) <= width {
			line = append(append(line, ' '), letters...)
			continue
		}
		if len(line) > 0 {
			lines = append(lines, string(line))
		}
		for line = letters; len(line) > width; line = line[width:] {
			lines = append(lines, string(line[:width]))
		}
	}
	return append(lines, string(line))
}

// CutToDifference shortens two long texts to their difference, with a little of their common start.
func CutToDifference(a, b string, most int) (one, other string) {
	const more, inFront = "...", 20
	left, right := []rune(a), []rune(b)
	if max(len(left), len(right)) <= most {
		return a, b
	}
	same := 0
	for same < min(len(left), len(right)) && left[same] == right[same] {
		same++
	}
	from := max(same-min(inFront, most/3), 0)
	if from <= len(more) {
		return cut(a, most), cut(b, most)
	}
	return cut(more+string(left[from:]), most), cut(more+string(right[from:]), most)
}
