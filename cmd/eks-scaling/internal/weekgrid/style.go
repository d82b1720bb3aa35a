package weekgrid

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// subject is drawn in one style: a profile, the same in all lanes, or an override's own sizes.
type subject struct {
	profile string
	// Only for an override's own sizes, whose profile is empty:
	sizes string
	nodes int
}

func (s Span) subject() subject {
	if s.Profile != "" {
		return subject{profile: s.Profile}
	}
	return subject{sizes: s.Detail, nodes: s.Weight}
}

// compare orders by name. An override's own sizes come last and take no letter or color from a profile.
func (s subject) compare(other subject) int {
	return cmp.Or(
		-cmp.Compare(min(len(s.profile), 1), min(len(other.profile), 1)),
		cmp.Compare(s.profile, other.profile),
		cmp.Compare(s.nodes, other.nodes),
		cmp.Compare(s.sizes, other.sizes),
	)
}

// style is the symbol and the color of a subject.
type style struct {
	symbol rune // a letter of its name, a capital in the darker half of the levels
	shade  shade
}

// styles gives every subject its own symbol, and its own color while there are enough. They follow the order of the names, so that other
// days of the same clusters look the same.
func (g Grid) styles() map[subject]style {
	weights := g.weights()
	level := levelsOf(weights)
	all := map[subject]style{}
	symbols, shades := map[rune]bool{}, map[shade]bool{}
	for i, s := range slices.SortedFunc(maps.Keys(weights), subject.compare) {
		l := style{symbol: symbolFor(Span{Profile: s.profile}.name(), symbols), shade: palette[i%len(palette)][level[s]]}
		for hue := range palette {
			if free := palette[(i+hue)%len(palette)][level[s]]; !shades[free] {
				l.shade = free
				break
			}
		}
		symbols[l.symbol], shades[l.shade] = true, true
		if level[s] >= levels/2 {
			l.symbol = unicode.ToUpper(l.symbol)
		}
		all[s] = l
	}
	return all
}

// weights returns the most nodes that each subject has in any lane.
func (g Grid) weights() map[subject]int {
	weights := map[subject]int{}
	for _, lane := range g.Lanes {
		for _, span := range lane.Spans {
			weights[span.subject()] = max(weights[span.subject()], span.Weight)
			for _, c := range span.Conditional {
				weights[c.subject()] = max(weights[c.subject()], c.Weight)
			}
		}
	}
	return weights
}

// levelsOf ranks the subjects from 0, the fewest nodes, to the last level. By rank, 10 and 12 nodes differ as clearly as 1 and 3. If all
// have the same, none stands out.
func levelsOf(weights map[subject]int) map[subject]int {
	ranks := slices.Compact(slices.Sorted(maps.Values(weights)))
	level := map[subject]int{}
	for s, weight := range weights {
		if level[s] = 1; len(ranks) > 1 {
			level[s] = slices.Index(ranks, weight) * (levels - 1) / (len(ranks) - 1)
		}
	}
	return level
}

// symbolFor returns the first free letter or digit of the name, or else another one, in lower case.
func symbolFor(name string, taken map[rune]bool) rune {
	const plain = "abcdefghijklmnopqrstuvwxyz0123456789"
	for _, r := range strings.ToLower(name) + plain {
		if strings.ContainsRune(plain, r) && !taken[r] {
			return r
		}
	}
	r := 'α'
	for taken[r] || !unicode.IsLetter(r) || unicode.ToLower(unicode.ToUpper(r)) != r {
		r++
	}
	return r
}

// shade is a color of both pictures.
type shade struct {
	hex  string // for SVG
	ansi uint8  // the closest of a terminal's 256
	dark bool   // text on it is white
}

// levels counts the steps from light, for few nodes, to dark, for many.
const levels = 4

// palette holds the hues blue, orange, green, purple and grey. Within a level they differ also for red- and green-blind eyes, and every
// color is darker than all of the level before.
var palette = [][levels]shade{
	{{"#b3d0ff", 152, false}, {"#69b6fc", 75, false}, {"#4a94ee", 69, false}, {"#2a66c0", 25, true}},
	{{"#fdc88c", 222, false}, {"#eba256", 214, false}, {"#cf8436", 172, false}, {"#a8540a", 130, true}},
	{{"#b2f5d0", 157, false}, {"#4dc393", 78, false}, {"#20a073", 35, false}, {"#07513a", 29, true}},
	{{"#fbe3fb", 225, false}, {"#e0a0e0", 146, false}, {"#c07cc0", 133, false}, {"#791969", 90, true}},
	{{"#c8cacc", 255, false}, {"#bcbec0", 251, false}, {"#9c9ea0", 246, false}, {"#727273", 237, true}},
}

// legend returns a span of every profile and size in the lane, from the fewest nodes to the most, then by name.
func (l Lane) legend() []Span {
	entries := make([]Span, 0, len(l.Spans))
	for _, s := range l.Spans {
		if s.Source == Ahead {
			continue // its sizes are those of two profiles
		}
		entries = append(entries, Span{Profile: s.Profile, Detail: s.Detail, Weight: s.Weight})
	}
	slices.SortFunc(entries, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Weight, b.Weight), cmp.Compare(a.name(), b.name()), cmp.Compare(a.Detail, b.Detail),
			cmp.Compare(a.Profile, b.Profile))
	})
	same := func(a, b Span) bool { return a.Profile == b.Profile && a.Detail == b.Detail && a.Weight == b.Weight }
	return slices.CompactFunc(entries, same)
}

func (l Lane) has(source string) bool {
	return slices.ContainsFunc(l.Spans, func(s Span) bool { return s.Source == source })
}
