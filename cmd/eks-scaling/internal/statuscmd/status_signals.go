package statuscmd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
)

// signalWords returns text such as "signal rain: 25, read 5m ago; storm (rain > 20, until 12) has been on for 2h".
func (p printer) signalWords(s health.Condition) string {
	if !s.Open {
		return fmt.Sprintf("signal %s: not used now; %s is outside its window", s.Signal, s.Period)
	}
	be := "is"
	if p.lasted(s) != "" {
		be = "has been"
	}
	return fmt.Sprintf("signal %s: %s; %s (%s) %s %s", s.Signal, p.valueWords(s), s.Period, s.Thresholds(), be, p.standing(s))
}

// valueWords says which value counts and how old it is, or why none does.
func (p printer) valueWords(s health.Condition) string {
	switch {
	case s.Otherwise != "" && !s.Judged:
		return "no run has read it yet, otherwise " + string(s.Otherwise)
	case s.Otherwise != "":
		return strings.TrimPrefix(s.Reason, s.Signal+" ")
	case s.Error != "":
		return fmt.Sprintf("%s, read %s, and the last reading failed: %s", s.Value, term.Relative(s.ReadAt, p.r.At), s.Error)
	default:
		return fmt.Sprintf("%s, read %s", s.Value, term.Relative(s.ReadAt, p.r.At))
	}
}

// standing returns text such as "on for 2h".
func (p printer) standing(s health.Condition) string {
	text := "off"
	if s.On {
		text = "on"
	}
	if s.Due {
		return text + " from the next run on"
	}
	return text + p.lasted(s)
}

// lasted returns text such as " for 2h"; empty right after a change.
func (p printer) lasted(s health.Condition) string {
	if d := p.r.At.Sub(s.Since); !s.Since.IsZero() && !s.Due && d >= time.Minute {
		return " for " + term.Age(d)
	}
	return ""
}

// moodOfSignal marks a signal whose fallback decides, and one whose last reading failed.
func moodOfSignal(s health.Condition) term.Mood {
	switch {
	case s.Otherwise != "" && s.Judged:
		return term.Failed
	case s.Error != "":
		return term.Warning
	default:
		return term.Plain
	}
}

// maxSignals limits the conditions that are shown of clusters without problems.
const maxSignals = 10

// signals shows the conditions of the clusters that have only a line each: first those that need attention, then those that are on.
func (p printer) signals() {
	type of struct {
		unit string
		health.Condition
	}
	var all []of
	for _, c := range p.r.Clusters {
		for _, s := range c.Signals {
			if s.Open && !inTrouble(c) {
				all = append(all, of{c.Name, s})
			}
		}
	}
	if len(all) == 0 {
		return
	}
	rank := func(o of) int {
		switch {
		case moodOfSignal(o.Condition) != term.Plain:
			return 0
		case o.On:
			return 1
		default:
			return 2
		}
	}
	slices.SortStableFunc(all, func(a, b of) int { return cmp.Compare(rank(a), rank(b)) })
	rows := []term.Row{{Mood: term.Plain, Cells: []string{"SIGNAL", "VALUE", "READ", "CONDITION"}}}
	for _, o := range all[:min(len(all), maxSignals)] {
		rows = append(rows, term.Row{Mood: moodOfSignal(o.Condition), Cells: []string{o.Signal, p.shortValue(o.Condition), p.shortAge(o.Condition), p.shortCondition(o.unit, o.Condition)}})
	}
	p.Add("")
	p.Table("", rows)
	if more := len(all) - maxSignals; more > 0 {
		p.Add(fmt.Sprintf("and %s; --all shows all", english.Count(more, "more condition")))
	}
}

func (p printer) shortValue(s health.Condition) string { return cmp.Or(s.Value, "-") }

func (p printer) shortAge(s health.Condition) string {
	if s.Value == "" {
		return "-"
	}
	return term.Relative(s.ReadAt, p.r.At)
}

// shortCondition returns text such as "production, storm: on for 2h".
func (p printer) shortCondition(unit string, s health.Condition) string {
	text := fmt.Sprintf("%s, %s: %s", unit, s.Period, p.standing(s))
	switch {
	case s.Otherwise != "":
		return text + ", by otherwise"
	case s.Error != "":
		return text + ", last reading failed"
	default:
		return text
	}
}
