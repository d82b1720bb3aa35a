package term

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// gap is the space between two columns.
const gap = 2

// minLastColumn is the last column's minimum width beside the others: a little more than a local time takes.
const minLastColumn = 28

// WriteTable writes the rows of a table, the headings first. A width of 0 is no terminal and no limit. On a terminal, columns without room
// go on their own lines below their row. Only the last column is never cut.
func WriteTable(out io.Writer, width int, rows [][]string) error {
	for i, cells := range rows {
		rows[i] = slices.Clone(cells)
		for j, text := range cells {
			rows[i][j] = shown(text)
		}
	}
	text, err := aligned(rows)
	if err == nil && width > 0 && widestLine(text) > width {
		text = folded(rows, width)
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, text)
	return err
}

// aligned returns the table with a line for each row.
func aligned(rows [][]string) (string, error) {
	var text bytes.Buffer
	table := tabwriter.NewWriter(&text, 0, 0, gap, ' ', 0)
	for _, cells := range rows {
		_, _ = io.WriteString(table, strings.Join(cells, "\t")+"\n")
	}
	err := table.Flush()
	return text.String(), err
}

func widestLine(text string) int {
	widest := 0
	for line := range strings.Lines(text) {
		widest = max(widest, utf8.RuneCountInString(strings.TrimRight(line, " \n")))
	}
	return widest
}

// folded returns the table with no line wider than the terminal.
func folded(rows [][]string, width int) string {
	indent := strings.Repeat(" ", min(4, width/4))
	widths := columnWidths(rows, width-len(indent))
	last := len(widths) - 1
	breaks, room := foldAt(widths, width, len(indent))
	var all strings.Builder
	say := func(line string) {
		if line = strings.TrimRight(line, " "); line != "" {
			all.WriteString(line + "\n")
		}
	}
	for _, cells := range rows {
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
				line += exactly(cell, widths[column])
			}
		}
		text := cells[len(cells)-1]
		if !breaks[last] && utf8.RuneCountInString(text) <= room {
			say(line + text)
			continue
		}
		if !breaks[last] {
			say(line)
		}
		for _, part := range below(text, width-len(indent), breaks[last]) {
			say(indent + part)
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

// exactly cuts or pads a text to the width.
func exactly(text string, width int) string {
	text = cut(text, width)
	return text + strings.Repeat(" ", width-utf8.RuneCountInString(text))
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
