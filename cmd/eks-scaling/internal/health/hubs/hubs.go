// Package hubs judges the hubs of a fleet together: whether each has the same configuration, and whether one hub takes each cluster. It
// is pure.
package hubs

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

// Hub is the stack of one region.
type Hub struct {
	Region     string
	OnlyRegion string             // see [deployment.Stack]
	Stored     inventory.Snapshot // the whole configuration in its table
	Error      string             // why it cannot be reached; empty if it can
	Missing    bool               // the region has no stack
	Installer  deployment.Installer
}

// Kind classifies a finding. Monitoring may rely on it.
type Kind string

// The kinds of findings.
const (
	Unreachable          Kind = "hubUnreachable"       // its state is unknown
	NoHub                Kind = "hubMissing"           // no stack scales the clusters of a region
	ConfigurationDiffers Kind = "configurationDiffers" // a hub has an older configuration than another one
	TwoHubs              Kind = "clusterOfTwoHubs"     // two stacks scale the same cluster
)

// Finding is what is wrong with one hub.
type Finding struct {
	Region  string
	Kind    Kind
	Message string
	Remedy  string
	// Harmless reports that the hub scales nothing by what differs.
	Harmless bool
}

// applyAll makes all hubs equal.
const applyAll = "eks-scaling config apply FILE --all-regions"

// maxNames limits the names in a message.
const maxNames = 5

// Examine judges the hubs, in the order of their regions.
func Examine(hubs []Hub) (found []Finding) {
	reachable := slices.DeleteFunc(slices.Clone(hubs), func(h Hub) bool { return h.Error != "" || h.Missing })
	var installer deployment.Installer
	if len(reachable) > 0 {
		installer = reachable[0].Installer
	}
	for _, h := range hubs {
		switch {
		case h.Missing:
			found = append(found, Finding{h.Region, NoHub, "no stack scales the clusters of this region", installer.InRegion(h.Region), false})
		case h.Error != "":
			found = append(found, Finding{h.Region, Unreachable, "cannot be reached: " + h.Error, "eks-scaling status --region " + h.Region, false})
		}
	}
	return slices.Concat(found, taken(reachable), differing(reachable))
}

// taken finds clusters that several hubs take.
func taken(hubs []Hub) (found []Finding) {
	takers := map[string][]string{}
	for _, h := range hubs {
		for _, c := range h.Stored.In(h.OnlyRegion).Clusters {
			if inventory.RegionOf(c) != "" { // no hub scales one whose region is unreadable
				takers[c.Name] = append(takers[c.Name], h.Region)
			}
		}
	}
	for _, h := range hubs {
		var twice []string
		for _, name := range slices.Sorted(maps.Keys(takers)) {
			if len(takers[name]) > 1 && slices.Contains(takers[name], h.Region) {
				twice = append(twice, name)
			}
		}
		if len(twice) > 0 && h.OnlyRegion == "" {
			found = append(found, Finding{
				h.Region, TwoHubs, "another stack scales these clusters too: " + health.FirstFew(twice, maxNames),
				fmt.Sprintf(`pause one of the two now: eks-scaling pause --region %s --reason R; then deploy each with -c region=own`, h.Region), false,
			})
		}
	}
	return found
}

// differing finds hubs that have another configuration than the newest. Only hubs for their own region hold the whole configuration.
func differing(hubs []Hub) (found []Finding) {
	hubs = slices.DeleteFunc(slices.Clone(hubs), func(h Hub) bool { return h.OnlyRegion == "" })
	newest := newestOf(hubs)
	for _, h := range hubs {
		found = append(found, h.behind(newest)...)
	}
	return found
}

// copyOf is an item with the region of the hub that has it.
type copyOf struct {
	inventory.Item
	region string
}

// newestOf returns the newest copy of each item that all hubs hold. An override belongs to one hub.
func newestOf(hubs []Hub) map[string]copyOf {
	newest := map[string]copyOf{}
	for _, h := range hubs {
		for _, i := range h.Stored.Items() {
			if known, ok := newest[inventory.ItemKey(i)]; i.Kind != inventory.KindOverride && (!ok || i.UpdatedAt.After(known.UpdatedAt)) {
				newest[inventory.ItemKey(i)] = copyOf{i, h.Region}
			}
		}
	}
	return newest
}

// behind compares a hub with the newest copies.
func (h Hub) behind(newest map[string]copyOf) (found []Finding) {
	own := map[string]inventory.Item{}
	for _, i := range h.Stored.Items() {
		own[inventory.ItemKey(i)] = i
	}
	words := map[bool]map[string][]string{false: {}, true: {}} // by whether the hub scales nothing by the item, then by what is wrong
	for _, key := range slices.Sorted(maps.Keys(newest)) {
		best := newest[key]
		mine, has := own[key]
		harmless := best.Kind == inventory.KindCluster && inventory.RegionOf(best.Item) != h.OnlyRegion
		switch {
		case !has:
			words[harmless]["missing"] = append(words[harmless]["missing"], inventory.DisplayKey(best.Item))
		case sameSettings(mine.Spec, best.Spec):
		case mine.UpdatedAt.Before(best.UpdatedAt):
			word := "older than in " + best.region
			words[harmless][word] = append(words[harmless][word], inventory.DisplayKey(best.Item))
		default: // edited by hand, or written in the same second
			word := "other than in " + best.region
			words[harmless][word] = append(words[harmless][word], inventory.DisplayKey(best.Item))
		}
	}
	for _, harmless := range []bool{false, true} {
		if len(words[harmless]) > 0 {
			found = append(found, Finding{h.Region, ConfigurationDiffers, "configuration differs: " + inWords(words[harmless]), applyAll, harmless})
		}
	}
	return found
}

func inWords(items map[string][]string) string {
	var parts []string
	for _, word := range slices.Sorted(maps.Keys(items)) {
		parts = append(parts, word+": "+health.FirstFew(items[word], maxNames))
	}
	return strings.Join(parts, "; ")
}

// sameSettings compares two specs without what is paused: that is set in each hub by itself.
func sameSettings(a, b json.RawMessage) bool {
	return inventory.SameJSON(withoutPauses(a), withoutPauses(b))
}

func withoutPauses(spec json.RawMessage) json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(spec, &fields) != nil {
		return spec
	}
	delete(fields, "paused")
	var schedules []map[string]json.RawMessage
	if json.Unmarshal(fields["schedules"], &schedules) == nil {
		for _, s := range schedules {
			delete(s, "paused")
		}
		fields["schedules"], _ = json.Marshal(schedules) // it was JSON before
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return spec
	}
	return text
}
