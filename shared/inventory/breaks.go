package inventory

// Breaks returns the clusters that are unusable after some changes and were usable before. A document may be valid by itself and
// still break what stays in the table beside it, for example an override whose profile it no longer has.
func Breaks(before, after Checked) []UnusableCluster {
	was := map[string]bool{}
	for _, u := range before.Unusable {
		was[u.Cluster] = true
	}
	var broken []UnusableCluster
	for _, u := range after.Unusable {
		if !was[u.Cluster] {
			broken = append(broken, u)
		}
	}
	return broken
}
