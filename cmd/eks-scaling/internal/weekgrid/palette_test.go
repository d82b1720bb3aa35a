package weekgrid

import (
	"fmt"
	"math"
	"testing"
)

// color is linear light: red, green and blue from 0 to 1.
type color [3]float64

// sight is how an eye mixes the three (Machado, Oliveira and Fernandes 2009, at full severity).
type sight [3]color

var sights = map[string]sight{
	"all colors": {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"no red": {
		{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998},
	},
	"no green": {
		{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881},
	},
}

func dot(a, b color) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func (c color) luminance() float64 { return dot(c, color{0.2126, 0.7152, 0.0722}) }

func (s sight) sees(c color) color {
	var seen color
	for i := range seen {
		seen[i] = min(max(dot(s[i], c), 0), 1)
	}
	return seen
}

// distance is the CIE 1976 difference; about 2.3 can just be noticed.
func distance(a, b color) float64 {
	lab := func(c color) color {
		f := func(t float64) float64 {
			if t > 0.008856 {
				return math.Cbrt(t)
			}
			return 7.787*t + 16.0/116
		}
		x, y, z := f(dot(c, color{0.4124, 0.3576, 0.1805})/0.9505), f(c.luminance()), f(dot(c, color{0.0193, 0.1192, 0.9505})/1.089)
		return color{116*y - 16, 500 * (x - y), 200 * (y - z)}
	}
	p, q := lab(a), lab(b)
	return math.Sqrt((p[0]-q[0])*(p[0]-q[0]) + (p[1]-q[1])*(p[1]-q[1]) + (p[2]-q[2])*(p[2]-q[2]))
}

func linear(r, g, b int) color {
	one := func(v int) float64 {
		c := float64(v) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return color{one(r), one(g), one(b)}
}

func fromHex(t *testing.T, hex string) color {
	t.Helper()
	var r, g, b int
	if _, err := fmt.Sscanf(hex, "#%02x%02x%02x", &r, &g, &b); err != nil {
		t.Fatalf("%s: %v", hex, err)
	}
	return linear(r, g, b)
}

// fromANSI knows the cube of 216 colors and the greys; the first 16 differ between terminals.
func fromANSI(t *testing.T, n uint8) color {
	t.Helper()
	if n >= 232 {
		grey := 8 + 10*int(n-232)
		return linear(grey, grey, grey)
	}
	if n < 16 {
		t.Fatalf("%d is a color that differs between terminals", n)
	}
	steps := []int{0, 95, 135, 175, 215, 255}
	n -= 16
	return linear(steps[n/36], steps[n/6%6], steps[n%6])
}

// pictures are the palette's colors as SVG and as a terminal show them.
func pictures(t *testing.T) map[string]func(shade) color {
	return map[string]func(shade) color{
		"SVG":      func(s shade) color { return fromHex(t, s.hex) },
		"terminal": func(s shade) color { return fromANSI(t, s.ansi) },
	}
}

func TestColorsOfALevelStayApartForEveryEye(t *testing.T) {
	const apart = 9
	for picture, of := range pictures(t) {
		for name, sight := range sights {
			for level := range levels {
				for i, one := range palette {
					for _, other := range palette[:i] {
						a, b := one[level], other[level]
						if d := distance(sight.sees(of(a)), sight.sees(of(b))); d < apart {
							t.Errorf("%s, an eye for %s, level %d: %v and %v are %.1f apart, want %d", picture, name, level, a, b, d, apart)
						}
					}
				}
			}
		}
	}
}

func TestEveryColorIsDarkerThanTheLevelBefore(t *testing.T) {
	for picture, of := range pictures(t) {
		for level := 1; level < levels; level++ {
			for _, darker := range palette {
				for _, lighter := range palette {
					if a, b := of(darker[level]).luminance(), of(lighter[level-1]).luminance(); a >= b {
						t.Errorf("%s: %v of level %d is not darker than %v of the level before: %.2f, %.2f",
							picture, darker[level], level, lighter[level-1], a, b)
					}
				}
			}
		}
	}
}

func TestTextOnAColorCanBeRead(t *testing.T) {
	inks := map[string]color{"SVG": fromHex(t, ink), "terminal": fromANSI(t, 16)}
	for picture, of := range pictures(t) {
		for _, hue := range palette {
			for _, s := range hue {
				contrast := (of(s).luminance() + 0.05) / (inks[picture].luminance() + 0.05)
				if s.dark {
					contrast = 1.05 / (of(s).luminance() + 0.05) // white's luminance is 1
				}
				if contrast < 4.5 { // WCAG 2.1, level AA
					t.Errorf("%s: text on %v has a contrast of %.1f, want 4.5", picture, s, contrast)
				}
			}
		}
	}
}
