package previewcmd

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/signal"
)

// conditionExplanation is the condition of a period whose window is open, with what the other outcome would be.
type conditionExplanation struct {
	health.Condition
	Other otherOutcome `json:"other"`

	memory signal.Memory
}

// otherOutcome is what would hold if the condition were what it is not.
type otherOutcome struct {
	If         string                  `json:"if"` // such as "rain were above 20"
	Nodegroups []agenda.NodegroupSizes `json:"nodegroups"`
}

// isNow reports whether an instant is the present one, which has no fraction of a second.
func (c loadedConfig) isNow(at time.Time) bool { return at.Equal(c.now.Truncate(time.Second)) }

// readingsAt returns the values of --signal as readings at an instant.
func (c loadedConfig) readingsAt(at time.Time) signal.Readings {
	readings := signal.Readings{}
	for name, value := range c.given {
		readings[name] = signal.Reading{Value: value, At: at}
	}
	return readings
}

// explainConditions explains the conditions of the periods whose window is open.
func (c loadedConfig) explainConditions(u config.Unit, judged config.Judgements, timeline scaling.Timeline, at time.Time) (all []conditionExplanation) {
	for i, state := range c.facts[u.Name].Conditions(u, judged, c.readingsAt(at), at) {
		state.Due = state.Due && c.isNow(at)
		e := conditionExplanation{Condition: state, memory: judged[i].Memory}
		e.Other = otherOutcome{state.Flip(e.memory, at), agenda.SizesOf(u, health.Flipped(timeline, state.Period, at))}
		all = append(all, e)
	}
	return all
}

// conditionsInWords says what the conditions are, why, and what the other outcomes would be.
func (c loadedConfig) conditionsInWords(out io.Writer, width int, e clusterExplanation, local func(time.Time) string, at time.Time) {
	for i, state := range e.Conditions {
		if i == 0 && !c.isNow(at) && c.session != nil {
			term.SayBeside(out, width, "  ", "conditions, judged with the values that are remembered now:")
		}
		term.SayBeside(out, width, "  ", fmt.Sprintf("condition of %s (%s): %s", state.Period, state.Thresholds(), state.standing(local)))
		term.SayBeside(out, width, "    ", c.because(state, local, at))
		changes := agenda.Changes(e.Nodegroups, state.Other.Nodegroups)
		if len(changes) == 0 {
			changes = []string{"no size would change"}
		}
		term.SayBeside(out, width, "    ", "if "+state.Other.If+": "+strings.Join(changes, ", "))
	}
}

// standing returns text such as "on since Tue 2026-11-24 10:00 -03:00".
func (e conditionExplanation) standing(local func(time.Time) string) string {
	text := "off"
	if e.On {
		text = "on"
	}
	switch {
	case e.Since.IsZero():
		return text
	case e.memory.On && !e.On:
		return "off, as it turned on later, at " + local(e.Since)
	default:
		return text + " since " + local(e.Since)
	}
}

// because returns the reason of a condition, and how old its value is.
func (c loadedConfig) because(e conditionExplanation, local func(time.Time) string, at time.Time) string {
	switch {
	case e.Given:
		return e.Reason + " (given with --signal)"
	case c.session == nil:
		return fmt.Sprintf("no value is known without AWS, so otherwise %s decides; try one with: --signal %s", e.Otherwise, e.example())
	case e.Otherwise != "":
		return e.Reason
	}
	text := e.Reason + "; read at " + local(e.ReadAt)
	if c.isNow(at) {
		text = e.Reason + "; read " + term.Relative(e.ReadAt, at)
	}
	if e.Error != "" {
		text += ", and the last reading failed: " + e.Error
	}
	return text
}

// example returns a value that changes the condition, as --signal takes it.
func (e conditionExplanation) example() string {
	return runwords.ShellWord(e.Signal + "=" + e.otherValue())
}

func (e conditionExplanation) otherValue() string {
	switch w := e.When; {
	case e.On && w.Is != "":
		return offValue(w.Is)
	case e.On && w.Above != nil:
		return schedule.Decimal(*cmp.Or(w.Until, w.Above))
	case e.On:
		return schedule.Decimal(*cmp.Or(w.Until, w.Below))
	case w.Above != nil:
		return schedule.Decimal(*w.Above + 1)
	case w.Below != nil:
		return schedule.Decimal(*w.Below - 1)
	default:
		return w.Is
	}
}

// offValue returns another value than a text. Alarms and calendars have only some.
func offValue(is string) string {
	for _, source := range []config.Source{config.FromAlarm, config.FromCalendar} {
		states := source.States()
		if i := slices.Index(states, is); i >= 0 {
			return states[(i+1)%len(states)]
		}
	}
	return "other"
}

// readRecords reads what the units remember of their conditions, and how long the last scale-ups took. They only add to an explanation,
// so an error is a warning.
func (c *loadedConfig) readRecords(cmd *cobra.Command, at []time.Time) {
	if c.session == nil {
		return
	}
	var clusters []string
	for _, u := range c.units {
		clusters = append(clusters, u.Cluster)
	}
	applied, err := c.session.Logs.AppliedTo(cmd.Context(), clusters)
	if err != nil {
		term.Say(c.session.Notes, "warning: the last durations and the remembered signals cannot be read: %s\n", frame.Sentence(err))
	}
	c.took = map[string]map[string]time.Duration{}
	for cluster, a := range applied {
		c.took[cluster] = health.DurationsOf(a)
	}
	c.facts = map[string]health.ConditionFacts{}
	var open []string
	for _, u := range c.units {
		c.facts[u.Name] = health.ConditionFacts{Remembered: applied[u.Cluster].Conditions[u.Name]}
		if slices.ContainsFunc(at, func(t time.Time) bool { return c.isNow(t) && len(u.Timetable().Open(t)) > 0 }) {
			open = append(open, u.Name)
		}
	}
	c.readFailures(cmd, open)
}

// readFailures reads which readings failed in the last runs of units.
func (c *loadedConfig) readFailures(cmd *cobra.Command, units []string) {
	if len(units) == 0 {
		return
	}
	logs := c.session.Logs
	runs, err := logs.Runs(cmd.Context(), c.now.Add(-collect.ReadingsFor))
	var failed map[string]signal.Readings
	if err == nil {
		failed, err = collect.FailedReadings(cmd.Context(), logs.UnitRecords, runs, units)
	}
	if err != nil {
		term.Say(c.session.Notes, "warning: it is unknown whether the last readings of signals failed: %s\n", frame.Sentence(err))
	}
	for name, readings := range failed {
		facts := c.facts[name]
		facts.Failed = readings
		c.facts[name] = facts
	}
}
