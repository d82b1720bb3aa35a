package scaling_test

import (
	"strings"
	"testing"

	"eks-scaling-automation/shared/scaling"

	"github.com/google/go-cmp/cmp"
)

func TestReasons(t *testing.T) {
	noon := on("24 12:00")
	by := func(who, why string, o scaling.Override) scaling.Override {
		o.CreatedBy, o.Reason = who, why
		return o
	}
	all := timeline(t, reference)
	tests := []struct {
		rule      string
		got, want scaling.Wanted
	}{
		{"by_period", all.Wanted(now.UTC()), scaling.Wanted{
			Profile: "peak", Period: "tuesday-peak", Source: scaling.FromPeriod, Since: since, Until: until,
			Reason: "period tuesday-peak sets profile peak until Tue 2026-11-24 11:30 -03:00",
		}},
		{"by_default", all.Wanted(noon), scaling.Wanted{
			Profile: "normal", Source: scaling.FromDefault, Since: until, Until: on("25 01:00"),
			Reason: "default profile normal until Wed 2026-11-25 01:00 -03:00",
		}},
		{"by_default_for_ever", timeline(t, nil).Wanted(noon), scaling.Wanted{
			Profile: "normal", Source: scaling.FromDefault, Reason: "default profile normal",
		}},
		{"by_override", timeline(t, reference, by("ana", "launch", over("a", "24 12:00", "24 13:00", "peak"))).Wanted(noon), scaling.Wanted{
			Profile: "peak", Override: "a", Source: scaling.FromOverride, Since: noon, Until: on("24 13:00"),
			Reason: `override "launch" (ana) sets profile peak until Tue 2026-11-24 13:00 -03:00`,
		}},
		{"by_override_of_nobody", timeline(t, reference, by("", "launch", over("a", "24 12:00", "24 13:00", "peak"))).Wanted(noon), scaling.Wanted{
			Profile: "peak", Override: "a", Source: scaling.FromOverride, Since: noon, Until: on("24 13:00"),
			Reason: `override "launch" sets profile peak until Tue 2026-11-24 13:00 -03:00`,
		}},
		{"by_override_with_sizes", timeline(t, reference, by("ana", "launch", sized("a", "24 12:00", "24 13:00", map[string]int32{"big": 2}))).Wanted(noon), scaling.Wanted{
			Override: "a", Source: scaling.FromOverride, Since: noon, Until: on("24 13:00"),
			Reason: "override \"launch\" (ana) sets big=2 until Tue 2026-11-24 13:00 -03:00",
		}},
		{"by_override_without_an_end_in_sight", timeline(t, reference, by("ana", "migration", over("a", "24 12:00", "2030-01-01 00:00", "peak"))).Wanted(noon), scaling.Wanted{
			Profile: "peak", Override: "a", Source: scaling.FromOverride, Since: noon,
			Reason: `override "migration" (ana) sets profile peak`,
		}},
		{"of_a_node_group_are_its_own", timeline(t, reference, by("ana", "launch", over("a", "24 12:00", "24 13:00", "peak", "big"))).Demands(noon)[1].Wanted, scaling.Wanted{
			Profile: "normal", Source: scaling.FromDefault, Since: until, Until: on("25 01:00"),
			Reason: "default profile normal until Wed 2026-11-25 01:00 -03:00",
		}},
		{"by_person", all.ByPerson(now, "normal", "ana", "release"), scaling.Wanted{
			Profile: "normal", Source: scaling.FromPerson, Since: since, Until: until, Reason: "profile normal requested by ana: release",
		}},
		{"by_person_unsaid", all.ByPerson(now, "normal", "", ""), scaling.Wanted{
			Profile: "normal", Source: scaling.FromPerson, Since: since, Until: until, Reason: "profile normal requested by unknown",
		}},
		{"by_person_during_an_override", timeline(t, reference, over("a", "24 06:45", "24 09:00", "sleep", "small")).ByPerson(now, "normal", "ana", "release"), scaling.Wanted{
			Profile: "normal", Source: scaling.FromPerson, Since: on("24 06:45"), Until: on("24 09:00"), Reason: "profile normal requested by ana: release",
		}},
		{"by_person_before_an_override", timeline(t, reference, over("a", "24 08:00", "24 09:00", "sleep", "small")).ByPerson(now, "normal", "ana", "release"), scaling.Wanted{
			Profile: "normal", Source: scaling.FromPerson, Since: since, Until: on("24 08:00"), Reason: "profile normal requested by ana: release",
		}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestConsiderOverrides(t *testing.T) {
	l := timeline(t, reference,
		over("begins", "24 13:00", "24 14:00", "peak"),
		over("ended", "24 11:00", "24 12:00", "peak", "small", "big"),
		over("earlier", "24 11:00", "24 13:00", "sleep"),
		over("for-small", "24 12:00", "24 12:30", "sleep", "small"),
		sized("for-big", "24 12:00", "24 13:00", map[string]int32{"big": 4}),
	)
	want := []string{
		"begins: starts at Tue 2026-11-24 13:00 -03:00",
		"ended: ended at Tue 2026-11-24 12:00 -03:00; for small, big",
		"earlier: superseded by for-big",
		"for-small: active until Tue 2026-11-24 12:30 -03:00: because; for small",
		"for-big wins: active until Tue 2026-11-24 13:00 -03:00: because; for big",
	}
	var got []string
	for _, c := range l.ConsiderOverrides(on("24 12:00")) {
		name := c.Override.Name
		if c.Wins {
			name += " wins"
		}
		got = append(got, name+": "+c.Reason)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := timeline(t, reference).ConsiderOverrides(now); len(got) != 0 {
		t.Errorf("without overrides it considers %v", got)
	}
}

// Of several that were created later, the one that is named is one that took its node groups.
func TestExplainSupersededOverride(t *testing.T) {
	l := timeline(t, reference,
		over("first", "24 12:00", "24 13:00", "sleep", "small"),
		over("second", "24 12:00", "24 13:00", "peak", "small"),
		over("third", "24 12:00", "24 13:00", "peak", "big"),
	)
	const want = "superseded by second; for small"
	if got := l.ConsiderOverrides(on("24 12:00"))[0].Reason; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The cluster's profile lasts over both overrides; the sentence about the first one ends with it.
func TestReasonOfAnOverrideEndsWithIt(t *testing.T) {
	l := timeline(t, reference, over("a", "24 12:00", "24 13:00", "peak"), over("b", "24 13:00", "24 14:00", "peak"))
	w := l.Wanted(on("24 12:30"))
	if !strings.HasSuffix(w.Reason, "until Tue 2026-11-24 13:00 -03:00") || !w.Until.Equal(on("24 14:00")) {
		t.Errorf("until %s, because %s; want the profile until 14:00 and the sentence until 13:00", w.Until, w.Reason)
	}
}
