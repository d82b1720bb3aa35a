package weekgrid

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// px is a length in hundredths of a pixel: whole numbers, so that every machine draws the same.
type px int

// String is the length in pixels.
func (p px) String() string {
	text := fmt.Sprintf("%d.%02d", p/100, p%100)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// along is where a time of day is on the row.
func along(wall time.Duration) px {
	return gridLeft*100 + px(wall/time.Second)*hourWidth*100/3600
}

// box draws a rectangle, with a tooltip unless it is empty.
func (p *picture) box(x, y, width, height px, attributes, tooltip string) {
	fmt.Fprintf(&p.out, `<rect x="%s" y="%s" width="%s" height="%s" %s`, x, y, width, height, attributes)
	if tooltip == "" {
		p.out.WriteString("/>\n")
		return
	}
	fmt.Fprintf(&p.out, "><title>%s</title></rect>\n", escape(tooltip))
}

// text writes one line; the attributes may be empty.
func (p *picture) text(x, y int, attributes, words string) {
	if attributes != "" {
		attributes = " " + attributes
	}
	fmt.Fprintf(&p.out, `<text x="%d" y="%d"%s>%s</text>`+"\n", x, y, attributes, escape(words))
}

// escape makes text safe between tags and in attributes.
func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder does not fail
	return b.String()
}

// cut shortens text to a number of runes.
func cut(text string, longest int) string {
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest-1]) + "…"
	}
	return text
}
