package manual

import (
	"strconv"
	"strings"
)

// roff builds a page in the language of man.
type roff struct{ strings.Builder }

// escaped stops man from interpreting characters of a text.
var escaped = strings.NewReplacer(`\`, `\e`, "-", `\-`)

// request writes a line of control with quoted arguments.
func (r *roff) request(name string, arguments ...string) {
	r.WriteString("." + name)
	for _, argument := range arguments {
		r.WriteString(" " + strconv.Quote(argument))
	}
	r.WriteString("\n")
}

func (r *roff) section(title string) { r.request("SH", title) }

// text writes lines. A dot or quote at the start of a line would make it a request.
func (r *roff) text(lines string) {
	for line := range strings.Lines(lines) {
		line = escaped.Replace(strings.TrimRight(line, " \n"))
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			line = `\&` + line
		}
		r.WriteString(line + "\n")
	}
}

// paragraph fills lines, unless one is indented, as those of lists are.
func (r *roff) paragraph(lines string) {
	if strings.HasPrefix(lines, " ") || strings.Contains(lines, "\n ") {
		r.verbatim(lines)
		return
	}
	r.request("PP")
	r.text(lines)
}

// verbatim keeps line breaks.
func (r *roff) verbatim(lines string) {
	r.request("PP")
	r.request("nf")
	r.text(lines)
	r.request("fi")
}
