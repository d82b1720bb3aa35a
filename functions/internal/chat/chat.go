// Package chat makes messages that Amazon Q Developer in chat applications renders. It neither words nor sends them.
package chat

import (
	"encoding/json"
	"fmt"

	"eks-scaling-automation/functions/internal/alert"
	"eks-scaling-automation/shared/printable"
)

// Message is a message to people in chat.
type Message struct {
	ID          string // the same for a repeated message
	Title       string
	Description string // in Markdown; see [Escape] for foreign text
	NextSteps   []string
	Keywords    []string
	Thread      string // messages of one thread are shown together
	Type        string // such as "Scaling Failed"
	Resources   []string
}

// The limits of a message. Amazon Q drops what does not fit its schema; Slack shows 3,000 characters of a text.
const (
	maxTitle       = 250
	maxDescription = 2_900
	maxSteps       = 10
	maxStep        = 350
	maxKeywords    = 10
	maxKeyword     = 75
)

// document is a message in the form of Amazon Q.
type document struct {
	Version  string   `json:"version"`
	Source   string   `json:"source"`
	ID       string   `json:"id,omitempty"`
	Content  content  `json:"content"`
	Metadata metadata `json:"metadata"`
}

type content struct {
	TextType    string   `json:"textType"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	NextSteps   []string `json:"nextSteps,omitempty"`
	Keywords    []string `json:"keywords,omitempty"`
}

type metadata struct {
	ThreadID         string   `json:"threadId"`
	Summary          string   `json:"summary"`
	EventType        string   `json:"eventType"`
	RelatedResources []string `json:"relatedResources,omitempty"`
}

// JSON returns the message as it is published to the topic. It shortens what is too long.
func (m Message) JSON() (string, error) {
	title := alert.Cut(Escape(m.Title), maxTitle)
	d := document{
		Version: "1.0", Source: "custom", ID: m.ID,
		Content: content{
			TextType: "client-markdown", Title: title, Description: alert.Cut(printable.Text(m.Description), maxDescription),
			NextSteps: cutAll(m.NextSteps, maxSteps, maxStep), Keywords: cutAll(m.Keywords, maxKeywords, maxKeyword),
		},
		Metadata: metadata{ThreadID: m.Thread, Summary: title, EventType: m.Type, RelatedResources: cutAll(m.Resources, maxSteps, maxStep)},
	}
	data, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("chat message: %w", err)
	}
	return string(data), nil
}

// cutAll shortens a list and its texts, and leaves empty ones out.
func cutAll(texts []string, most, longest int) (all []string) {
	for _, text := range texts {
		if text != "" && len(all) < most {
			all = append(all, alert.Cut(printable.Line(text), longest))
		}
	}
	return all
}
