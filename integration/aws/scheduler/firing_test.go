package scheduler_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/scheduler"
)

const (
	saoPaulo = "America/Sao_Paulo"   // 2018-02-18 00:00 was 2018-02-17 23:00 again; 2018-11-04 00:00 was 01:00
	berlin   = "Europe/Berlin"       // 2026-03-29 02:00 is 03:00; 2026-10-25 03:00 is 02:00 again
	lordHowe = "Australia/Lord_Howe" // 2026-04-05 02:00 is 01:30 again; 2026-10-04 02:00 is 02:30
	apia     = "Pacific/Apia"        // there was no 2011-12-30
)

// utc reads times of UTC, such as "2018-11-04 03:00".
func utc(texts ...string) []time.Time {
	var times []time.Time
	for _, text := range texts {
		t, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			panic(err)
		}
		times = append(times, t)
	}
	return times
}

func firings(w world, from, until string) []string {
	var got []string
	span := utc(from, until)
	for _, f := range w.Firings(scaling, span[0], span[1]) {
		got = append(got, f.At.Format("2006-01-02 15:04 ")+f.Schedule.Name)
	}
	return got
}

func TestFiringsAreOfEnabledSchedulesOfTheGroup(t *testing.T) {
	w := start(t)
	for _, each := range []struct{ name, group, expression, zone, state string }{
		{"z-first", scaling, "cron(0 1 * * ? *)", "UTC", "ENABLED"},
		{"a-same-time", scaling, "cron(0 2 * * ? *)", berlin, "ENABLED"},
		{"once", scaling, "at(2026-11-24T00:30:00)", "UTC", "ENABLED"},
		{"off", scaling, "cron(0 1 * * ? *)", "UTC", "DISABLED"},
		{"elsewhere", "default", "cron(0 1 * * ? *)", "UTC", "ENABLED"},
	} {
		s := defaults(each.name, each.expression)
		s.Group, s.Timezone, s.State = each.group, each.zone, each.state
		w.Put(s)
	}
	want := []string{
		"2026-11-24 00:30 once", "2026-11-24 01:00 a-same-time", "2026-11-24 01:00 z-first", "2026-11-25 01:00 a-same-time", "2026-11-25 01:00 z-first",
	}
	if diff := cmp.Diff(want, firings(w, "2026-11-24 00:00", "2026-11-26 00:00")); diff != "" {
		t.Error(diff)
	}
	once := w.Firings(scaling, utc("2026-11-24 00:00")[0], utc("2026-11-24 01:00")[0])
	if diff := cmp.Diff(w.Schedules(scaling)[2], once[0].Schedule); diff != "" {
		t.Error(diff)
	}
}

func TestARateCountsFromItsSchedulesCreation(t *testing.T) {
	w := start(t)
	w.mustCreate(plain("rate", "rate(7 hours)")) // at 12:00 on 2026-11-23
	for name, test := range map[string]struct {
		from, until string
		want        []string
	}{
		"it_fires_at_once":          {"2026-11-23 00:00", "2026-11-23 19:00", []string{"2026-11-23 12:00 rate"}},
		"it_goes_on_from_there":     {"2026-11-24 01:00", "2026-11-24 10:00", []string{"2026-11-24 02:00 rate", "2026-11-24 09:00 rate"}},
		"it_never_fired_before":     {"2026-11-22 00:00", "2026-11-23 12:00", nil},
		"it_does_not_fire_at_until": {"2026-11-23 13:00", "2026-11-23 19:00", nil},
	} {
		if diff := cmp.Diff(test.want, firings(w, test.from, test.until)); diff != "" {
			t.Errorf("%s\n%s", name, diff)
		}
	}
}

func TestFire(t *testing.T) {
	for name, test := range map[string]struct {
		expression, action string
		change             func(world)
		stays              bool
	}{
		"deletes_a_one_time_schedule_that_asks_for_it": {"at(2026-11-24T00:30:00)", "DELETE", func(world) {}, false},
		"leaves_one_that_does_not":                     {"at(2026-11-24T00:30:00)", "NONE", func(world) {}, true},
		"leaves_a_recurring_schedule":                  {"cron(30 0 * * ? *)", "DELETE", func(world) {}, true},
		"leaves_one_that_has_another_time_by_now": {"at(2026-11-24T00:30:00)", "DELETE", func(w world) {
			later := defaults("s", "at(2026-11-25T00:30:00)")
			later.ActionAfterCompletion = "DELETE"
			w.Put(later)
		}, true},
		"leaves_one_that_has_another_zone_by_now": {"at(2026-11-24T00:30:00)", "DELETE", func(w world) {
			later := defaults("s", "at(2026-11-24T00:30:00)")
			later.ActionAfterCompletion, later.Timezone = "DELETE", saoPaulo
			w.Put(later)
		}, true},
		"deletes_one_with_another_input_by_now": {"at(2026-11-24T00:30:00)", "DELETE", func(w world) {
			changed := defaults("s", "at(2026-11-24T00:30:00)")
			changed.ActionAfterCompletion, changed.Input = "DELETE", "{}"
			w.Put(changed)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			s := defaults("s", test.expression)
			s.ActionAfterCompletion = test.action
			w.Put(s)
			w.Put(defaults("other", test.expression))
			span := utc("2026-11-24 00:00", "2026-11-25 00:00")
			fired := w.Firings(scaling, span[0], span[1])
			if len(fired) != 2 || fired[1].Schedule.Name != "s" {
				t.Fatal(fired)
			}
			test.change(w)
			w.Fire(fired[1])
			w.Fire(fired[1]) // of a schedule that is gone
			want := 1
			if test.stays {
				want = 2
			}
			if got := w.Schedules(scaling); len(got) != want || got[0].Name != "other" {
				t.Errorf("%+v", got)
			}
		})
	}
}

// A year of twenty schedules, 5,220 firings.
func BenchmarkFiringsOfAYear(b *testing.B) {
	s, err := scheduler.Start(func() time.Time { return beginning })
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	s.CreateGroup(scaling)
	for i := range 20 {
		each := defaults(fmt.Sprintf("s-%02d", i), fmt.Sprintf("cron(%d 6 ? * MON-FRI *)", i))
		each.Timezone = berlin
		s.Put(each)
	}
	for b.Loop() {
		if n := len(s.Firings(scaling, beginning, beginning.AddDate(1, 0, 0))); n != 20*261 {
			b.Fatal(n)
		}
	}
}

func TestADeletedGroupFiresNothing(t *testing.T) {
	w := start(t)
	once := defaults("once", "at(2026-11-24T00:30:00)")
	once.ActionAfterCompletion = "DELETE"
	w.Put(once)
	span := utc("2026-11-24 00:00", "2026-11-25 00:00")
	due := w.Firings(scaling, span[0], span[1])
	if len(due) != 1 {
		t.Fatalf("found %d firings; want 1", len(due))
	}
	w.DeleteGroup(scaling)
	w.Fire(due[0]) // it was due before
	if got := w.Firings(scaling, span[0], span[1]); len(got) != 0 {
		t.Errorf("found %v; want none", got)
	}
}
