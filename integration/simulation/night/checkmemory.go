package night

import (
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/signal"
)

// checkMemory compares what a unit remembers of its conditions with the judgements that were recorded under its claim.
func (d dynamo) checkMemory(in *dynamodb.UpdateItemInput, before, after claim.Unit) {
	if len(d.place.signals) == 0 {
		return
	}
	changes := !maps.Equal(before.Conditions, after.Conditions)
	if !d.mayRemember(in, changes, after) {
		return
	}
	j := &d.judging
	old := d.signals.beliefs[d.unit]
	j.judged = j.place.judged(d.unit, old, d.signals.heard[d.run], j.at)
	d.signals.verdicts[task{d.run, d.unit, j.round}] = j.judged
	if !changes {
		return // it may only have renewed the claim
	}
	d.tell("    run %s judges in unit %s: %v", d.run, d.unit, j.judged)
	for _, c := range d.place.conditions {
		name := c.Name
		d.checkRemembered(name, j.judged, after)
		began, open := c.opened(j.at)
		if m, remembers := after.Conditions[name]; open && remembers && !before.Conditions[name].Since.Before(began) {
			d.checkBounds(c, before.Conditions[name], m)
		}
		if old[name].on != j.judged[name].on {
			d.signals.changed[d.unit] = j.at
		}
	}
	d.signals.beliefs[d.unit] = j.judged
}

// mayRemember reports whether a write records a round. Nothing else changes what a unit remembers, and only the run with the claim does.
func (d dynamo) mayRemember(in *dynamodb.UpdateItemInput, changes bool, after claim.Unit) bool {
	recordsRound := d.function == decide && slices.Contains(slices.Collect(maps.Values(in.ExpressionAttributeNames)), "unfinished")
	switch {
	case !changes:
	case !recordsRound:
		d.violate("%s of run %s changes what unit %s remembers of its conditions", d.function, d.run, d.unit)
	case after.Claim.Order.Run() != d.run:
		d.violate("run %s changes what unit %s remembers of its conditions under the claim of run %s", d.run, d.unit, after.Claim.Order.Run())
	}
	return recordsRound
}

// checkRemembered compares the memory of a period with the second judgement.
func (d dynamo) checkRemembered(name string, judged beliefs, after claim.Unit) {
	b, judges := judged[name]
	m, remembers := after.Conditions[name]
	found := belief{m.On, m.Since, m.Spent, m.Value, m.At}
	switch {
	case judges != remembers:
		d.violate("after run %s unit %s remembers %s: %t; its window is open: %t", d.run, d.unit, name, remembers, judges)
	case b.on != found.on || b.spent != found.spent || b.value != found.value || !b.since.Equal(found.since) || !b.read.Equal(found.read):
		d.violate("after run %s unit %s remembers that %s is %s; want %s", d.run, d.unit, name, found, b)
	}
}

// checkBounds checks what must be true of any two memories in a row within a window: a condition lasts for hold, and never longer than
// atMost.
func (d dynamo) checkBounds(c condition, before, after signal.Memory) {
	at := d.judging.at
	lasted := at.Sub(before.Since)
	ended := c.atMost > 0 && lasted >= c.atMost
	switch {
	case before.On && after.On && ended:
		d.violate("%s of unit %s has been on for %s; atMost is %s", c.Name, d.unit, lasted, c.atMost)
	case before.On && !after.On && lasted < c.hold && !ended:
		d.violate("%s of unit %s was on for %s; hold is %s", c.Name, d.unit, lasted, c.hold)
	case before.On != after.On && !ended:
		d.checkFlap(c, after)
	}
}

// checkFlap lets no fresh value between two thresholds turn a condition on or off.
func (d dynamo) checkFlap(c condition, after signal.Memory) {
	of := d.place.signalNamed(c.signal)
	if after.At.IsZero() || d.judging.at.Sub(after.At) >= of.maxAge || !of.isGood(answer{value: after.Value}) {
		return
	}
	if isTrue, isFalse := c.test(belief{value: after.Value, read: after.At}, of, d.judging.at); !isTrue && !isFalse {
		d.violate("%s of unit %s flaps: it is turned on: %t, by %s", c.Name, d.unit, after.On, after.Value)
	}
}

// checkJudged requires a round that begins changes to have recorded what it judged.
func (i *invocation) checkJudged(t run.UnitTask) {
	if t.Next == run.NextScale && i.judging.judged != nil && !i.judging.judged.same(i.signals.beliefs[i.unit]) {
		i.violate("run %s decides in unit %s from %v, and the unit remembers %v", i.run, i.unit, i.judging.judged, i.signals.beliefs[i.unit])
	}
}

// same reports whether two beliefs are the same.
func (b beliefs) same(other beliefs) bool {
	return maps.EqualFunc(b, other, func(a, b belief) bool {
		return a.on == b.on && a.spent == b.spent && a.value == b.value && a.since.Equal(b.since) && a.read.Equal(b.read)
	})
}

// verdict returns the beliefs from which a call was decided.
func (k kubernetes) verdict() beliefs {
	return k.signals.verdicts[task{k.run, k.unit, k.task.Round}]
}

// since returns the later of an instant and the last change of a condition of the unit: a mark from before that may be for something
// else.
func (s signals) since(unit string, t time.Time) time.Time {
	if changed := s.changed[unit]; changed.After(t) {
		return changed
	}
	return t
}
