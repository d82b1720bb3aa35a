package limits_test

import (
	"encoding/json"
	"strings"
	"testing"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/signal"
)

// signals returns a cluster of 10 node groups with two more periods, and what the document says of signals.
func signals(t *testing.T, when, more string) config.Config {
	t.Helper()
	text := shape{nodegroups: 10, periods: 1}.cluster(0)
	for _, name := range []string{"storm", "flood"} {
		text += "        - {name: " + name + ", profile: night, from: \"06:00\", to: \"22:00\", months: [" + map[string]string{"storm": "jan", "flood": "feb"}[name] + "]" + when + "}\n"
	}
	c, err := config.Parse([]byte("timezone: America/Sao_Paulo\n" + more + "clusters:\n" + text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// readings returns the bytes of the largest readings of some signals.
func readings(t *testing.T, names ...string) int {
	t.Helper()
	all := signal.Readings{}
	for _, name := range names {
		all[name] = signal.Reading{At: now, Error: strings.Repeat("e", signal.MaxError)}
	}
	return size(t, all)
}

func size(t *testing.T, payload any) int {
	t.Helper()
	text, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	return len(text)
}

// A unit's state has room for the readings that it uses and for what its conditions are, with long reasons in all of its decisions. A
// run's state has room for all readings.
func TestStatesHaveRoomForSignals(t *testing.T) {
	t.Parallel()
	const rain, queue = "  rain: {parameter: /rain, otherwise: false}\n", "  queue: {alarm: backlog, otherwise: false}\n"
	plain := signals(t, "", "")
	one := signals(t, ", when: {signal: rain, above: 20}", "signals:\n"+rain)
	two := signals(t, ", when: {signal: rain, above: 20}", "signals:\n"+rain+queue)
	unit := func(c config.Config) int { return limits.UnitBytes(c.Units()[0], now) }
	state := run.SignalState{Period: "storm", Signal: "rain", Value: strings.Repeat("v", signal.MaxValue), At: now, Error: strings.Repeat("e", signal.MaxError), Since: now}
	const decisions, reason = 10, 600
	if got, least := unit(one)-unit(plain), readings(t, "rain")+2*size(t, state)+decisions*reason; got < least || got > 3*least {
		t.Errorf("a unit with two conditions needs %d bytes more; want at least %d, and not much more", got, least)
	}
	if unit(one) != unit(two) {
		t.Errorf("a signal that the unit does not use adds %d bytes to its state; want none", unit(two)-unit(one))
	}
	if got, want := limits.RunBytes(two)-limits.RunBytes(plain), readings(t, "queue", "rain"); got < want || got > want+100 {
		t.Errorf("a run with two signals needs %d bytes more; want about %d", got, want)
	}
}
