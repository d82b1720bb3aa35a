package term

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Screen is text for people, line by line. Some lines say that something is wrong.
type Screen struct {
	width int
	Lines []ScreenLine
}

// ScreenLine is one line of a screen.
type ScreenLine struct {
	Text string
	mood Mood
}

// widest is the width of a screen that is none, and as wide as is still easy to read.
const widest = 100

// NewScreen returns an empty screen; a width of 0 means no terminal.
func NewScreen(width int) *Screen {
	if width <= 0 {
		width = widest
	}
	return &Screen{width: min(width, widest)}
}

// Add adds plain lines.
func (s *Screen) Add(lines ...string) {
	for _, text := range lines {
		s.Lines = append(s.Lines, ScreenLine{shown(text), Plain})
	}
}

// Say adds a text that is broken into lines between words. All but the first are indented by that many more characters.
func (s *Screen) Say(mood Mood, indent int, text string) {
	text = shown(text)
	first := strings.Repeat(" ", len(text)-len(strings.TrimLeft(text, " ")))
	line := first
	for word := range strings.FieldsSeq(text) {
		blank := strings.TrimSpace(line) == ""
		if !blank && len(line)+1+len(word) > s.width {
			s.Lines = append(s.Lines, ScreenLine{line, mood})
			line, blank = first+strings.Repeat(" ", indent), true
		}
		if !blank {
			line += " "
		}
		line += word
	}
	s.Lines = append(s.Lines, ScreenLine{line, mood})
}

// Row is a line of a table.
type Row struct {
	Mood  Mood
	Cells []string
}

// Table adds lines in columns, all of them indented. What is too long at their end is cut.
func (s *Screen) Table(indent string, rows []Row) {
	var text strings.Builder
	columns := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		cells := make([]string, len(r.Cells))
		for i, text := range r.Cells {
			cells[i] = shown(text)
		}
		_, _ = fmt.Fprintln(columns, indent+strings.Join(cells, "\t"))
	}
	_ = columns.Flush() // into a string
	for i, line := range strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n") {
		s.Lines = append(s.Lines, ScreenLine{s.Cut(strings.TrimRight(line, " ")), rows[i].Mood})
	}
}

// Cut shortens a line to the width of the screen, between words if that loses less than half of it.
func (s *Screen) Cut(line string) string {
	const more = " ..."
	letters := []rune(line)
	switch {
	case len(letters) <= s.width:
		return line
	case s.width <= len(more):
		return string(letters[:s.width])
	default:
		kept := string(letters[:s.width-len(more)])
		if space := strings.LastIndexByte(kept, ' '); letters[s.width-len(more)] != ' ' && space > len(kept)/2 {
			kept = kept[:space]
		}
		return strings.TrimRight(kept, " ") + more
	}
}

// Print writes the lines.
func (s *Screen) Print(out io.Writer, color bool) error {
	var text strings.Builder
	for _, line := range s.Lines {
		text.WriteString(line.Styled(color) + "\n")
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// Styled is the line as it looks, if colors may be shown.
func (l ScreenLine) Styled(color bool) string { return paint(l.mood, l.Text, color) }
