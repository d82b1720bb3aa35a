package configcmd

import (
	"encoding/json"
	"slices"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// shownItem is an item of the configuration, with who wrote it, when and why.
type shownItem struct {
	Kind    string          `json:"kind"`
	Name    string          `json:"name"`
	Version int             `json:"version"`
	At      time.Time       `json:"at,omitzero"`
	Actor   string          `json:"actor,omitempty"`
	Reason  string          `json:"reason,omitempty"`
	Error   string          `json:"error,omitempty"` // why it is invalid
	Spec    json.RawMessage `json:"spec"`
}

// shownOf returns the items of the configuration, or of the part about one cluster, without ended overrides.
func shownOf(s *inventory.Checked, cluster string) []shownItem {
	var items []inventory.Item
	if s.Settings != nil {
		items = append(items, *s.Settings)
	}
	for _, e := range s.Clusters {
		if cluster == "" || e.Name == cluster {
			items = append(items, e)
		}
	}
	items = slices.Concat(items, calendarsOf(s, cluster))
	for _, e := range s.Overrides {
		if !s.HasEnded(e) && (cluster == "" || e.ClusterName() == cluster) {
			items = append(items, e)
		}
	}
	shown := []shownItem{}
	for _, e := range items {
		shown = append(shown, shownItem{
			Kind: e.Kind, Name: e.Name, Version: e.Version, At: e.UpdatedAt, Actor: e.UpdatedBy, Reason: e.Reason, Spec: s.Canonical(e),
		})
		if err := s.InvalidErr(e); err != nil {
			shown[len(shown)-1].Error = config.OneLine(err)
		}
	}
	return shown
}
