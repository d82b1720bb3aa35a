package config

import "slices"

// Notifications says of which events people hear in chat, beside those that are always sent.
type Notifications struct {
	Chat []ChatKind `json:"chat,omitempty"`
}

// ChatKind groups events that people hear of in chat only if they ask for it.
type ChatKind string

// The kinds.
const (
	ChatScaled        ChatKind = "scaled"
	ChatHeldBack      ChatKind = "heldBack"
	ChatRuns          ChatKind = "runs"
	ChatDrift         ChatKind = "drift"
	ChatOverrides     ChatKind = "overrides"
	ChatPauses        ChatKind = "pauses"
	ChatConfiguration ChatKind = "configuration"
)

// ChatKinds returns all kinds.
func ChatKinds() []ChatKind {
	return []ChatKind{ChatScaled, ChatHeldBack, ChatRuns, ChatDrift, ChatOverrides, ChatPauses, ChatConfiguration}
}

// IsZero reports whether nothing is sent beside what always is.
func (n Notifications) IsZero() bool { return len(n.Chat) == 0 }

// notifications reads which kinds of events are sent to chat.
func (v value) notifications() (n Notifications) {
	v.object(fields{"chat": func(v value) {
		v.oneOrMore(func(item value) {
			kind := oneOf(item, "kind", ChatKinds()...)
			if kind != "" && slices.Contains(n.Chat, kind) {
				item.fail("duplicate kind %q: use each one once", kind)
			}
			n.Chat = append(n.Chat, kind)
		})
	}}, "chat")
	return n
}
