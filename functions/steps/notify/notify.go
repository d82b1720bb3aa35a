// Package notify sends events to people in chat. Failures and overrides that end soon are always sent, other events if the configuration
// asks for them.
package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// Store reads which events are sent.
type Store interface {
	// Notified returns the settings and a cluster; nil for what does not exist.
	Notified(ctx context.Context, cluster string) (settings, of *inventory.Item, err error)
}

// Topic is the chat topic.
type Topic interface {
	Publish(ctx context.Context, message string) error
}

// Handler is the function.
type Handler struct {
	Store Store
	Topic Topic
}

// Envelope is an event as EventBridge delivers it.
type Envelope struct {
	ID         string          `json:"id"`
	DetailType event.Kind      `json:"detail-type"`
	Region     string          `json:"region"`
	Time       time.Time       `json:"time"`
	Detail     json.RawMessage `json:"detail"`
}

// Subject names the run and the node group of the event, as far as there are any.
func (e Envelope) Subject() run.Subject {
	var d about
	_ = json.Unmarshal(e.Detail, &d) // an event without them has none
	return run.Subject{Execution: d.Run.Name, Unit: d.Cluster, Nodegroup: d.Nodegroup}
}

// about holds the fields that decide whether an event is sent.
type about struct {
	Cluster   string
	Nodegroup string
	Outcome   run.Outcome
	DryRun    bool
	Changed   int
	Run       struct{ Name string }
}

// Result tells what was done with an event.
type Result struct {
	Sent bool `json:"sent"`
}

// Handle sends an event if people want to hear of it. EventBridge delivers it again after a failure.
func (h Handler) Handle(ctx context.Context, log *slog.Logger, in Envelope) (Result, error) {
	var d about
	if err := json.Unmarshal(in.Detail, &d); err != nil {
		return Result{}, run.Errorf(run.InternalError, "the event's detail: %w", err)
	}
	wanted, err := h.wanted(ctx, in.DetailType, d)
	if err != nil || !wanted {
		return Result{}, err
	}
	message, err := messageOf(in)
	if err != nil {
		return Result{}, err
	}
	text, err := message.JSON()
	if err != nil {
		return Result{}, err
	}
	if err := h.Topic.Publish(ctx, text); err != nil {
		return Result{}, err
	}
	log.Info("sent to chat", "kind", string(in.DetailType))
	return Result{Sent: true}, nil
}

// wanted reports whether people want to hear of an event. A dry run tells nobody, nor does a successful run that changed nothing.
func (h Handler) wanted(ctx context.Context, kind event.Kind, d about) (bool, error) {
	asked := kind.ChatKind()
	switch {
	case d.DryRun:
		return false, nil
	case kind == event.RunFinished && d.Outcome == run.Failed:
		return true, nil
	case kind == event.RunFinished && d.Changed == 0:
		return false, nil
	case asked == "":
		return kind == event.ScalingFailed || kind == event.OverrideEndingSoon, nil
	}
	settings, cluster, err := h.Store.Notified(ctx, d.Cluster)
	if err != nil {
		return false, fmt.Errorf("reading which events are sent: %w", err)
	}
	return asks(settings, asked) || asks(cluster, asked), nil
}

// asks reports whether an item asks for a kind of events. An item that cannot be read asks for nothing: audit-config has alerted people.
func asks(item *inventory.Item, kind config.ChatKind) bool {
	if item == nil {
		return false
	}
	var one struct{ Chat config.ChatKind }
	var several struct{ Chat []config.ChatKind }
	field := item.Field("notifications")
	if json.Unmarshal(field, &one) == nil {
		return one.Chat == kind
	}
	return json.Unmarshal(field, &several) == nil && slices.Contains(several.Chat, kind)
}
