package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// screen is text for people, line by line, of which some says that something is wrong.
type screen struct {
	width int
	lines []screenLine
}

type screenLine struct {
	text string
	mood mood
}

// mood is what a line is to look like, if colours may be shown.
type mood int

const (
	plain mood = iota
	wrong
	fine
)

// The colours of the moods.
const (
	red     = "\x1b[31m"
	green   = "\x1b[32m"
	noColor = "\x1b[0m"
)

// widest is the width of a screen that is none, and as wide as is still easy to read.
const widest = 100

func newScreen(width int) *screen {
	if width <= 0 {
		width = widest
	}
	return &screen{width: min(width, widest)}
}

// add adds plain lines.
func (s *screen) add(lines ...string) {
	for _, text := range lines {
		s.lines = append(s.lines, screenLine{shown(text), plain})
	}
}

// say adds a text that is broken into lines between words. All but the first are indented by so many characters more.
func (s *screen) say(mood mood, indent int, text string) {
	text = shown(text)
	first := strings.Repeat(" ", len(text)-len(strings.TrimLeft(text, " ")))
	line := first
	for word := range strings.FieldsSeq(text) {
		blank := strings.TrimSpace(line) == ""
		if !blank && len(line)+1+len(word) > s.width {
			s.lines = append(s.lines, screenLine{line, mood})
			line, blank = first+strings.Repeat(" ", indent), true
		}
		if !blank {
			line += " "
		}
		line += word
	}
	s.lines = append(s.lines, screenLine{line, mood})
}

// row is a line of a table.
type row struct {
	mood  mood
	cells []string
}

// table adds lines in columns, all of them indented. What is too long at their end is cut.
func (s *screen) table(indent string, rows []row) {
	var text strings.Builder
	columns := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		cells := make([]string, len(r.cells))
		for i, text := range r.cells {
			cells[i] = shown(text)
		}
		_, _ = fmt.Fprintln(columns, indent+strings.Join(cells, "\t"))
	}
	_ = columns.Flush() // into a string
	for i, line := range strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n") {
		s.lines = append(s.lines, screenLine{s.cut(strings.TrimRight(line, " ")), rows[i].mood})
	}
}

func (s *screen) cut(line string) string {
	const more = " ..."
	letters := []rune(line)
	switch {
	case len(letters) <= s.width:
		return line
	case s.width <= len(more):
		return string(letters[:s.width])
	default:
		return string(letters[:s.width-len(more)]) + more
	}
}

// print writes the lines.
func (s *screen) print(out io.Writer, colour bool) error {
	var text strings.Builder
	for _, line := range s.lines {
		text.WriteString(line.styled(colour) + "\n")
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// styled is the line as it looks, if colours may be shown.
func (l screenLine) styled(colour bool) string {
	switch {
	case colour && l.mood == wrong:
		return red + l.text + noColor
	case colour && l.mood == fine:
		return green + l.text + noColor
	default:
		return l.text
	}
}
