package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/shared/aws/tables"
)

// blame adds to the error of a write that came too late who was faster, and what changed; before is the spec that was
// read. Other errors stay as they are.
func (s session) blame(ctx context.Context, e tables.Entity, before json.RawMessage, err error) error {
	if !errors.Is(err, tables.ErrConflict) {
		return err
	}
	snapshot, unread := s.config.Read(ctx)
	if unread != nil {
		return err // that it is a conflict is what matters
	}
	var now *tables.Entity
	for _, other := range entitiesOf(snapshot) {
		if itemKey(other) == itemKey(e) {
			now = &other
		}
	}
	if now == nil {
		return fmt.Errorf("%w\n%s was removed", err, entityKey(e))
	}
	text := fmt.Sprintf("%s has version %d%s", entityKey(e), now.Version, whoWhenWhy(now.UpdatedBy, now.UpdatedAt, now.Reason))
	if now.Version == e.Version && !sameJSON(before, now.Spec) {
		text = entityKey(e) + " was edited by hand; by whom is not known"
	}
	lines, unknown := differences(before, now.Spec)
	if unknown != nil {
		lines = []string{"spec: " + string(now.Spec)}
	}
	var differing strings.Builder
	printLines(&differing, lines)
	return fmt.Errorf("%w\n%s", err, strings.TrimRight(text+"\n"+differing.String(), "\n"))
}

// entitiesOf is every item of a snapshot.
func entitiesOf(s tables.Snapshot) []tables.Entity {
	all := slices.Concat(s.Calendars, s.Clusters, s.Overrides)
	if s.Settings != nil {
		all = append(all, *s.Settings)
	}
	return all
}
