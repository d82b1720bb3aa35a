package change

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/inventory"
)

// DescribeConflict adds to the error of a write that came too late who was faster, and what changed; before is the spec that was
// read. Other errors stay as they are.
func DescribeConflict(ctx context.Context, s frame.Session, e inventory.Item, before json.RawMessage, err error) error {
	if !errors.Is(err, inventory.ErrConflict) {
		return err
	}
	snapshot, unread := s.Config.Read(ctx)
	if unread != nil {
		return err // that it is a conflict is what matters
	}
	var now *inventory.Item
	for _, other := range snapshot.Items() {
		if inventory.ItemKey(other) == inventory.ItemKey(e) {
			now = &other
		}
	}
	if now == nil {
		return fmt.Errorf("%w\n%s was removed", err, inventory.DisplayKey(e))
	}
	text := fmt.Sprintf("%s has version %d%s", inventory.DisplayKey(e), now.Version, health.WrittenBy(*now))
	if now.Version == e.Version && !inventory.SameJSON(before, now.Spec) {
		text = inventory.DisplayKey(e) + " was edited by hand; by whom is not known"
	}
	lines, unknown := inventory.Differences(before, now.Spec)
	if unknown != nil {
		lines = []string{"spec: " + string(now.Spec)}
	}
	var differing strings.Builder
	PrintLines(&differing, lines)
	return fmt.Errorf("%w\n%s", err, strings.TrimRight(text+"\n"+differing.String(), "\n"))
}
