package inventory

import "slices"

// Breaks returns the clusters and units that are unusable after some changes and were usable before. A document may be valid by itself and
// still break what stays in the table beside it, for example an override whose profile it no longer has.
func Breaks(before, after Checked) []Unusable {
	return slices.DeleteFunc(slices.Clone(after.Unusable), func(u Unusable) bool {
		return slices.ContainsFunc(before.Unusable, func(was Unusable) bool { return was.Name == u.Name })
	})
}
