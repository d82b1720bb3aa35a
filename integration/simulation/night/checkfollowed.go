package night

import (
	"maps"
	"slices"
	"time"
)

// settledFor reports whether nothing has changed in a time what conditional periods want of a unit.
func (n *night) settledFor(unit string, within time.Duration) bool {
	since := n.Now().Add(-within)
	if n.signals.changed[unit].After(since) {
		return false
	}
	for _, c := range n.place.conditionsIn(unit) {
		_, before := c.opened(since)
		began, open := c.opened(n.Now())
		b := n.signals.beliefs[unit][c.Name]
		if before != open || open && began.After(since) || b.on && c.atMost > 0 && b.since.Add(c.atMost).Before(n.Now()) {
			return false
		}
	}
	return true
}

// promiseLooks checks several times in a calm night that runs have noticed what the sources say, and that the sizes follow.
func (n *night) promiseLooks() {
	if !n.mood.calm {
		return
	}
	for t := evening.Add(27 * time.Minute); t.Before(evening.Add(length)) && len(n.place.conditions) > 0; t = t.Add(20 * time.Minute) {
		n.at(t, func() {
			for _, c := range n.place.conditions {
				n.checkNoticed(c)
			}
			n.checkFollowed()
		})
	}
}

// patient returns how long a calm night may take to follow a change.
func (n *night) patient() time.Duration {
	within := soon
	if n.mood.busy {
		within += busyFor
	}
	for name, limit := range n.place.limits {
		if r := n.place.rampUpOf(name); r.nodes > 0 {
			within += time.Duration(limit[1]) * (r.every + 4*time.Minute)
		}
	}
	return within
}

// checkNoticed requires the last judgement to be no older than the time between two looks.
func (n *night) checkNoticed(c condition) {
	since := n.Now().Add(-n.patient() - c.every)
	began, open := c.opened(n.Now())
	said := n.place.signalNamed(c.signal).at(n.Now())
	if !open || began.After(since) || since.Before(evening) || said.since.After(since) {
		return
	}
	for unit, of := range n.signals.beliefs {
		if b, judged := of[c.Name]; judged {
			n.checkNewest(c, unit, b, said.answer, since)
		}
	}
}

// checkNewest compares a belief with what the source has said for some time.
func (n *night) checkNewest(c condition, unit string, b belief, said answer, since time.Time) {
	of := n.place.signalNamed(c.signal)
	missed := 0 // looks in a row whose readings failed
	for _, r := range n.runs {
		if fate, drawn := n.signals.unread[r.Name]; drawn && fate != Fine && r.input.Due.After(since) {
			missed++
		}
	}
	if of.isGood(said) && missed == 0 && (b.value != said.value || b.read.Before(since)) {
		n.violate("%s of unit %s is judged by %q of %s; %s has been %q for long", c.Name, unit, b.value, b.read.In(local).Format("15:04"), of.name, said.value)
	}
	if should := c.next(b, of, since); should.on != b.on {
		n.violate("%s of unit %s is %s; since %s it should be on: %t", c.Name, unit, b, since.In(local).Format("15:04"), should.on)
	}
}

// changedWithin reports whether a transition or a lead has begun within a time, or the night.
func (n *night) changedWithin(within time.Duration) bool {
	begins := []time.Time{evening}
	for _, t := range n.place.transitions {
		begins = append(slices.AppendSeq(begins, maps.Values(n.place.leads(t))), t.at())
	}
	return slices.ContainsFunc(begins, func(t time.Time) bool { return !t.After(n.Now()) && t.After(n.Now().Add(-within)) })
}

// checkFollowed requires the sizes to be what the schedule and the conditions want.
func (n *night) checkFollowed() {
	within := n.patient()
	if n.changedWithin(within) {
		return
	}
	for name := range n.place.limits {
		unit := n.place.unitOf(name)
		w := n.place.want(name, n.Now(), n.signals.beliefs[unit])
		sizes, exists := n.sizes(name)
		if !n.settledFor(unit, within) || w.alone || n.place.isIdle(name) || name == n.place.autoscaled || !exists && w.nodes == 0 {
			continue
		}
		if sizes.Desired != w.nodes {
			n.violate("%s after the last change, on which nothing went wrong, %s is %s; profile %s wants %d", within, name, sizes, w.profile, w.nodes)
		}
	}
}

// wantedAtEnd returns what is wanted after the last run: of the schedule, and of the conditions as they must be by then.
func (n *night) wantedAtEnd(last *started) map[string]int32 {
	wanted := n.place.last()
	if len(n.place.conditions) == 0 {
		return wanted
	}
	for name := range wanted {
		unit := n.place.unitOf(name)
		old, h := n.signals.beliefs[unit], n.signals.heard[last.Name]
		// The functions' clocks differ, and the run takes some time.
		earliest, latest := h.at.Add(-10*time.Second), h.at.Add(10*time.Minute)
		w := n.place.want(name, earliest, n.place.judged(unit, old, h, earliest))
		if w.alone || n.place.want(name, latest, n.place.judged(unit, old, h, latest)) != w {
			delete(wanted, name)
		} else {
			wanted[name] = w.nodes
		}
	}
	return wanted
}
