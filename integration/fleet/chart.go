package main

import (
	"fmt"
	"html"
	"strings"

	"eks-scaling-automation/shared/english"
)

// chart draws measured points over a straight line from the smallest to the largest, as an SVG whose colors are readable on light and
// dark pages.
type chart struct {
	title, x, y string
	lines       []series
}

type series struct {
	name, color string
	points      []point
}

type point struct{ x, y int }

const (
	chartWidth, chartHeight       = 760, 360
	chartLeft, chartRight         = 100, 36
	chartTop, chartBottom         = 56, 52
	gridColor, textColor          = "#8b949e", "#768390"
	plotWidth, plotHeight, gridOf = chartWidth - chartLeft - chartRight, chartHeight - chartTop - chartBottom, 5
	fontFamily                    = "-apple-system, Segoe UI, Helvetica, Arial, sans-serif"
)

func (c chart) svg() string {
	maxX, maxY := c.most()
	x := func(v int) float64 { return chartLeft + plotWidth*float64(v)/float64(maxX) }
	y := func(v int) float64 { return chartTop + plotHeight*(1-float64(v)/float64(maxY)) }
	var s strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&s, format+"\n", args...) }
	add(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="%s" font-size="13" role="img">`, chartWidth, chartHeight, fontFamily)
	add(`<title>%s</title>`, html.EscapeString(c.title))
	for i := range gridOf + 1 {
		atX, atY := maxX*i/gridOf, maxY*i/gridOf
		add(`<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="%s" stroke-opacity="0.35"/>`, chartLeft, chartWidth-chartRight, y(atY), y(atY), gridColor)
		add(`<text x="%d" y="%.1f" text-anchor="end" fill="%s">%s</text>`, chartLeft-10, y(atY)+4, textColor, english.Number(atY))
		add(`<text x="%.1f" y="%d" text-anchor="middle" fill="%s">%s</text>`, x(atX), chartHeight-chartBottom+20, textColor, english.Number(atX))
	}
	add(`<text x="%.1f" y="%d" text-anchor="middle" fill="%s">%s</text>`, chartLeft+plotWidth/2.0, chartHeight-10, textColor, html.EscapeString(c.x))
	add(`<text transform="translate(18 %.1f) rotate(-90)" text-anchor="middle" fill="%s">%s</text>`, chartTop+plotHeight/2.0, textColor, html.EscapeString(c.y))
	for i, line := range c.lines {
		first, last := line.points[0], line.points[len(line.points)-1]
		add(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-width="2"/>`, x(first.x), y(first.y), x(last.x), y(last.y), line.color)
		for _, p := range line.points {
			add(`<circle cx="%.1f" cy="%.1f" r="4" fill="%s"><title>%s: %s</title></circle>`, x(p.x), y(p.y), line.color, english.Number(p.x), english.Number(p.y))
		}
		add(`<circle cx="%d" cy="%d" r="5" fill="%s"/>`, chartLeft+8+i*280, 28, line.color)
		add(`<text x="%d" y="%d" fill="%s">%s</text>`, chartLeft+20+i*280, 33, textColor, line.name)
	}
	add(`</svg>`)
	return s.String()
}

// most returns the ends of the axes: round numbers at least as large as every point.
func (c chart) most() (x, y int) {
	for _, line := range c.lines {
		for _, p := range line.points {
			x, y = max(x, p.x), max(y, p.y)
		}
	}
	return round(x), round(y)
}

// round rounds up to 1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten.
func round(n int) int {
	for scale := 10; ; scale *= 10 {
		for _, tenths := range []int{10, 15, 20, 25, 30, 40, 50, 60, 80} {
			if size := scale * tenths / 10; size >= n {
				return size
			}
		}
	}
}
