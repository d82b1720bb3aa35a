package budget_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"eks-scaling-automation/shared/budget"
)

// TestNoSecondHasMoreSlotsThanTheRate whatever the rate.
func TestNoSecondHasMoreSlotsThanTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := budget.Request{Rate: rapid.IntRange(1, 10_000).Draw(t, "rate"), Now: time.Unix(1_800_000_000, rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds"))}
		slots := 0
		for slot := r.Second(); slot < r.Second()+1_000_000; slot += r.Step() {
			slots++
		}
		if slots > r.Rate || slots < r.Rate*99/100 {
			t.Fatalf("found %d slots of %d", slots, r.Rate)
		}
	})
}

func TestWhoWaitsAndWhoDoesNot(t *testing.T) {
	now := time.Unix(100, 400_000_000)
	for rule, row := range map[string]struct {
		ahead, slot time.Duration // the slot from the second's beginning
		end         int64
		wait        time.Duration
	}{
		"without waiting, the second's slots are free": {0, 900 * time.Millisecond, 101_000_000, 0},
		"a waiting call waits for its slot":            {2 * time.Second, 900 * time.Millisecond, 102_400_000, 500 * time.Millisecond},
		"not for one that has passed":                  {2 * time.Second, 100 * time.Millisecond, 102_400_000, 0},
		"a short wait ends with the second":            {time.Millisecond, 0, 101_000_000, 0},
	} {
		r := budget.Request{Rate: 10, Now: now, Ahead: row.ahead}
		if end, wait := r.End(), r.Wait(time.Unix(100, 0).Add(row.slot).UnixMicro()); end != row.end || wait != row.wait {
			t.Errorf("%s: slots until %d, a wait of %s; want %d and %s", rule, end, wait, row.end, row.wait)
		}
	}
}

func TestBudgetsInWords(t *testing.T) {
	for want, b := range map[string]budget.Budget{"5 updates and 10 reads a second": {Updates: 5, Reads: 10}, "10 reads a second": {Reads: 10}} {
		if got := b.String(); got != want {
			t.Errorf("found %q; want %q", got, want)
		}
	}
}

// TestAQueueKeepsTheBudget for each place and kind, in whatever order calls come.
func TestAQueueKeepsTheBudget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q budget.Queue
		now, rate := time.Unix(1_800_000_000, 0), rapid.IntRange(1, 20).Draw(t, "rate")
		begins := map[string]int{} // calls by place and second
		for range rapid.IntRange(1, 100).Draw(t, "calls") {
			now = now.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "milliseconds later")) * time.Millisecond)
			r := budget.Request{
				Place: rapid.SampledFrom([]string{"own/sa-east-1", "own/eu-west-3"}).Draw(t, "place"), Kind: budget.Reads, Rate: rate, Now: now,
				Ahead: rapid.SampledFrom([]time.Duration{0, 2 * time.Second}).Draw(t, "ahead"),
			}
			slot, free := q.Take(r)
			if !free {
				continue
			}
			if second := r.Place + time.UnixMicro(slot).Format(time.TimeOnly); slot < r.Second() || slot >= r.End() {
				t.Fatalf("slot %d is not between %d and %d", slot, r.Second(), r.End())
			} else if begins[second]++; begins[second] > rate {
				t.Fatalf("%d calls in %s; want at most %d", begins[second], second, rate)
			}
		}
	})
}
