// Package pictures draws what a command prints to a terminal, colors included, as an SVG for the documentation.
package pictures

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// The layout, in pixels. A cell is as wide as a character of common monospace fonts at this size.
const (
	cellWidth  = 7.8
	lineHeight = 18
	fontSize   = 13
	margin     = 16
	top        = 30 // below the first baseline
)

// The colors, by SGR code. Codes without a color, such as bold, keep the one before.
const (
	background = "#0d1117"
	foreground = "#e6edf3"
)

var colors = map[string]string{
	"": foreground, "0": foreground, "39": foreground,
	"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "35": "#d2a8ff", "36": "#76e3ea",
	"2": "#8b949e", "90": "#8b949e", "91": "#ff7b72", "92": "#7ee787", "93": "#e3b341", "94": "#79c0ff", "96": "#76e3ea",
}

// escape matches a control sequence; its first group has the codes of one that sets colors.
var escape = regexp.MustCompile(`\x1b\[(?:([0-9;]*)m|[0-?]*[ -/]*[@-~])`)

// Terminal draws a command and its output. Label describes the picture for screen readers.
func Terminal(label, command, printed string) string {
	printed = strings.ReplaceAll(strings.TrimRight(printed, "\r\n"), "\r\n", "\n")
	lines := append([]string{"\x1b[32m$\x1b[0m " + command}, strings.Split(printed, "\n")...)
	var text strings.Builder
	columns, color := 0, foreground
	for i, line := range lines {
		width := 0
		fmt.Fprintf(&text, `<text y="%d">`, top+i*lineHeight)
		width, color = spans(&text, line, color)
		text.WriteString("</text>\n")
		columns = max(columns, width)
	}
	width, height := int(cellWidth*float64(columns))+2*margin, top+len(lines)*lineHeight
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">
<rect width="100%%" height="100%%" rx="8" fill="%s"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="%d" xml:space="preserve">
%s</g>
</svg>
`, width, height, width, height, escaped(label), background, fontSize, text.String())
}

// spans draws a line, which begins in a color, and returns its width in columns and the color at its end.
func spans(out *strings.Builder, line, color string) (width int, after string) {
	draw := func(part string) {
		if strings.TrimSpace(part) != "" {
			fmt.Fprintf(out, `<tspan x="%.1f" fill="%s">%s</tspan>`, margin+cellWidth*float64(width), color, escaped(part))
		}
		width += utf8.RuneCountInString(part)
	}
	at := 0
	for _, found := range escape.FindAllStringSubmatchIndex(line, -1) {
		draw(line[at:found[0]])
		at = found[1]
		if found[2] < 0 {
			continue
		}
		for code := range strings.SplitSeq(line[found[2]:found[3]], ";") {
			if known, ok := colors[code]; ok {
				color = known
			}
		}
	}
	draw(line[at:])
	return width, color
}

func escaped(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a builder takes everything
	return out.String()
}
