package previewcmd

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/signal"
)

// readSignals reads the values of --signal.
func (c *loadedConfig) readSignals(cmd *cobra.Command, texts []string) error {
	c.given = map[string]string{}
	for _, text := range texts {
		name, value, found := strings.Cut(text, "=")
		if !found || name == "" || value == "" {
			return frame.Usage(cmd, fmt.Errorf("--signal: invalid value %q: use NAME=VALUE, for example rain=25", text))
		}
		s, known := c.Signals[name]
		if !known {
			return frame.NotFound(fmt.Errorf("--signal: %s", english.Unknown("signal", name, slices.Sorted(maps.Keys(c.Signals)))))
		}
		if _, again := c.given[name]; again {
			return frame.Usage(cmd, fmt.Errorf("--signal: %s is given twice", name))
		}
		if err := c.checkSignal(name, value, s); err != nil {
			return frame.Usage(cmd, fmt.Errorf("--signal %s: %w", name, err))
		}
		c.given[name] = value
	}
	return nil
}

// checkSignal refuses a value that the signal never has, one that its conditions cannot use, and one that has no effect.
func (c *loadedConfig) checkSignal(name, value string, s config.Signal) error {
	conditions := c.conditionsOn(name)
	_, isNumber := signal.Number(value)
	needsNumber := !slices.ContainsFunc(conditions, func(w *schedule.Condition) bool { return w.Is != "" })
	states := s.Source().States()
	switch {
	case len(conditions) == 0:
		return errors.New("no period of these clusters uses it")
	case states != nil && !slices.Contains(states, value):
		return errors.New(english.Unknown(string(s.Source())+" state", value, states))
	case needsNumber && !isNumber:
		return fmt.Errorf("invalid value %q: must be a number, for example 20 or -0.5", value)
	case len([]rune(value)) > signal.MaxValue:
		return fmt.Errorf("must have at most %d characters", signal.MaxValue)
	}
	return nil
}

// conditionsOn returns the conditions of the shown units that depend on a signal.
func (c *loadedConfig) conditionsOn(name string) (all []*schedule.Condition) {
	for _, u := range c.units {
		for _, p := range u.Schedule.Periods {
			if p.When != nil && p.When.Signal == name {
				all = append(all, p.When)
			}
		}
	}
	return all
}
