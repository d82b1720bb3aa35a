package integration_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/integration/world/clock"
)

// TestTheWeeklySummaryIsSentOnce by the rule of the stack, at the first check after its time, to mail and to chat.
func TestTheWeeklySummaryIsSentOnce(t *testing.T) {
	t.Parallel()
	begin := tuesday("07:40:00")
	w, err := world.Start(t.Context(), world.Options{Binaries: binaries, Log: io.Discard, Now: time.Now, Clock: clock.Virtual(begin)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	apply(t, w, "timezone: America/Sao_Paulo ", "weekly: {day: tue, time: \"08:00\", to: both}\ntimezone: America/Sao_Paulo ")
	for _, step := range []struct {
		until string
		sent  int
	}{{"07:59:00", 0}, {"08:01:00", 1}, {"08:16:00", 1}, {"09:01:00", 1}} {
		until := tuesday(step.until)
		w.At(until, func() {
			if err := w.Tick(t.Context(), until.Add(-15*time.Minute), until); err != nil {
				t.Error(err)
			}
		})
		if err := w.RunUntil(t.Context(), until.Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		if mails, chats := summaries(w); mails != step.sent || chats != step.sent {
			t.Errorf("%s: found %d mails and %d messages in chat; want %d of each", step.until, mails, chats, step.sent)
		}
	}
}

// summaries counts the weekly summaries in mail and in chat.
func summaries(w *world.World) (mails, chats int) {
	for _, m := range w.Alerts() {
		mails += strings.Count(m.Message, "Week from ")
	}
	for _, m := range w.Chat() {
		chats += strings.Count(m, "Week from ")
	}
	return mails, chats
}
