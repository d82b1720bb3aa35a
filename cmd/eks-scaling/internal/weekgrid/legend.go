package weekgrid

import (
	"cmp"
	"slices"
)

// legend is a span of every profile and size in the lane, from the fewest nodes to the most, then by name.
func (l Lane) legend() []Span {
	entries := make([]Span, 0, len(l.Spans))
	for _, s := range l.Spans {
		entries = append(entries, Span{Profile: s.Profile, Detail: s.Detail, Weight: s.Weight})
	}
	slices.SortFunc(entries, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Weight, b.Weight), cmp.Compare(a.name(), b.name()), cmp.Compare(a.Detail, b.Detail),
			cmp.Compare(a.Profile, b.Profile))
	})
	return slices.Compact(entries)
}

func (l Lane) hasOverride() bool {
	return slices.ContainsFunc(l.Spans, func(s Span) bool { return s.Source == override })
}
