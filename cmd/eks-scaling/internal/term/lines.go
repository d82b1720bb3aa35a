package term

import (
	"io"
	"strings"
	"unicode/utf8"
)

// WriteLines writes a table with one line for each row, the headings first. On a terminal, the last column is cut to fit. Columns with a
// limit are cut to it if the table would not fit. A width of 0 is no limit.
func WriteLines(out io.Writer, width int, limits map[int]int, rows [][]string) error {
	clean := make([][]string, len(rows))
	for i, cells := range rows {
		for _, text := range cells {
			clean[i] = append(clean[i], shown(text))
		}
	}
	text, err := aligned(clean)
	if err == nil && width > 0 && widestLine(text) > width {
		for _, cells := range clean {
			for column, most := range limits {
				cells[column] = cut(cells[column], most)
			}
		}
		text, err = aligned(clean)
	}
	if err != nil {
		return err
	}
	var all strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		if width > 0 && utf8.RuneCountInString(line) > width {
			line = cut(line, width)
		}
		all.WriteString(line + "\n")
	}
	_, err = io.WriteString(out, all.String())
	return err
}
