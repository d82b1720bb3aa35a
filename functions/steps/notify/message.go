package notify

import (
	"encoding/json"
	"fmt"
	"strings"

	"eks-scaling-automation/functions/internal/chat"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/run"
)

// messageOf words an event.
func messageOf(e Envelope) (chat.Message, error) {
	wording := map[event.Kind]func(Envelope) (chat.Message, error){
		event.NodeGroupScaled: of(scaled), event.ScalingFailed: of(failed), event.ScaleDownHeldBack: of(heldBack), event.RunFinished: of(finished),
		event.DriftFound: of(drifted), event.OverrideStarted: of(started), event.OverrideEnded: of(ended), event.OverrideEndingSoon: of(endingSoon),
		event.Paused: of(paused), event.Resumed: of(paused), event.ConfigurationChanged: of(changed),
	}[e.DetailType]
	if wording == nil {
		return chat.Message{}, run.Errorf(run.InternalError, "unknown event %q", e.DetailType)
	}
	m, err := wording(e)
	m.Type = string(e.DetailType)
	return m, err
}

// of reads a detail before it is worded.
func of[Detail event.Detail](wording func(Envelope, Detail) chat.Message) func(Envelope) (chat.Message, error) {
	return func(e Envelope) (chat.Message, error) {
		var d Detail
		if err := json.Unmarshal(e.Detail, &d); err != nil {
			return chat.Message{}, run.Errorf(run.InternalError, "the detail of the event %s: %w", e.DetailType, err)
		}
		m := wording(e, d)
		m.ID = event.Event{Detail: d}.ID()
		return m, nil
	}
}

// lines joins the lines that have a text. A line is a label and a foreign text.
type lines struct{ strings.Builder }

func (l *lines) add(label, text string) {
	if text == "" {
		return
	}
	if l.Len() > 0 {
		l.WriteByte('\n')
	}
	if label != "" {
		l.WriteString("*" + label + ":* ")
	}
	l.WriteString(chat.Escape(text))
}

// link adds a link to the console.
func (l *lines) link(url string) {
	if strings.HasPrefix(url, "https://") {
		l.WriteString("\n" + url)
	}
}

// of adds who and why.
func (l *lines) because(h event.Header) {
	l.add("Why", h.Reason)
	l.add("By", h.Actor)
	l.link(h.ConsoleURL)
}

func nameOf(p event.Place) string {
	name := p.Cluster
	if p.Schedule != "" && p.Nodegroup == "" {
		name += ":" + p.Schedule
	}
	if p.Nodegroup != "" {
		name += "/" + p.Nodegroup
	}
	return name
}

func inRegion(command string, e Envelope) string { return command + " --region " + e.Region }

// wordCharacters are those that a shell never interprets.
const wordCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.:/-"

// word returns a name as one word of a command: somebody may have written any text into the table.
func word(name string) string {
	if name != "" && strings.Trim(name, wordCharacters) == "" {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

func showRun(name string, e Envelope) string {
	return inRegion("What the run did: eks-scaling runs show "+word(name), e)
}

func scaled(e Envelope, d event.Scaled) chat.Message {
	var l lines
	before := "?"
	if d.Before != nil {
		before = d.Before.String()
	}
	l.add("Sizes", before+" -> "+d.After.String())
	if !d.Goal.Reached(d.After) {
		l.add("Goal", d.Goal.String())
	}
	l.because(d.Header)
	return chat.Message{
		Title: fmt.Sprintf("Scaled %s to %d", nameOf(d.Place), d.After.DesiredSize), Description: l.String(), Thread: d.Run.Name,
		NextSteps: []string{showRun(d.Run.Name, e)}, Keywords: []string{d.Cluster, d.Nodegroup, string(d.Action)}, Resources: []string{d.Run.ARN},
	}
}

func failed(e Envelope, d event.Failed) chat.Message {
	var l lines
	l.add(d.Error, d.Cause)
	if d.Goal != nil {
		l.add("Desired", d.Goal.String())
	}
	l.because(d.Header)
	return chat.Message{
		Title: "Scaling failed: " + nameOf(d.Place), Description: l.String(), Thread: d.Run.Name,
		NextSteps: []string{d.Remedy, showRun(d.Run.Name, e)}, Keywords: []string{d.Cluster, d.Nodegroup, d.Error}, Resources: []string{d.Run.ARN},
	}
}

func heldBack(e Envelope, d event.HeldBack) chat.Message {
	var l lines
	l.add(d.Error, d.Cause)
	if d.Before != nil {
		l.add("Stays at", d.Before.String())
	}
	l.because(d.Header)
	return chat.Message{
		Title: "Scale-down held back: " + nameOf(d.Place), Description: l.String(), Thread: d.Run.Name,
		NextSteps: []string{d.Remedy, showRun(d.Run.Name, e)}, Keywords: []string{d.Cluster, d.Nodegroup, d.Error}, Resources: []string{d.Run.ARN},
	}
}

func finished(e Envelope, d event.Finished) chat.Message {
	var l lines
	l.add("", d.Message)
	for _, f := range d.Failures {
		l.add(f.Subject, f.Error+": "+f.Cause)
	}
	l.because(d.Header)
	m := chat.Message{
		Title: fmt.Sprintf("Run %s: %s", d.Outcome, d.Run.Name), Description: l.String(), Thread: d.Run.Name, Keywords: []string{string(d.Outcome), d.Run.Trigger},
		Resources: []string{d.Run.ARN},
	}
	if len(d.Failures) > 0 {
		m.NextSteps = append(m.NextSteps, d.Failures[0].Remedy)
	}
	m.NextSteps = append(m.NextSteps, showRun(d.Run.Name, e))
	return m
}

func drifted(e Envelope, d event.Drift) chat.Message {
	var l lines
	l.add("Sizes", d.Before.String()+" -> "+d.After.String())
	command, next := "eks-scaling run --cluster "+word(d.Cluster)+" --nodegroup "+word(d.Nodegroup), "They stay until the next transition."
	if d.Corrected {
		next = "The run restored them."
	}
	l.add("", next)
	l.because(d.Header)
	m := chat.Message{
		Title: "Drift: " + nameOf(d.Place) + " was changed outside of eks-scaling", Description: l.String(), Thread: d.Run.Name,
		Keywords: []string{d.Cluster, d.Nodegroup, "drift"}, Resources: []string{d.Run.ARN},
	}
	if !d.Corrected {
		m.NextSteps = []string{inRegion("To correct it: "+command+` --force --reason "drift"`, e)}
	}
	return m
}
