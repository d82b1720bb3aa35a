// Package readsignals is the step that reads every signal once, for all units of a run. What cannot be read becomes a reading with
// an error: conditions then end as the signal says, and the run continues.
//
// Secrets never leave this package: not in a reading, not in an error, and not in a log line.
package readsignals

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	smithy "github.com/aws/smithy-go"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/printable"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/signal"
)

// Store reads the settings.
type Store interface {
	Settings(ctx context.Context) (inventory.Snapshot, error)
}

// Source reads the value of a signal. It ends when the context does.
type Source func(ctx context.Context, s config.Signal) (string, error)

// Handler is the step.
type Handler struct {
	Store   Store
	Sources map[config.Source]Source
	Now     func() time.Time
}

// The limits of a run's reading. The function's timeout is long enough for all signals that a configuration can have.
const (
	atOnce   = 10
	patience = 5 * time.Second
)

// Handle adds the readings to the state of the run. It fails only if the settings cannot be read.
func (h Handler) Handle(ctx context.Context, log *slog.Logger, in run.LoadConfigResult) (run.LoadConfigResult, error) {
	now := h.Now().UTC().Truncate(time.Millisecond)
	stored, err := h.Store.Settings(ctx)
	if err != nil {
		return in, err
	}
	settings, _, err := stored.CheckedSettings()
	if err != nil {
		return in, err
	}
	in.Readings = h.read(ctx, settings.Signals, now)
	for _, name := range slices.Sorted(maps.Keys(in.Readings)) {
		reading := in.Readings[name]
		log.Info("read", "signal", name, "value", reading.Value, "error", reading.Error)
	}
	return in, nil
}

// read reads all signals, some at a time. Each has the run's instant: a value is never newer than that.
func (h Handler) read(ctx context.Context, signals map[string]config.Signal, now time.Time) signal.Readings {
	readings := signal.Readings{}
	var mu sync.Mutex
	var group errgroup.Group
	group.SetLimit(atOnce)
	for name, s := range signals {
		group.Go(func() error {
			value, err := h.readOne(ctx, s)
			reading := signal.Reading{At: now, Value: value}
			if err != nil {
				reading = signal.Reading{At: now, Error: inWords(err)}
			}
			mu.Lock()
			defer mu.Unlock()
			readings[name] = reading
			return nil
		})
	}
	_ = group.Wait() // no reading fails the others
	return readings
}

// readOne reads a signal in its time.
func (h Handler) readOne(ctx context.Context, s config.Signal) (value string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	defer func() {
		// A fault with one answer must not cost the other signals. What it says may hold a secret.
		if recover() != nil {
			value, err = "", errors.New("the answer could not be evaluated")
		}
	}()
	source, known := h.Sources[s.Source()]
	if !known {
		return "", fmt.Errorf("unknown source %q", s.Source())
	}
	value, err = source(ctx, s)
	if err != nil {
		return "", err
	}
	return checked(strings.TrimSpace(value))
}

// checked refuses a value that is no short line of text.
func checked(value string) (string, error) {
	switch {
	case value == "":
		return "", errors.New("the value is empty")
	case !utf8.ValidString(value) || printable.Check(value) != nil:
		return "", errors.New("the value is not one line of printable text")
	case utf8.RuneCountInString(value) > signal.MaxValue:
		return "", fmt.Errorf("the value has %s: at most %d are possible",
			english.Count(utf8.RuneCountInString(value), "character"), signal.MaxValue)
	}
	return value, nil
}

// inWords returns an error as a line of a reading.
func inWords(err error) string {
	text := said(err).Error()
	if awserr.TimedOut(err) || errors.Is(err, context.Canceled) {
		text = "no answer in time"
	}
	line := []rune(printable.Line(strings.ToValidUTF8(text, "?")))
	if len(line) > signal.MaxError {
		line = append(line[:signal.MaxError-1], '…')
	}
	return string(line)
}

// said reduces an error of AWS to what the service said.
func said(err error) error {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return errors.New(strings.TrimSuffix(api.ErrorCode()+": "+api.ErrorMessage(), ": "))
	}
	return err
}
