package night

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"time"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/functions/steps/readsignals"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/run"
)

// signals is what a night knows of its signals.
type signals struct {
	heard   map[string]heard     // by run
	unread  map[string]Fate      // of runs whose signals cannot be read
	beliefs map[string]beliefs   // by unit
	changed map[string]time.Time // when a condition of a unit was last turned on or off
	slow    []time.Time          // the looks whose readings arrive late
	// verdicts holds the beliefs from which the calls of each round were decided.
	verdicts map[task]beliefs
}

func newSignals() signals {
	return signals{
		heard: map[string]heard{}, unread: map[string]Fate{}, beliefs: map[string]beliefs{}, changed: map[string]time.Time{},
		verdicts: map[task]beliefs{},
	}
}

// late returns how late readings arrive at an instant.
func (s signals) late(t time.Time) time.Duration {
	if slices.ContainsFunc(s.slow, func(from time.Time) bool { return !t.Before(from) && t.Before(from.Add(4*time.Second)) }) {
		return 18 * time.Second
	}
	return 0
}

// judging is what an invocation of decide judges conditions from.
type judging struct {
	place setting // the configuration that it has read
	basis string
	round int
	at    time.Time
	// judged is what it must have judged when it recorded its round; nil before that.
	judged beliefs
}

// unread returns the fate of all readings of a run, so that its units decide without any. It may happen in a calm night too: no run
// fails because of it.
func (i *invocation) unread() Fate {
	if i.function != readSignals || i.clean || len(i.place.signals) == 0 {
		return Fine
	}
	fate, drawn := i.signals.unread[i.run]
	if !drawn {
		fate = []Fate{
			Failed, TooSlow, Refused, Throttled, KilledBefore, Fine, Fine, Fine, Fine, Fine,
			Fine, Fine, Fine, Fine, Fine, Fine, Fine, Fine, Fine, Fine, Fine, Fine, Fine, Fine,
		}[i.luck.IntN(24)]
		i.signals.unread[i.run] = fate
	}
	return fate
}

// readSignals runs the step. Some answers arrive late, so that other runs decide from newer ones before.
func (i *invocation) readSignals(ctx context.Context, log *slog.Logger, store *tables.Config, payload json.RawMessage) (any, error) {
	i.reads = heard{at: i.now().UTC().Truncate(time.Millisecond), answers: map[string]answer{}}
	answers := i.place.answersOf(i.Now())
	for _, s := range i.place.signals {
		i.reads.answers[s.name] = answers[s.address]
		i.tell("    run %s reads %s: %q, error %v", i.run, s.name, answers[s.address].value, answers[s.address].err)
	}
	h := readsignals.Handler{Store: store, Sources: answers.sources(), Now: i.now}
	out, err := step.Run(ctx, log, h.Handle, payload)
	i.Sleep(answers.slowest() + i.signals.late(i.Now()))
	return out, err
}

// judges notes what decide is asked for.
func (i *invocation) judges(t run.UnitTask) {
	i.judging.round, i.judging.at = t.Round+1, i.began.Add(i.skew).UTC().Truncate(time.Millisecond)
	if t.Run.Due.After(i.judging.at) {
		i.judging.at = t.Run.Due
	}
}
