// Package event defines what the system tells EventBridge: the kinds of events and their details. It is pure; package
// shared/aws/events sends them. Consumers rely on these shapes: a field may be added, and an existing one keeps its name and meaning.
// The schemas in docs/events are generated from these types and their comments.
package event

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"eks-scaling-automation/shared/run"
)

// Source is the source of all events.
const Source = "eks-scaling"

// Kind is the detail type of an event.
type Kind string

// The kinds.
const (
	NodeGroupScaled      Kind = "Node Group Scaled"
	ScalingFailed        Kind = "Scaling Failed"
	ScaleDownHeldBack    Kind = "Scale-down Held Back"
	RunFinished          Kind = "Run Finished"
	DriftFound           Kind = "Drift Found"
	OverrideStarted      Kind = "Override Started"
	OverrideEnded        Kind = "Override Ended"
	OverrideEndingSoon   Kind = "Override Ending Soon"
	Paused               Kind = "Paused"
	Resumed              Kind = "Resumed"
	ConfigurationChanged Kind = "Configuration Changed"
)

// Kinds returns all kinds with an empty detail of each.
func Kinds() map[Kind]Detail {
	return map[Kind]Detail{
		NodeGroupScaled: Scaled{}, ScalingFailed: Failed{}, ScaleDownHeldBack: HeldBack{}, RunFinished: Finished{}, DriftFound: Drift{},
		OverrideStarted: Override{}, OverrideEnded: Override{}, OverrideEndingSoon: Override{}, Paused: Pause{}, Resumed: Pause{},
		ConfigurationChanged: Change{},
	}
}

// Event is one event.
type Event struct {
	Kind      Kind
	At        time.Time
	Resources []string // the ARNs that it is about
	Detail    Detail
}

// Detail is the detail of an event of one kind.
type Detail interface{ header() Header }

// Of returns an event of a run.
func Of(kind Kind, r run.Run, detail Detail) Event {
	return Event{Kind: kind, At: detail.header().At, Resources: []string{r.Execution.ARN}, Detail: detail}
}

// ID returns the id of the event; see [Header].
func (e Event) ID() string { return e.Detail.header().ID }

// Header is the part that all details share.
type Header struct {
	// ID identifies the event. EventBridge, and the system itself, may deliver an event more than once: it has the same id then.
	ID string `json:"id"`
	// At is when it happened.
	At time.Time `json:"at"`
	// Reason explains it in one sentence; missing if nobody gave one.
	Reason string `json:"reason,omitempty"`
	// Actor is the person or service that caused it; missing if unknown.
	Actor string `json:"actor,omitempty"`
	// ConsoleURL is a page of the AWS console with more information.
	ConsoleURL string `json:"consoleUrl,omitempty"`
}

func (h Header) header() Header { return h }

// HeaderOf returns the header of an event of a run. The parts tell it apart from the run's other events of the kind.
func HeaderOf(r run.Run, at time.Time, reason string, kind Kind, parts ...string) Header {
	return Header{
		ID: ID(kind, append([]string{r.Execution.ARN}, parts...)...), At: at.UTC(), Reason: reason, Actor: r.Actor,
		ConsoleURL: r.Execution.ConsoleURL(),
	}
}

// idBytes is the length of an id before it is written in hexadecimal digits.
const idBytes = 16

// ID returns the id of what happened, from its kind and from parts that identify it.
func ID(kind Kind, parts ...string) string {
	hash := sha256.New()
	for _, part := range append([]string{string(kind)}, parts...) {
		// The lengths tell apart texts that are equal when joined.
		_, _ = fmt.Fprintf(hash, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(hash.Sum(nil)[:idBytes])
}

// JSON returns the detail as it is sent.
func (e Event) JSON() (string, error) {
	data, err := json.Marshal(e.Detail)
	if err != nil {
		return "", fmt.Errorf("event %s: %w", e.Kind, err)
	}
	return string(data), nil
}

// Discard accepts events and does nothing with them.
func Discard(context.Context, ...Event) error { return nil }

// FileName returns the name of the schema of the kind's detail in docs/events: scale-down-held-back.schema.json.
func (k Kind) FileName() string {
	return strings.ToLower(strings.ReplaceAll(string(k), " ", "-")) + ".schema.json"
}
