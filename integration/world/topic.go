package world

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// Alert is a message that was published to the topic.
type Alert struct {
	Subject string `json:"subject"`
	Message string `json:"message"`
}

// Alerts are the messages published so far.
func (w *World) Alerts() []Alert {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Alert{}, w.alerts...)
}

// refusal is why SNS does not take a message.
type refusal struct{ code, message string }

// keep is what SNS does with a message: it refuses it, or has it sent.
func (w *World) keep(topic string, a Alert) (messageID string, no *refusal) {
	printable := func(r rune) bool { return r >= ' ' && r <= '~' }
	switch {
	case topic != topicARN:
		return "", &refusal{"NotFound", "no such topic: " + topic}
	case len(a.Subject) >= 100 || strings.IndexFunc(a.Subject, func(r rune) bool { return !printable(r) }) >= 0:
		return "", &refusal{"InvalidParameter", "Invalid parameter: Subject"}
	case a.Message == "" || len(a.Message) > 256*1024:
		return "", &refusal{"InvalidParameter", "Invalid parameter: Message"}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.alerts = append(w.alerts, a)
	return fmt.Sprintf("message-%d", len(w.alerts)), nil
}

// snsAnswer is what SNS says in its protocol, a form that is answered with XML.
type snsAnswer struct {
	XMLName   xml.Name
	MessageID string    `xml:"PublishResult>MessageId,omitempty"`
	Error     *snsError `xml:"Error"`
	RequestID string    `xml:"RequestId"`
}

type snsError struct{ Type, Code, Message string }

// startTopic serves SNS, of which there is only Publish, and returns its URL.
func (w *World) startTopic(ctx context.Context) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(w.serveTopic)}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			panic(err) // a listener that is open does not fail
		}
	}()
	w.closers = append(w.closers, server.Close)
	return "http://" + listener.Addr().String(), nil
}

func (w *World) serveTopic(out http.ResponseWriter, r *http.Request) {
	answer := snsAnswer{XMLName: xml.Name{Local: "PublishResponse"}, RequestID: "local"}
	no := &refusal{"InvalidAction", "no stand-in for the action " + r.FormValue("Action")}
	if r.FormValue("Action") == "Publish" {
		answer.MessageID, no = w.keep(r.FormValue("TopicArn"), Alert{Subject: r.FormValue("Subject"), Message: r.FormValue("Message")})
	}
	out.Header().Set("Content-Type", "text/xml")
	if no != nil {
		answer.XMLName.Local, answer.Error = "ErrorResponse", &snsError{"Sender", no.code, no.message}
		out.WriteHeader(http.StatusBadRequest)
	}
	_ = xml.NewEncoder(out).Encode(answer) // a client that has gone does not mind
}
