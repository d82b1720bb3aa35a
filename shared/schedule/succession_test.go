package schedule_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/schedule"
)

// TestSuccessions shows each change as its time, the periods before and after, and how many hours the one before lasts in the ordinary
// week.
func TestSuccessions(t *testing.T) {
	for _, test := range []struct {
		rule    string
		periods []written
		want    []string
	}{
		{"none_without_periods", nil, nil},
		{"both_ends_of_a_window", []written{read("a", "mon 08:00-12:00")}, []string{"mon 08:00 default a 164h", "mon 12:00 a default 4h"}},
		{"over_the_end_of_the_week", []written{read("a", "sun 22:00-06:00")}, []string{"mon 06:00 a default 8h", "sun 22:00 default a 160h"}},
		{"a_whole_week", []written{read("a", "")}, nil},
		{"behind_an_earlier_period", []written{read("a", "mon 08:00-12:00"), read("b", "mon 10:00-14:00")}, []string{
			"mon 08:00 default a 162h", "mon 12:00 a b 4h", "mon 14:00 b default 2h",
		}},
		{"dated_periods_do_not_count", []written{read("a", "dates=2026-12-24 08:00-12:00")}, nil},
		{"what_depends_on_the_month_may_follow_and_precede", []written{read("a", "months=dec mon 08:00-12:00")}, []string{
			"mon 08:00 default a 0h", "mon 12:00 a default 0h",
		}},
		{"and_what_it_covers_too", []written{read("a", "monthDays=1..7 mon 08:00-12:00"), read("b", "mon 06:00-12:00")}, []string{
			"mon 06:00 default b 162h", "mon 08:00 b a 0h", "mon 12:00 b default 6h", "mon 12:00 a default 0h",
		}},
		{"two_that_depend_on_the_month_may_follow_each_other", []written{read("a", "tue#1 08:00-12:00"), read("b", "tue#2 12:00-14:00")}, []string{
			"tue 08:00 default a 0h", "tue 12:00 a b 0h", "tue 12:00 a default 0h", "tue 12:00 default b 0h", "tue 14:00 b default 0h",
		}},
		{"over_several_days", []written{read("a", "monthDays=1..7 fri@20:00-mon@06:00")}, []string{"mon 06:00 a default 0h", "fri 20:00 default a 0h"}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			var periods []schedule.Period
			for _, w := range test.periods {
				periods = append(periods, w.period(t))
			}
			s, err := schedule.New(location(t, "UTC"), "otherwise", periods, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			name := func(a schedule.Activation) string {
				if a.Period == "" {
					return "default"
				}
				return a.Period
			}
			for _, s := range s.Successions() {
				got = append(got, fmt.Sprintf("%s %s %s %dh", s.At, name(s.Before), name(s.After), s.Lasted/60))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
