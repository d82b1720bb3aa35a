package term

import (
	"io"
	"unicode/utf8"
)

// WriteLines writes the table with one line for each row, the headings first. On a terminal, the last column is cut to fit. Columns with a
// limit are cut to it if the table would not fit.
func (t Table) WriteLines(out io.Writer, limits map[int]int, rows [][]string) error {
	clean := make([][]string, len(rows))
	for i, cells := range rows {
		for _, text := range cells {
			clean[i] = append(clean[i], shown(text))
		}
	}
	if t.Width > 0 && widestLine(Table{}.aligned(clean)) > t.Width {
		for _, cells := range clean {
			for column, most := range limits {
				cells[column] = cut(cells[column], most)
			}
		}
		t.cutLast(clean)
	}
	_, err := io.WriteString(out, t.aligned(clean))
	return err
}

// cutLast cuts the last column to the room beside the others.
func (t Table) cutLast(rows [][]string) {
	widths := columnWidths(rows, t.Width)
	room := t.Width
	for _, width := range widths[:len(widths)-1] {
		room -= width + gap
	}
	for _, cells := range rows {
		if last := len(cells) - 1; utf8.RuneCountInString(cells[last]) > room {
			cells[last] = cut(cells[last], max(room, 0))
		}
	}
}
