package loadconfig

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// held returns a configuration with a hold of the given age.
type held struct {
	store
	since time.Duration
	hold  *inventory.Hold
}

func (h *held) Names(ctx context.Context) (inventory.Snapshot, error) {
	s, err := h.store.Names(ctx)
	s.Settings.Hold, s.Settings.UpdatedAt, s.Settings.UpdatedBy, s.Settings.Reason = h.hold, now.Add(-h.since), "rui", "paused until 120 clusters are written"
	return s, err
}

// TestAnInterruptedHoldFailsReconcileRuns, so that people are alerted once an hour. Nothing else would alert them.
func TestAnInterruptedHoldFailsReconcileRuns(t *testing.T) {
	t.Parallel()
	const (
		reconcile = `{"trigger":"reconcile"}`
		paused    = "scaling is paused"
		writing   = "scaling is paused: a configuration is written only in part since 2026-11-24T09:"
	)
	resumes := &inventory.Hold{Document: "d", Resumes: true}
	for _, row := range []struct {
		rule   string
		hold   *inventory.Hold
		since  time.Duration
		input  string
		notice string
		fails  string
	}{
		{"config apply is at work", resumes, 5 * time.Minute, reconcile, writing + "24:59Z by rui (paused until 120 clusters are written)", ""},
		{"it was interrupted", resumes, 20 * time.Minute, reconcile, "", "settings/global: a configuration is written only in part since 2026-11-24T09:09:59Z by rui (paused until 120 clusters are written)"},
		{"it was interrupted, and somebody paused scaling", &inventory.Hold{Document: "d"}, 20 * time.Minute, reconcile, "", "a configuration is written only in part"},
		{"a run for a transition is skipped", resumes, 20 * time.Minute, `{"trigger":"schedule"}`, writing, ""},
		{"a manual run is skipped", resumes, 20 * time.Minute, `{"trigger":"manual"}`, writing, ""},
		{"a person's pause is silent", nil, 20 * time.Minute, reconcile, paused, ""},
	} {
		s := &held{store{settings: `{"paused":true,"timezone":"UTC"}`, clusters: []string{"production"}, reads: nil}, row.since, row.hold}
		h := Handler{Store: s, Now: func() time.Time { return now }}
		got, err := h.Handle(t.Context(), slog.New(slog.DiscardHandler), run.LoadConfigRequest{Execution: run.Execution{Name: "run"}, Input: json.RawMessage(row.input)})
		if row.fails == "" {
			if err != nil || !strings.HasPrefix(got.Notice, row.notice) || len(got.Units) > 0 {
				t.Errorf("%s: found %q, %v and the units %v; want %q", row.rule, got.Notice, err, got.Units, row.notice)
			}
			continue
		}
		if own, ok := errors.AsType[*run.Error](err); !ok || own.Name != run.ConfigIncompleteError || !strings.Contains(err.Error(), row.fails) {
			t.Errorf("%s: found %v; want a ConfigIncompleteError, %q", row.rule, err, row.fails)
		}
	}
}
