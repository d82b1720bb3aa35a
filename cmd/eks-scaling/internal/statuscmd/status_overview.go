package statuscmd

import (
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
)

// overview has a line for each part of the system.
func overview(r report.Report) []term.Row {
	state := map[report.ScalingState]string{report.Active: "active", report.Unclear: "unknown"}
	paused := ""
	if r.Scaling.State == report.OnPause {
		paused = "PAUSED"
	}
	return []term.Row{
		part("SCALING", state[r.Scaling.State], paused),
		stackRow(r.Stack),
		configurationRow(r.Configuration),
		triggersRow(r.Triggers, r.Clusters),
		alarmsRow(r.Alarms),
		subscriptionsRow(r.Subscriptions),
		deadLettersRow(r.DeadLetters),
		lastSuccessRow(r),
	}
}

// brief puts the overview into one sentence.
func brief(r report.Report) string {
	var parts []string
	for _, row := range overview(r) {
		name, text := strings.ToLower(row.Cells[0]), row.Cells[1]
		if !strings.Contains(text, strings.TrimSuffix(name, "s")) {
			text = name + " " + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// part returns a line of the overview. A problem replaces the text of a part that is in order.
func part(name, fine, bad string) term.Row {
	if bad != "" {
		return term.Row{Mood: term.Failed, Cells: []string{name, bad}}
	}
	return term.Row{Mood: term.Plain, Cells: []string{name, fine}}
}

const unreadWords = "could not be read"

func unreadPart(err string) string {
	if err == "" {
		return ""
	}
	return unreadWords
}

func stackRow(s report.Stack) term.Row {
	bad, text, condition := unreadPart(s.Error), s.Status, s.Condition()
	if words, _, _ := strings.Cut(condition.String(), ","); words != "" {
		text += " (" + words + ")"
	}
	if bad == "" && condition.Failed() {
		bad = text
	}
	return part("STACK", text, bad)
}

func configurationRow(c report.Configuration) term.Row {
	clusters := english.Count(c.Clusters, "cluster")
	switch c.State {
	case report.Valid:
		if c.Partial {
			clusters += " read"
		}
		return part("CONFIGURATION", "valid, "+clusters, "")
	case report.None:
		return part("CONFIGURATION", "no clusters", "")
	case report.Invalid:
		return part("CONFIGURATION", "", english.Count(max(len(c.Findings), 1), "invalid item"))
	case report.CouldNotRead:
	}
	return part("CONFIGURATION", "", unreadWords)
}

func triggersRow(t report.Triggers, clusters []report.Cluster) term.Row {
	var differ, bad []string
	for i, names := range [][]string{t.Missing, t.Disabled, t.NotPlanned} {
		if len(names) > 0 {
			differ = append(differ, fmt.Sprint(len(names), []string{" missing", " disabled", " not planned"}[i]))
		}
	}
	text := english.Count(t.Planned, "trigger")
	switch {
	case t.Error != "":
		bad = []string{unreadWords}
	case !t.Compared:
		text = "not compared: the configuration is invalid"
	case len(differ) == 0:
		text += ", all present"
		if slices.ContainsFunc(clusters, func(c report.Cluster) bool { return c.Error != "" }) {
			text += "; none for invalid clusters"
		}
	case t.Updating:
		text += ", " + strings.Join(differ, ", ") + ": updating after a configuration change"
	default:
		bad = append([]string{text}, differ...)
	}
	if t.Reconcile != report.Present {
		if bad == nil {
			bad = []string{text}
		}
		bad = append(bad, "reconcile "+string(t.Reconcile))
	}
	return part("TRIGGERS", text, strings.Join(bad, ", "))
}

func alarmsRow(a report.Alarms) term.Row {
	raised, silent := len(a.Alarms.Raised()), len(a.Alarms.Silenced())
	var bad []string
	switch missing := len(a.Alarms.Missing()); {
	case a.Error != "":
		return part("ALARMS", "", unreadWords)
	case len(a.Alarms) == 0:
		bad = []string{"none exist"}
	case missing > 0:
		bad = []string{fmt.Sprintf("%d missing", missing)}
	}
	if raised > 0 {
		bad = append(bad, fmt.Sprintf("%d of %d in ALARM", raised, len(a.Alarms)))
	}
	if silent > 0 {
		bad = append(bad, fmt.Sprintf("%d of %d notify no one", silent, len(a.Alarms)))
	}
	return part("ALARMS", fmt.Sprintf("%d, none in ALARM", len(a.Alarms)), strings.Join(bad, ", "))
}

func subscriptionsRow(s report.Subscriptions) term.Row {
	bad := unreadPart(s.Error)
	if bad == "" && s.Confirmed == 0 {
		bad = "none, no one is notified"
		if s.Unconfirmed > 0 {
			bad = fmt.Sprintf("%d not confirmed, no one is notified", s.Unconfirmed)
		}
	}
	return part("SUBSCRIPTIONS", fmt.Sprintf("%d confirmed", s.Confirmed), bad)
}

func deadLettersRow(d report.DeadLetters) term.Row {
	bad := unreadPart(d.Error)
	if bad == "" && d.Messages > 0 {
		bad = english.Count(d.Messages, "message")
	}
	return part("DEAD LETTERS", "none", bad)
}

func lastSuccessRow(r report.Report) term.Row {
	text := "none yet"
	if !r.Runs.LastSuccess.IsZero() {
		text = term.Relative(r.Runs.LastSuccess, r.At)
	}
	bad := unreadPart(r.Runs.Error)
	if late := slices.ContainsFunc(r.Problems, func(f report.Finding) bool { return f.Kind == report.NoRecentRun }); late && bad == "" {
		bad = strings.Replace(text, "none yet", "none found", 1)
	}
	return part("LAST SUCCESS", text, bad)
}
