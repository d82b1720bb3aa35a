package readsignals

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	smithy "github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/signal"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// settings is a store with the settings as they are written.
type settings string

func (s settings) Settings(context.Context) (stored inventory.Snapshot, err error) {
	if s == "" {
		return stored, errors.New("no table")
	}
	stored.Settings = &inventory.Item{Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Spec: json.RawMessage(s)}
	return stored, nil
}

// parameters are settings with signals of this number, each from the parameter of its name.
func parameters(n int) settings {
	signals := map[string]config.Signal{}
	for i := range n {
		name := fmt.Sprintf("s%02d", i)
		signals[name] = config.Signal{Parameter: name, MaxAge: config.Duration(time.Hour), Otherwise: signal.OtherwiseFalse}
	}
	text, err := json.Marshal(config.Settings{Timezone: "UTC", Signals: signals})
	if err != nil {
		panic(err)
	}
	return settings(text)
}

func handle(ctx context.Context, log *slog.Logger, store Store, source Source) (run.LoadConfigResult, error) {
	h := Handler{Store: store, Sources: map[config.Source]Source{config.FromParameter: source}, Now: func() time.Time { return now.Add(123) }}
	return h.Handle(ctx, log, run.LoadConfigResult{Units: []string{"production"}, Signals: true, Readings: signal.Readings{}})
}

var silent = slog.New(slog.DiscardHandler)

func TestEachSignalHasItsReading(t *testing.T) {
	t.Parallel()
	source := func(_ context.Context, s config.Signal) (string, error) {
		switch s.Parameter {
		case "s00":
			return " 25.5\n", nil
		case "s01":
			return "", errors.New("two\nlines\x00 and " + strings.Repeat("ñ", 300))
		case "s02":
			panic("a fault with a secret")
		case "s03":
			return strings.Repeat("ñ", 100), nil
		case "s04":
			return strings.Repeat("ñ", 101), nil
		case "s05":
			return " \t", nil
		case "s06":
			return "a\nb", nil
		case "s07":
			return "\xff", nil
		default:
			return "", &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "not authorized"}
		}
	}
	got, err := handle(t.Context(), silent, parameters(9), source)
	if err != nil {
		t.Fatal(err)
	}
	want := run.LoadConfigResult{Units: []string{"production"}, Signals: true, Readings: signal.Readings{
		"s00": {At: now, Value: "25.5"},
		"s01": {At: now, Error: "two lines? and " + strings.Repeat("ñ", 184) + "…"},
		"s02": {At: now, Error: "the answer could not be evaluated"},
		"s03": {At: now, Value: strings.Repeat("ñ", 100)},
		"s04": {At: now, Error: "the value has 101 characters: at most 100 are possible"},
		"s05": {At: now, Error: "the value is empty"},
		"s06": {At: now, Error: "the value is not one line of printable text"},
		"s07": {At: now, Error: "the value is not one line of printable text"},
		"s08": {At: now, Error: "AccessDeniedException: not authorized"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A source without an implementation is a fault of one signal, too.
func TestUnknownSource(t *testing.T) {
	t.Parallel()
	got, err := handle(t.Context(), silent, settings(`{"paused":false,"timezone":"UTC","signals":{"a":{"alarm":"b","otherwise":false}}}`), nil)
	if want := (signal.Reading{At: now, Error: `unknown source "alarm"`}); err != nil || got.Readings["a"] != want {
		t.Errorf("found %+v and %v", got.Readings, err)
	}
}

func TestOnlyTheSettingsCanFailTheStep(t *testing.T) {
	t.Parallel()
	if _, err := handle(t.Context(), silent, settings(""), nil); err == nil || err.Error() != "no table" {
		t.Errorf("found %v", err)
	}
	_, err := handle(t.Context(), silent, settings(`{"paused":1}`), nil)
	if own, ok := errors.AsType[*run.Error](err); !ok || own.Name != run.ConfigInvalidError {
		t.Errorf("found %v", err)
	}
	got, err := handle(t.Context(), silent, settings(`{"paused":false,"timezone":"UTC"}`), nil)
	if err != nil || got.Readings == nil || len(got.Readings) != 0 {
		t.Errorf("without signals: found %v and %v; want an empty object", got.Readings, err)
	}
}

// At most ten signals are read at a time, five seconds each.
func TestSignalsThatHang(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var reading, most atomic.Int32
		source := func(ctx context.Context, s config.Signal) (string, error) {
			most.Store(max(most.Load(), reading.Add(1)))
			defer reading.Add(-1)
			if s.Parameter == "s00" {
				return "1", nil
			}
			<-ctx.Done()
			return "", fmt.Errorf("calling: %w", ctx.Err())
		}
		began := time.Now()
		got, err := handle(t.Context(), silent, parameters(25), source)
		if took := time.Since(began); err != nil || took != 15*time.Second || most.Load() != atOnce {
			t.Errorf("took %s, %d at a time, %v; want 15s, %d", took, most.Load(), err, atOnce)
		}
		if len(got.Readings) != 25 || got.Readings["s00"].Value != "1" || got.Readings["s24"].Error != "no answer in time" {
			t.Errorf("found %+v", got.Readings)
		}
	})
}

// When the function's own time is over, it still answers, with what it has.
func TestFunctionsDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
		defer cancel()
		began := time.Now()
		got, err := handle(ctx, silent, parameters(50), func(ctx context.Context, _ config.Signal) (string, error) {
			<-ctx.Done()
			return "", ctx.Err()
		})
		if took := time.Since(began); err != nil || took != 7*time.Second || len(got.Readings) != 50 {
			t.Errorf("took %s, %d readings, %v; want 7s and 50", took, len(got.Readings), err)
		}
	})
}

func TestLog(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	source := func(_ context.Context, s config.Signal) (string, error) {
		if s.Parameter == "s01" {
			return "", errors.New("refused")
		}
		return "25", nil
	}
	if _, err := handle(t.Context(), slog.New(slog.NewJSONHandler(&text, nil)), parameters(2), source); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(text.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], `"signal":"s00","value":"25","error":""`) || !strings.Contains(lines[1], `"signal":"s01","value":"","error":"refused"`) {
		t.Error(text.String())
	}
}
