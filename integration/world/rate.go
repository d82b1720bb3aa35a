package world

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"eks-scaling-automation/integration/aws/template"
)

// rateRule is a rule of EventBridge that calls functions at a rate.
type rateRule struct {
	name    string
	every   time.Duration
	targets []string // ARNs
}

// makeRateRule creates a rule with a schedule such as rate(15 minutes).
func (w *World) makeRateRule(r template.Resource, expression string, targets []string) error {
	var every int
	if _, err := fmt.Sscanf(expression, "rate(%d minutes)", &every); err != nil || every < 1 {
		return fmt.Errorf("rule %s: schedule %q is not supported; rate(N minutes) is", r.Name, expression)
	}
	w.rates = append(w.rates, rateRule{r.Name, time.Duration(every) * time.Minute, targets})
	return nil
}

// Tick does what EventBridge does in (from, until], besides starting runs: it sends the events of schedules, calls the targets of rules
// with a rate, and delivers all events. A rule that is due several times is called once.
func (w *World) Tick(ctx context.Context, from, until time.Time) error {
	w.Announce(from, until)
	var problems []error
	for _, r := range w.rates {
		at := until.Truncate(r.every)
		if !at.After(from) {
			continue
		}
		event := fmt.Appendf(nil, `{"source":"aws.events","detail-type":"Scheduled Event","time":%q,"resources":[],"detail":{}}`, at.UTC().Format(time.RFC3339))
		for _, target := range r.targets {
			result, err := w.Lambda.Invoke(ctx, target[strings.LastIndex(target, ":")+1:], event)
			if err == nil && result.FunctionError != "" {
				err = errors.New(string(result.Payload))
			}
			if err != nil {
				problems = append(problems, fmt.Errorf("rule %s: %w", r.name, err))
			}
		}
	}
	return errors.Join(append(problems, w.DeliverEvents(ctx))...)
}
