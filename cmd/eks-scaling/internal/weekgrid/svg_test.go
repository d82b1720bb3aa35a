package weekgrid_test

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/weekgrid"

	"github.com/google/go-cmp/cmp"
)

// element is a tag of a picture with its text and its tooltip's text.
type element struct {
	name, text, tooltip string
	attributes          map[string]string
}

// number is an attribute in pixels.
func (e element) number(t *testing.T, name string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(e.attributes[name], 64)
	if err != nil {
		t.Fatalf("%s %v: %s: %v", e.name, e.attributes, name, err)
	}
	return n
}

// parse reads a picture; what is not XML fails the test.
func parse(t *testing.T, picture string) []element {
	t.Helper()
	var all []element
	var open []int
	decoder := xml.NewDecoder(strings.NewReader(picture))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("not XML: %v\n%s", err, picture)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attributes: map[string]string{}}
			for _, a := range token.Attr {
				e.attributes[a.Name.Local] = a.Value
			}
			open, all = append(open, len(all)), append(all, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) == 0 {
				continue
			}
			if in := &all[open[len(open)-1]]; in.name == "title" {
				all[open[len(open)-2]].tooltip += string(token)
			} else {
				in.text += string(token)
			}
		}
	}
}

// bars are the rectangles with a tooltip.
func bars(elements []element) []element {
	return slices.DeleteFunc(slices.Clone(elements), func(e element) bool { return e.name != "rect" || e.tooltip == "" })
}

func texts(elements []element) []string {
	var all []string
	for _, e := range elements {
		if e.name == "text" || e.name == "tspan" {
			all = append(all, e.text)
		}
	}
	return all
}

func TestAPictureStandsAlone(t *testing.T) {
	for _, e := range parse(t, svg(t, reference(t))) {
		if !slices.Contains([]string{"svg", "defs", "pattern", "rect", "path", "text", "tspan", "title"}, e.name) {
			t.Errorf("found a tag %s", e.name)
		}
		for name, value := range e.attributes {
			if name == "href" || name == "style" || strings.HasPrefix(name, "on") {
				t.Errorf("%s: found an attribute %s", e.name, name)
			}
			if strings.Contains(value, "url(") && value != "url(#weekgrid-override)" {
				t.Errorf("%s: found %s=%q", e.name, name, value)
			}
		}
	}
}

func TestEverythingIsOnThePage(t *testing.T) {
	elements := parse(t, svg(t, reference(t)))
	height := elements[0].number(t, "height")
	for _, e := range elements[1:] {
		if e.name == "rect" && e.attributes["x"] != "" {
			if right := e.number(t, "x") + e.number(t, "width"); e.number(t, "x") < 0 || right > 960 || e.number(t, "width") <= 0 {
				t.Errorf("a rectangle is beside the page: %v", e.attributes)
			}
		}
		if e.name != "svg" && e.attributes["y"] != "" {
			if y := e.number(t, "y"); y < 0 || y > height {
				t.Errorf("%s is above or below the page: %v", e.name, e.attributes)
			}
		}
	}
}

func TestMoreNodesAreTallerAndOnTheSameGround(t *testing.T) {
	all := bars(parse(t, svg(t, grid(lane(t, "UTC", "2026-11-24 00:00",
		plan{"2026-11-23 00:00", "off override"}, plan{"2026-11-23 06:00", "sleep"}, plan{"2026-11-23 12:00", "normal"},
		plan{"2026-11-23 18:00", "peak"})))))
	var heights []float64
	for _, bar := range all {
		heights = append(heights, bar.number(t, "height"))
		if one, other := bar.number(t, "y")+bar.number(t, "height"), all[0].number(t, "y")+all[0].number(t, "height"); one != other {
			t.Errorf("%s: found a bar that stands on %v; want %v as the first", bar.tooltip, one, other)
		}
	}
	if len(heights) != 4 || heights[0] >= heights[1] || heights[1] != heights[2] || heights[2] >= heights[3] {
		t.Errorf("found heights %v; want them to grow with 0, 1, 1 and 3 nodes", heights)
	}
}

