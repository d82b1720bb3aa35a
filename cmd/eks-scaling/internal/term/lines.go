package term

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// WriteLines writes a table with one line for each row. On a terminal, the last column is cut to fit. Columns with a limit are cut to it
// if the table would not fit.
func (t Table) WriteLines(out io.Writer, limits map[int]int, rows [][]string) error {
	clean := make([][]string, len(rows))
	for i, cells := range rows {
		for _, text := range cells {
			clean[i] = append(clean[i], shown(text))
		}
	}
	if t.Width <= 0 || widestLine(Table{}.aligned(clean)) <= t.Width {
		_, err := io.WriteString(out, t.aligned(clean))
		return err
	}
	for column, most := range limits {
		for _, cells := range clean {
			cells[column] = cut(cells[column], most)
		}
	}
	last := len(clean[0]) - 1
	room := t.Width
	for column := range last {
		widest := slices.MaxFunc(clean, func(a, b []string) int { return utf8.RuneCountInString(a[column]) - utf8.RuneCountInString(b[column]) })
		room -= utf8.RuneCountInString(widest[column]) + gap
	}
	for _, cells := range clean {
		cells[last] = cut(cells[last], room)
	}
	if room > 0 {
		_, err := io.WriteString(out, t.aligned(clean))
		return err
	}
	var all strings.Builder // without colors, as a line is cut anywhere
	for line := range strings.Lines(Table{}.aligned(clean)) {
		all.WriteString(cut(strings.TrimRight(line, " \n"), t.Width) + "\n")
	}
	_, err := io.WriteString(out, all.String())
	return err
}
