package runwords

import (
	"strings"
)

// ShownWaves are the waves that a dry run expects in a cluster.
type ShownWaves struct {
	Cluster string `json:"cluster"`
	// Waves are the names of node groups, those of one wave together, in order.
	Waves [][]string `json:"waves"`
}

// InOrder names the node groups wave by wave and marks those that are held back. It is empty for fewer than two waves.
func InOrder(waves [][]string, isHeldBack func(nodegroup string) bool) string {
	if len(waves) < 2 {
		return ""
	}
	parts := make([]string, len(waves))
	for i, wave := range waves {
		names := make([]string, len(wave))
		for j, name := range wave {
			names[j] = name
			if isHeldBack(name) {
				names[j] += " (held back)"
			}
		}
		parts[i] = strings.Join(names, ", ")
	}
	return strings.Join(parts, "; then ")
}
