package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
)

// Hold marks settings that pause scaling until a configuration is written completely. It is set while clusters are only partly
// written.
type Hold struct {
	// Document identifies the configuration; see [DocumentID]. Only applying that one again ends the hold.
	Document string `json:"document"`
	// Resumes reports that the last step resumes scaling. False: a person has paused it, or the configuration does.
	Resumes bool `json:"resumes"`
}

// HoldRemedy tells people how to end a hold.
const HoldRemedy = "apply the same document again: eks-scaling config apply DOCUMENT"

// holdTime is longer than it takes to write the largest configuration.
const holdTime = 10 * time.Minute

// Held returns the hold; nil if there is none. A person who enables scaling in the console ends it.
func (s Snapshot) Held() *Hold {
	if !s.IsPaused() {
		return nil
	}
	return s.Settings.Hold
}

// Interrupted reports whether there is a hold, and it is so old that nobody is writing the configuration any more. A time that is unknown
// or far in the future tells nothing, and counts as old.
func (s Snapshot) Interrupted(now time.Time) bool {
	return s.Held() != nil && now.Sub(s.Settings.UpdatedAt).Abs() >= holdTime
}

// PausedOnPurpose reports whether the settings pause scaling for another reason than a hold that resumes it.
func (s Snapshot) PausedOnPurpose() bool {
	hold := s.Held()
	return s.IsPaused() && (hold == nil || !hold.Resumes)
}

// DocumentID identifies a configuration by its items, regardless of their order and of what is paused: that changes no other item, and
// somebody may pause or resume a cluster meanwhile. Only the same items leave nothing half written after an interruption.
func DocumentID(c config.Config) (string, error) {
	c.Paused = false
	c.Clusters = slices.Clone(c.Clusters)
	for i := range c.Clusters {
		c.Clusters[i].Paused = false
		c.Clusters[i].Schedules = slices.Clone(c.Clusters[i].Schedules)
		for n := range c.Clusters[i].Schedules {
			c.Clusters[i].Schedules[n].Paused = false
		}
	}
	items, err := wantedItems(c)
	if err != nil {
		return "", err
	}
	slices.SortFunc(items, func(a, b Item) int { return strings.Compare(ItemKey(a), ItemKey(b)) })
	hash := sha256.New()
	for _, i := range items {
		_, _ = fmt.Fprintf(hash, "%s %s\n", ItemKey(i), i.Spec) // neither has a line break
	}
	return hex.EncodeToString(hash.Sum(nil)[:basisBytes]), nil
}