func TestAShortSpanCanBeSeen(t *testing.T) {
	l := lane(t, "UTC", "2026-11-24 00:00", plan{"2026-11-23 00:00", "normal"},
		plan{"2026-11-23 12:00", "peak"}, plan{"2026-11-23 12:01", "huge override"}, plan{"2026-11-23 12:02", "normal"})
	all := bars(parse(t, svg(t, grid(l))))
	for _, bar := range all {
		if width := bar.number(t, "width"); width < 2 {
			t.Errorf("%s: found a width of %v; want 2 or more", bar.tooltip, width)
		}
	}
	if last := all[len(all)-1].tooltip; strings.Contains(last, "normal") {
		t.Errorf("found %q drawn last, over the short ones before it", last)
	}
}

func TestANameIsInsideABarOnlyWhereItFits(t *testing.T) {
	l := lane(t, "UTC", "2026-11-24 00:00", plan{"2026-11-23 00:00", "normal"}, plan{"2026-11-23 20:00", "sleep"}, plan{"2026-11-23 20:30", "normal"})
	found := slices.DeleteFunc(texts(parse(t, svg(t, grid(l)))), func(s string) bool { return s != "normal" && s != "sleep" })
	if diff := cmp.Diff([]string{"normal", "normal"}, found); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestNamesCannotBreakThePicture(t *testing.T) {
	const hostile = "</text><script>alert('x')</script> & \"q\" \x00\xff]]>"
	const cleaned = "</text><script>alert('x')</script> & \"q\" ��]]>"
	g := grid(crowd(t, hostile))
	g.Title, g.Lanes[0].Name, g.Lanes[0].Spans[0].Detail, g.Lanes[0].Spans[0].Source = hostile, hostile, hostile, hostile
	elements := parse(t, svg(t, g))
	if i := slices.IndexFunc(elements, func(e element) bool { return e.name == "script" }); i >= 0 {
		t.Fatal("found a script")
	}
	found := texts(elements)
	for _, want := range []string{cleaned, cleaned + ": " + cleaned} {
		if !slices.Contains(found, want) {
			t.Errorf("found no text %q in %q", want, found)
		}
	}
	if want := cleaned + ". Profiles by time of day: " + cleaned; elements[0].attributes["aria-label"] != want {
		t.Errorf("found the label %q; want %q", elements[0].attributes["aria-label"], want)
	}
}

func TestLongNamesAreCutWhereTheyCannotBeBroken(t *testing.T) {
	long := strings.Repeat("abcdefghij", 30)
	g := grid(crowd(t, "p"))
	g.Title, g.Lanes[0].Name, g.Lanes[0].Spans[0].Detail = long, long, long
	found := strings.Join(texts(parse(t, svg(t, g))), "\n")
	for _, want := range []string{long[:79] + "…\n", "\n" + long[:49] + "…\n", "\n" + long[:125] + "\n"} {
		if !strings.Contains(found, want) {
			t.Errorf("found no line %q in:\n%s", want, found)
		}
	}
}

func TestAPictureIsTheSameEveryTime(t *testing.T) {
	g := grid(crowd(t, "a", "b", "c", "d", "e", "f", "g", "h", ""), reference(t).Lanes[0])
	first := svg(t, g)
	for range 20 {
		if again := svg(t, g); again != first {
			t.Fatalf("the pictures differ:\n%s", cmp.Diff(first, again))
		}
	}
}

func TestProfilesHaveColorsOfTheirOwnAndTheSameInAllLanes(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
	one := crowd(t, names...)
	for i := range one.Spans {
		if strings.Contains("abcdf", names[i]) {
			one.Spans[i].Weight = 7
		}
	}
	other := one
	other.Spans = slices.Clone(one.Spans)
	slices.Reverse(other.Spans)
	for i := range other.Spans {
		other.Spans[i].From = one.Spans[i].From
	}
	colors := map[string]string{}
	profiles := map[string]string{}
	for _, bar := range bars(parse(t, svg(t, weekgrid.Grid{Lanes: []weekgrid.Lane{one, other}}))) {
		_, rest, _ := strings.Cut(bar.tooltip, ": ")
		profile, _, _ := strings.Cut(rest, " ")
		fill := bar.attributes["fill"]
		if before, ok := colors[profile]; ok && before != fill {
			t.Errorf("%s: found %s and %s; want one color", profile, before, fill)
		}
		if before, ok := profiles[fill]; ok && before != profile {
			t.Errorf("%s: found both %s and %s; want a color of its own for each", fill, before, profile)
		}
		colors[profile], profiles[fill] = fill, profile
	}
	if len(colors) != len(names) {
		t.Errorf("found the colors of %d profiles; want %d", len(colors), len(names))
	}
}
