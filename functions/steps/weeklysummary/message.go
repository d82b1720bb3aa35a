package weeklysummary

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/functions/internal/alert"
	"eks-scaling-automation/functions/internal/chat"
	"eks-scaling-automation/shared/aws/ledger"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/printable"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/savings"
)

// Message is the summary. Chat is the form that Amazon Q Developer in chat applications renders.
type Message struct{ Subject, Text, Chat string }

// week is what the summary is about.
type week struct {
	from, until time.Time
	book        ledger.Book
	units       []config.Unit
	calendars   map[string]config.Calendar
}

// maxListed limits each list of the summary.
const maxListed = 10

func (w week) message() (Message, error) {
	title := fmt.Sprintf("EKS scaling: week to %s", w.until.Format("Mon 2006-01-02"))
	var text strings.Builder
	fmt.Fprintf(&text, "Week from %s to %s (%s)\n\n", w.from.Format(minute), w.until.Format(minute), w.until.Location())
	for _, line := range slices.Concat(w.ran(), w.saved()) {
		text.WriteString(line + "\n")
	}
	for _, part := range []struct {
		title string
		lines []string
	}{{"Failed:", w.failed()}, {"About to end:", w.ending()}} {
		if len(part.lines) > 0 {
			text.WriteString("\n" + part.title + "\n  " + strings.Join(limited(part.lines), "\n  ") + "\n")
		}
	}
	body := text.String() + "\nTo do: " + strings.Join(steps(), "\nTo do: ") + "\n"
	inChat, err := w.chatMessage(title, text.String()).JSON()
	return Message{Subject: alert.Subject(title), Text: alert.Message(body), Chat: inChat}, err
}

const minute = "Mon 2006-01-02 15:04"

// steps are the commands that show more.
func steps() []string {
	return []string{"Show the savings with: eks-scaling savings --since 7d", "Show what failed with: eks-scaling history --problems --since 7d"}
}

func limited(lines []string) []string {
	if more := len(lines) - maxListed; more > 0 {
		return append(slices.Clone(lines[:maxListed]), fmt.Sprintf("and %d more", more))
	}
	return lines
}

func (w week) in(t time.Time) bool { return !t.Before(w.from) && t.Before(w.until) }

// ran counts runs and changes.
func (w week) ran() []string {
	runs, failed := 0, 0
	for _, r := range w.book.Runs {
		if w.in(r.Run.TakenAt) {
			runs++
			if r.Outcome == run.Failed {
				failed++
			}
		}
	}
	return []string{fmt.Sprintf("Ran:    %s, %d failed; node groups scaled %d times", english.Count(runs, "run"), failed, w.book.Scaled)}
}

// saved sums up the node hours. Money is only known for node groups with a price in the configuration.
func (w week) saved() (lines []string) {
	_, sum := savings.Rows(w.book.Nodegroups, w.from, w.until, savings.ByCluster)
	total, ours := sum.Total(), sum.Ours()
	verb, saved := "Saved:  ", ours.Saved()
	if saved < 0 {
		verb, saved = "Cost:   ", -saved
	}
	line := fmt.Sprintf("%s%s of %s node hours", verb, saved, total.Baseline)
	if ours.Value != nil {
		value := *ours.Value
		if ours.Saved() < 0 {
			value = savings.Range{}.Less(value)
		}
		line += fmt.Sprintf(", up to USD %s at the configured prices", value)
		if unpriced := w.unpriced(); unpriced > 0 {
			line += fmt.Sprintf(", without %s", english.Count(unpriced, "node group"))
		}
	}
	lines = append(lines, line)
	switch others := total.Saved() - ours.Saved(); {
	case others > 0:
		lines = append(lines, fmt.Sprintf("Others: %s saved by an autoscaler, a person or an unrecorded cause", others))
	case others < 0:
		lines = append(lines, fmt.Sprintf("Others: %s more ran, by an autoscaler, a person or an unrecorded cause", -others))
	}
	var gaps []string
	for _, g := range w.book.Gaps {
		gaps = append(gaps, fmt.Sprintf("No records from %s to %s: sizes are assumed to be unchanged", g.From.In(w.until.Location()).Format(minute), g.Until.In(w.until.Location()).Format(minute)))
	}
	return append(lines, limited(gaps)...)
}

func (w week) unpriced() (n int) {
	for _, g := range w.book.Nodegroups {
		if !g.Rate.Known() {
			n++
		}
	}
	return n
}

// failed lists the failed changes, the latest first.
func (w week) failed() (lines []string) {
	for _, c := range w.book.Failed {
		if c.Error == nil {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s  %s/%s: %s", c.Run.TakenAt.In(w.until.Location()).Format(minute), c.Cluster, c.Nodegroup, alert.Cut(printable.Line(c.Error.Message()), 200)))
	}
	return lines
}

// ending lists the overrides that end in the coming week, and the calendars without later dates.
func (w week) ending() (lines []string) {
	next := w.until.AddDate(0, 0, 7)
	for _, u := range w.units {
		for _, o := range u.Timeline().Overrides {
			if o.Until.After(w.until) && !o.Until.After(next) {
				lines = append(lines, fmt.Sprintf("override %s of %s ends %s", o.Name, u.Name, o.Until.In(w.until.Location()).Format(minute)))
			}
		}
	}
	for _, e := range config.EndingCalendars(w.units, w.calendars, w.until) {
		lines = append(lines, e.String())
	}
	return lines
}

// chatMessage is the summary for chat, in a thread of its own.
func (w week) chatMessage(title, text string) chat.Message {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		lines[i] = chat.Escape(line)
	}
	id := marks + "-" + w.until.Format(time.DateOnly)
	return chat.Message{
		ID: id, Title: title, Description: strings.Join(lines, "\n"), NextSteps: steps(), Keywords: []string{"eks-scaling", "weekly"}, Thread: id, Type: "Weekly Summary",
	}
}
