package weekgrid

import (
	"fmt"
	"time"
)

// bar is a part of one span on one row.
type bar struct {
	span     int
	from, to time.Duration // on the wall clock, since midnight
	repeated bool          // the clock has gone back, and the row shows these hours already
}

// hatched lies over the bars of overrides.
const hatched = `fill="url(#weekgrid-override)" fill-opacity="0.25" stroke="` + ink + `" stroke-width="1.5" pointer-events="none"`

// striped lies over the bars of the time ahead of a transition.
const striped = `fill="url(#weekgrid-ahead)" fill-opacity="0.6" pointer-events="none"`

// barsOf splits the lane's spans at the segments of one row, in order of time.
func (l Lane) barsOf(row day) []bar {
	var bars []bar
	var seen time.Duration // the row's wall clock so far
	for _, s := range row.segments {
		s, ok := s.within(l.From, l.Until)
		if !ok {
			continue
		}
		for i := l.spanAt(s.from); i < len(l.Spans) && l.Spans[i].From.Before(s.until); i++ {
			part, _ := s.within(l.Spans[i].From, l.end(i))
			from, to := part.wall, part.wallEnd()
			if again := min(to, seen); from < again {
				bars = append(bars, bar{span: i, from: from, to: again, repeated: true})
				from = again
			}
			if from < to {
				bars = append(bars, bar{span: i, from: from, to: to})
			}
		}
		seen = max(seen, s.wallEnd())
	}
	return bars
}

// bars draws a row, narrow bars last, so that none is covered. It reports whether hours repeat.
func (p *picture) bars(l Lane, row day) (twice bool) {
	bars := l.barsOf(row)
	for _, narrow := range []bool{false, true} {
		for _, b := range bars {
			if (b.width() < l.minWidth(b)) == narrow {
				p.bar(l, b)
			}
			twice = twice || b.repeated
		}
	}
	return twice
}

// minWidth keeps short bars visible. An override needs room for its color within its outline.
func (l Lane) minWidth(b bar) px {
	if l.Spans[b.span].Source == override {
		return 600
	}
	return 300
}

func (b bar) width() px {
	return along(b.to) - along(b.from)
}

func (p *picture) bar(l Lane, b bar) {
	const gap = 100
	span := l.Spans[b.span]
	style := p.styles[span.subject()]
	height := p.height(span.Weight)
	x, y, width := along(b.from), px(p.y+tallest)*100-height, max(b.width(), l.minWidth(b))-gap
	attributes := fmt.Sprintf(`fill="%s"`, style.shade.hex)
	if b.repeated {
		p.box(x, px(p.y+tallest+1)*100, width, thinHeight*100, attributes+` stroke="`+faintInk+`" stroke-width="0.5"`, l.describe(b.span))
		return
	}
	p.box(x, y, width, height, attributes, l.describe(b.span))
	if span.Source == override {
		const inset = 75 // half of the outline
		p.box(x+inset, y+inset, width-2*inset, height-2*inset, hatched, "")
	}
	if span.Source == Ahead {
		p.box(x, y, width, height, striped, "")
	}
	for _, c := range span.Conditional {
		higher := max(height, p.height(c.Weight))
		p.box(x, px(p.y+tallest)*100-higher, width, higher, p.hatching(c), "")
	}
	if span.Source == Ahead {
		return
	}
	p.label(x, y, width, height, span, style)
}

// height grows with the nodes.
func (p *picture) height(nodes int) px {
	return px(lowest*100 + (tallest-lowest)*100*max(nodes, 0)/max(p.most, 1))
}

// label writes the profile's name into a bar if it fits.
func (p *picture) label(x, y, width, height px, s Span, l style) {
	name := s.name()
	if textWidth(name) > width {
		return
	}
	attributes := `fill="` + ink + `"`
	if l.shade.dark {
		attributes = `fill="` + paper + `"`
	}
	if s.Source == override || len(s.Conditional) > 0 {
		// The outline separates the letters from the hatching.
		attributes += ` stroke="` + l.shade.hex + `" stroke-width="4" paint-order="stroke"`
	}
	fmt.Fprintf(&p.out, `<text x="%s" y="%s" text-anchor="middle" pointer-events="none" %s>%s</text>`+"\n",
		x+width/2, y+height/2+400, attributes, escape(name))
}

// textWidth estimates the greatest width of a name, as the reader's font is unknown.
func textWidth(name string) px {
	const letter, ideograph, around = 700, 1400, 600
	width := px(around)
	for _, r := range name {
		if r < 0x1100 {
			width += letter
		} else {
			width += ideograph
		}
	}
	return width
}
