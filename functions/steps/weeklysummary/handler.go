// Package weeklysummary is the step that sends the weekly summary: what ran, what was saved, what failed, and what is about to end.
package weeklysummary

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"eks-scaling-automation/shared/aws/ledger"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/savings"
)

// Store reads the configuration.
type Store interface {
	Settings(ctx context.Context) (inventory.Snapshot, error)
	Read(ctx context.Context) (inventory.Snapshot, error)
}

// Logs is the audit trail.
type Logs interface {
	ledger.Logs
	Has(ctx context.Context, r tables.Record) (bool, error)
	Put(ctx context.Context, r tables.Record) error
}

// Topics sends messages.
type Topics interface {
	// Publish sends a message to the recipients of the setting.
	Publish(ctx context.Context, to config.Recipient, m Message) error
}

// Handler is the step.
type Handler struct {
	Store  Store
	Logs   Logs
	Topics Topics
	// Region limits the summary to the clusters of one region; empty is no limit.
	Region string
	Now    func() time.Time
	Meter  Meter
}

// Tick is the payload: a check whether the summary is due.
type Tick struct{}

// Subject is empty, because the summary is about all.
func (Tick) Subject() run.Subject { return run.Subject{} }

// Result says what a check did.
type Result struct {
	Sent bool `json:"sent"`
}

// latest is how late a summary may be sent. It is far less than a week, and more than an outage that Lambda's retries do not span.
const latest = 6 * time.Hour

// marks is the subject of the records of summaries that were sent, which are kept for some weeks.
const (
	marks     = "weekly-summary"
	keptMarks = 30 * 24 * time.Hour
)

// maxReadings limits what is read: the function has 256 MB.
const maxReadings = 5_000

// Handle sends the summary if it is due, and measures the saved node hours. Neither depends on the other.
func (h Handler) Handle(ctx context.Context, log *slog.Logger, _ Tick) (Result, error) {
	sent, err := h.summarize(ctx, log)
	return sent, errors.Join(err, h.measure(ctx))
}

// summarize sends the summary if it is due and was not sent. The mark is written last, so that a failure sends it again: twice is better
// than never.
func (h Handler) summarize(ctx context.Context, log *slog.Logger) (Result, error) {
	now := h.Now()
	snapshot, err := h.Store.Settings(ctx)
	if err != nil {
		return Result{}, err
	}
	settings := inventory.Check(snapshot, now).Global
	if settings.Weekly.IsZero() {
		return Result{}, nil
	}
	due, err := settings.Weekly.Latest(now, settings.Timezone)
	if err != nil || now.Sub(due) > latest {
		return Result{}, err
	}
	mark := tables.Record{Subject: marks, Time: due, Execution: "sent", ExpiresAt: due.Add(keptMarks), Detail: Result{Sent: true}}
	if sent, err := h.Logs.Has(ctx, mark); err != nil || sent {
		return Result{}, err
	}
	message, err := h.message(ctx, due)
	if err != nil {
		return Result{}, err
	}
	if err := h.Topics.Publish(ctx, settings.Weekly.To, message); err != nil {
		return Result{}, err
	}
	log.Info("the weekly summary is sent", "due", due.Format(time.RFC3339))
	return Result{Sent: true}, h.Logs.Put(ctx, mark)
}

// message reads the configuration and the records, and words the summary of the week that ends at due.
func (h Handler) message(ctx context.Context, due time.Time) (Message, error) {
	snapshot, err := h.Store.Read(ctx)
	if err != nil {
		return Message{}, err
	}
	held := inventory.Check(snapshot.In(h.Region), due)
	from := due.AddDate(0, 0, -7)
	book, err := h.read(ctx, held, from, due)
	if err != nil {
		return Message{}, err
	}
	for i := range book.Nodegroups {
		n := &book.Nodegroups[i]
		if p, set := held.Global.Prices.Nodegroups[n.Cluster+"/"+n.Name]; set {
			n.Rate = savings.Rate{Low: p, High: p, Source: savings.FromSettings}
		}
	}
	return week{from: from, until: due, book: book, units: held.Valid(), calendars: held.CalendarByName}.message()
}
