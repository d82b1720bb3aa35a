package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"eks-scaling-automation/shared/config"
)

// Hold marks settings that pause scaling until a configuration is written completely. It is in the settings while steps are written
// after which clusters are only partly as before or as wanted.
type Hold struct {
	// Document identifies the configuration; see [DocumentID]. Only applying that one again ends the hold.
	Document string `json:"document"`
	// Resumes reports that the last step resumes scaling. False: it was paused before, or is paused by the configuration.
	Resumes bool `json:"resumes"`
}

// Held returns the hold; nil if there is none. A person who enables scaling in the console ends it.
func (s Snapshot) Held() *Hold {
	if !s.Off() {
		return nil
	}
	return s.Settings.Hold
}

// PausedOnPurpose reports whether the settings pause scaling for another reason than a hold that resumes it.
func (s Snapshot) PausedOnPurpose() bool {
	hold := s.Held()
	return s.Off() && (hold == nil || !hold.Resumes)
}

// DocumentID identifies the items of a configuration by their keys, regardless of their specs. After an interruption, any configuration
// with the same items leaves nothing half written.
func DocumentID(c config.Config) string {
	var keys []string
	for name := range c.Calendars {
		keys = append(keys, ItemKey(Item{Kind: KindCalendar, Name: name}))
	}
	for _, cluster := range c.Clusters {
		keys = append(keys, ItemKey(Item{Kind: KindCluster, Name: cluster.Name}))
	}
	for _, o := range c.Overrides {
		keys = append(keys, ItemKey(Item{Kind: KindOverride, Cluster: o.Cluster, Name: o.Name}))
	}
	slices.Sort(keys)
	hash := sha256.Sum256([]byte(strings.Join(keys, "\n")))
	return hex.EncodeToString(hash[:basisBytes])
}
