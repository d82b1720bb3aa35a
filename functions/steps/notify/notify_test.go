package notify

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// channel is a configuration and a topic.
type channel struct {
	settings, cluster string // the specs
	unread, full      error
	messages          []string
}

func (c *channel) Notified(context.Context, string) (settings, of *inventory.Item, err error) {
	return &inventory.Item{Spec: json.RawMessage(c.settings)}, &inventory.Item{Spec: json.RawMessage(c.cluster)}, c.unread
}

func (c *channel) Publish(_ context.Context, message string) error {
	if c.full == nil {
		c.messages = append(c.messages, message)
	}
	return c.full
}

func (c *channel) hear(e event.Event) (Result, error) {
	detail, err := e.JSON()
	if err != nil {
		return Result{}, err
	}
	return Handler{Store: c, Topic: c}.Handle(context.Background(), slog.New(slog.DiscardHandler), Envelope{
		DetailType: e.Kind, Region: "sa-east-1", Time: e.At, Detail: json.RawMessage(detail),
	})
}

var (
	began = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	night = run.Run{Execution: run.Execution{ARN: "arn:aws:states:sa-east-1:123456789012:execution:eks-scaling:night", Name: "night"}, TakenAt: began}
)

func failure(cause string) event.Event {
	return event.Of(event.ScalingFailed, night, event.Failed{
		Header: event.HeaderOf(night, began, "it is time", event.ScalingFailed), Place: event.Place{Cluster: "production", Nodegroup: "big"},
		Problem: event.Problem{Error: "NodegroupFailedError", Cause: cause, Remedy: "Fix it."}, Run: event.RunOf(night),
	})
}

func scaledEvent() event.Event {
	return event.Of(event.NodeGroupScaled, night, event.Scaled{
		Header: event.HeaderOf(night, began, "it is time", event.NodeGroupScaled), Place: event.Place{Cluster: "production", Nodegroup: "big"},
		After: scaling.Sizes{MaxSize: 5, DesiredSize: 3}, Run: event.RunOf(night),
	})
}

func TestWhatIsSent(t *testing.T) {
	t.Parallel()
	ended := func(outcome run.Outcome, changed int, dryRun bool) event.Event {
		return event.Of(event.RunFinished, night, event.Finished{Header: event.HeaderOf(night, began, "", event.RunFinished), Run: event.RunOf(night), Outcome: outcome, Changed: changed, DryRun: dryRun})
	}
	const runs, all = `{"notifications": {"chat": "runs"}}`, `{"notifications": {"chat": ["scaled", "runs"]}}`
	for _, row := range []struct {
		rule              string
		settings, cluster string
		e                 event.Event
		want              bool
	}{
		{"a failure", `{}`, `{}`, failure("x"), true},
		{"no success by default", `{}`, `{}`, scaledEvent(), false},
		{"a success that the settings ask for", all, `{}`, scaledEvent(), true},
		{"a success that the cluster asks for", `{}`, all, scaledEvent(), true},
		{"no success of another kind", runs, runs, scaledEvent(), false},
		{"a failed run", `{}`, `{}`, ended(run.Failed, 0, false), true},
		{"a run that changed something", runs, `{}`, ended(run.Succeeded, 2, false), true},
		{"no run that changed nothing", runs, `{}`, ended(run.Succeeded, 0, false), false},
		{"no dry run", runs, `{}`, ended(run.Incomplete, 2, true), false},
		{"nothing that settings ask for that cannot be read", `{"notifications": 7}`, `oops`, scaledEvent(), false},
	} {
		c := channel{settings: row.settings, cluster: row.cluster}
		done, err := c.hear(row.e)
		if err != nil || done.Sent != row.want || len(c.messages) == 1 != row.want {
			t.Errorf("%s: found %+v, %v and %d messages; want one: %t", row.rule, done, err, len(c.messages), row.want)
		}
	}
}

// TestAFailureIsRepeated by Lambda: nothing may be lost because the topic or the table does not answer.
func TestAFailureIsRepeated(t *testing.T) {
	t.Parallel()
	for rule, c := range map[string]*channel{
		"the topic":         {full: errors.New("no")},
		"the configuration": {unread: errors.New("no")},
	} {
		e := failure("x")
		if c.unread != nil {
			e = scaledEvent()
		}
		if _, err := c.hear(e); err == nil {
			t.Errorf("%s: found no error", rule)
		}
	}
}

// TestForeignTextIsHarmless: it can neither format, nor link, nor mention people, nor make the message too long.
func TestForeignTextIsHarmless(t *testing.T) {
	t.Parallel()
	c := channel{}
	if _, err := c.hear(failure("<!channel> @here [x](https://evil) *b*\n*Cause:* faked " + strings.Repeat("é", 9000))); err != nil {
		t.Fatal(err)
	}
	var m struct{ Content struct{ Description string } }
	if err := json.Unmarshal([]byte(c.messages[0]), &m); err != nil {
		t.Fatal(err)
	}
	text := m.Content.Description
	for _, bad := range []string{"<!", "@here", "[x](", "*b*", "\n*Cause"} {
		if strings.Contains(text, bad) {
			t.Errorf("found %q in %.200s", bad, text)
		}
	}
	if len(text) > 8000 || !utf8.ValidString(text) {
		t.Errorf("found %d bytes, valid %t; want at most 8,000 of valid text", len(text), utf8.ValidString(text))
	}
}

// TestNamesAreHarmless: a name that somebody wrote into the table formats no title, and no shell interprets it in a command.
func TestNamesAreHarmless(t *testing.T) {
	t.Parallel()
	c := channel{settings: `{"notifications": {"chat": "pauses"}}`}
	pause := event.Pause{Header: event.Header{ID: "1", At: began}, Cluster: "<!channel> x; $(reboot) 'y'", After: true}
	if _, err := c.hear(event.Event{Kind: event.Paused, At: began, Detail: pause}); err != nil {
		t.Fatal(err)
	}
	var m struct {
		Content struct {
			Title     string
			NextSteps []string
		}
	}
	if err := json.Unmarshal([]byte(c.messages[0]), &m); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(m.Content.Title, "<!") {
		t.Errorf("found the title %q", m.Content.Title)
	}
	if want := `resume '<!channel> x; $(reboot) '\''y'\''' --region`; len(m.Content.NextSteps) != 1 || !strings.Contains(m.Content.NextSteps[0], want) {
		t.Errorf("found %q; want %s", m.Content.NextSteps, want)
	}
}

// TestALateMessageIsTrue: it tells when an override ends, not in how many minutes.
func TestALateMessageIsTrue(t *testing.T) {
	t.Parallel()
	c := channel{}
	d := event.Override{Header: event.Header{ID: "1", At: began}, Override: "launch", Cluster: "production", Profile: "peak", From: began, Until: began.Add(time.Hour)}
	if _, err := c.hear(event.Event{Kind: event.OverrideEndingSoon, At: began, Detail: d}); err != nil {
		t.Fatal(err)
	}
	if want := `"title":"Override launch of production ends at 13:00 UTC"`; !strings.Contains(c.messages[0], want) {
		t.Errorf("found %s; want %s", c.messages[0], want)
	}
}
