package agenda

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
)

// stormy has a period of each kind with when.
const stormy = `
timezone: America/Sao_Paulo
signals:
  rain:   {parameter: /rain, otherwise: false}
  freeze: {calendar: freeze, otherwise: true}
clusters:
  - name: production
    region: sa-east-1
    nodegroups: {small: {minSize: 0, maxSize: 1}, big: {minSize: 0, maxSize: 6}}
    profiles: {sleep: {small: 1, big: 0}, normal: {small: 0, big: 2}, full: {small: 1, big: 6}, peak: {small: 0, big: 4}, keep: {big: 1}}
    schedule:
      default: normal
      periods:
        - {name: frozen, profile: keep, from: "21:00", to: "22:00", when: {signal: freeze, is: CLOSED}, mayReduce: true}
        - {name: launch, profile: full, from: "12:00", to: "14:00"}
        - {name: storm, profile: peak, from: "06:00", to: "22:00", when: {signal: rain, above: 20, until: 12}}
        - {name: news, profile: full, from: "09:00", to: "10:00"}
        - {name: night, profile: sleep, from: "20:00", to: "06:30"}
overrides:
  - {name: test, cluster: production, from: "2026-11-24 16:00", until: "2026-11-24 17:00", reason: a test, sizes: {big: 3}}
`

func TestStepsShowWhatConditionsWouldChange(t *testing.T) {
	t.Parallel()
	c, err := config.Parse([]byte(stormy))
	if err != nil {
		t.Fatal(err)
	}
	unit := c.Units()[0].WithOverrides(c.Overrides)
	from := time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)
	var got []string
	for _, s := range (Span{from, from.AddDate(0, 0, 1)}).Steps(unit) {
		line := s.Clock() + " " + s.Cause() + ": " + InWords(s.Nodegroups)
		for _, c := range s.Conditional {
			line += fmt.Sprintf("; %s if %s: %s (%s)", c.Period, c.Condition, strings.Join(c.changes, ", "), InWords(c.Nodegroups))
		}
		got = append(got, line)
	}
	want := []string{
		"00:00 night: big 0, small 1",
		"06:00 night: big 0, small 1; storm if rain > 20: big 4 (big 4, small 1)", // it never reduces small
		"06:30 default: big 2, small 0; storm if rain > 20: big 4 (big 4, small 0)",
		"09:00 news: big 6, small 1", // more than in a storm
		"10:00 default: big 2, small 0; storm if rain > 20: big 4 (big 4, small 0)",
		"12:00 launch: big 6, small 1", // comes first
		"14:00 default: big 2, small 0; storm if rain > 20: big 4 (big 4, small 0)",
		"16:00 override test: big 3, small 0", // outranks conditions
		"17:00 default: big 2, small 0; storm if rain > 20: big 4 (big 4, small 0)",
		"20:00 night: big 0, small 1; storm if rain > 20: big 4 (big 4, small 1)",
		"21:00 night: big 0, small 1; frozen if freeze is CLOSED: big 1, small not scaled (big 1); storm if rain > 20: big 4 (big 4, small 1)",
		"22:00 night: big 0, small 1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
