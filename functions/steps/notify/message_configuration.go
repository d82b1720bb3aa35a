package notify

import (
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/functions/internal/chat"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

const instant = "Mon 2006-01-02 15:04 UTC"

// overridden starts the message of an override's event. All messages of an override are one thread.
func overridden(title string, d event.Override) (chat.Message, *lines) {
	l := new(lines)
	l.add("Sizes", sizesOf(d))
	l.add("From", d.From.Format(instant))
	l.add("Until", d.Until.Format(instant))
	return chat.Message{
		Title: fmt.Sprintf("Override %s of %s %s", d.Override, unitOf(d), title), Thread: "override/" + d.Cluster + "/" + d.Override,
		Keywords: []string{d.Cluster, d.Override},
	}, l
}

func unitOf(d event.Override) string { return scaling.UnitName(d.Cluster, d.Schedule) }

func sizesOf(d event.Override) string {
	if d.Profile != "" {
		return "profile " + d.Profile
	}
	var sizes []string
	for nodegroup, target := range d.Sizes {
		text := nodegroup
		if target.DesiredSize != nil {
			text += fmt.Sprintf("=%d", *target.DesiredSize)
		}
		sizes = append(sizes, text)
	}
	slices.Sort(sizes)
	return strings.Join(sizes, ", ")
}

func started(e Envelope, d event.Override) chat.Message {
	m, l := overridden("started", d)
	l.because(d.Header)
	m.Description, m.NextSteps = l.String(), []string{inRegion("To end it earlier: eks-scaling override cancel "+word(d.Override), e)}
	return m
}

func ended(_ Envelope, d event.Override) chat.Message {
	m, l := overridden("ended", d)
	l.because(d.Header)
	m.Description = l.String()
	return m
}

func endingSoon(e Envelope, d event.Override) chat.Message {
	m, l := overridden("ends at "+d.Until.Format("15:04 UTC"), d) // no minutes: the message may be late
	l.add("Then", "the schedule decides again")
	l.because(d.Header)
	m.Description, m.NextSteps = l.String(), []string{inRegion("What comes next: eks-scaling explain --cluster "+word(unitOf(d)), e)}
	if d.Profile != "" {
		keep := []string{"To keep the sizes: eks-scaling override set", word(unitOf(d)), "--to", word(d.Profile)}
		for _, nodegroup := range d.Nodegroups {
			keep = append(keep, "--nodegroup", word(nodegroup))
		}
		m.NextSteps = append(m.NextSteps, inRegion(strings.Join(append(keep, `--for 2h --reason "..."`), " "), e))
	}
	return m
}

func paused(e Envelope, d event.Pause) chat.Message {
	what, done, undo := "all scaling", "Paused", "resume"
	if d.Cluster != "" {
		what = scaling.UnitName(d.Cluster, d.Schedule)
		undo += " " + word(what)
	}
	if !d.After {
		done = "Resumed"
	}
	var l lines
	l.because(d.Header)
	m := chat.Message{Title: done + ": " + what, Description: strings.TrimSpace(done + " " + what + ".\n" + l.String()), Thread: "pause/" + d.Cluster, Keywords: []string{d.Cluster, strings.ToLower(done)}}
	if d.After {
		m.NextSteps = []string{inRegion("To resume: eks-scaling "+undo, e)}
	}
	return m
}

func changed(e Envelope, d event.Change) chat.Message {
	verb := "Changed"
	switch {
	case d.After == nil && !d.TooLarge:
		verb = "Removed"
	case d.Before == nil && !d.TooLarge:
		verb = "Added"
	}
	command := "The configuration now: eks-scaling config show"
	switch d.Kind {
	case inventory.KindSettings:
		command = "All versions: eks-scaling config history"
	case inventory.KindCluster:
		command = "All versions: eks-scaling config history " + word(d.Name)
	}
	var l lines
	l.add("Version", fmt.Sprint(d.Version))
	l.because(d.Header)
	return chat.Message{
		Title: fmt.Sprintf("%s %s/%s", verb, d.Kind, d.Name), Description: l.String(), Thread: "configuration/" + d.Kind + "/" + d.Name,
		NextSteps: []string{inRegion(command, e)}, Keywords: []string{d.Kind, d.Name},
	}
}
