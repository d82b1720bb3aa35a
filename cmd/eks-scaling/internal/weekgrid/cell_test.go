package weekgrid

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

// drawLane draws a lane of up to twelve spans of whole minutes, in most cases around a change of the clocks; spans of a
// few minutes and of half a day are as likely.
func drawLane(t *rapid.T) Lane {
	zone, err := time.LoadLocation(rapid.SampledFrom([]string{
		"America/Sao_Paulo", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC", "Antarctica/Troll",
		"America/St_Johns", "Pacific/Kwajalein", "Africa/Casablanca",
	}).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(rapid.IntRange(1985, 2036).Draw(t, "year"), 1, 1, 0, rapid.IntRange(0, 365*24*60).Draw(t, "minute"), 0, 0, time.UTC)
	if _, change := from.In(zone).ZoneBounds(); !change.IsZero() && rapid.IntRange(0, 3).Draw(t, "where") > 0 {
		from = change.Truncate(time.Minute).Add(time.Duration(rapid.IntRange(-30*60, 60).Draw(t, "minutes from the change")) * time.Minute)
	}
	l := Lane{Name: "drawn", Zone: zone, From: from}
	at := from
	for i := range rapid.IntRange(1, 12).Draw(t, "spans") {
		l.Spans = append(l.Spans, Span{From: at, Profile: string(rune('a' + i)), Source: "period", Weight: i})
		longest := rapid.SampledFrom([]int{10, 45, 720}).Draw(t, "longest")
		at = at.Add(time.Duration(rapid.IntRange(1, longest).Draw(t, "minutes")) * time.Minute)
	}
	l.Until = at
	return l
}

func drawCell(t *rapid.T) time.Duration {
	return time.Duration(rapid.SampledFrom([]int{15, 30, 60}).Draw(t, "cell")) * time.Minute
}

// place is a row and a column.
type place struct {
	date   time.Time
	column int
}

// walk is the naive grid: minute by minute, the cells that the wall clock comes by and the span that is active when it first does
// within the interval.
func walk(l Lane, length time.Duration) (exists map[place]bool, first map[place]int) {
	exists, first = map[place]bool{}, map[place]int{}
	for at := l.From.Add(-longestDay); at.Before(l.Until.Add(longestDay)); at = at.Add(time.Minute) {
		local := at.In(l.Zone)
		minutes := time.Duration(local.Hour()*60+local.Minute()) * time.Minute
		p := place{time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC), int(minutes / length)}
		exists[p] = true
		if _, seen := first[p]; !seen && !at.Before(l.From) && at.Before(l.Until) {
			for i, span := range l.Spans {
				if !span.From.After(at) {
					first[p] = i
				}
			}
		}
	}
	return exists, first
}

func TestEveryCellShowsTheActiveSpan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLane(t)
		length := drawCell(t)
		exists, first := walk(l, length)
		starts := map[int]bool{} // the spans that a cell begins with
		for _, i := range first {
			starts[i] = true
		}
		rows := l.days()
		for n, cells := range l.cells(rows, length) {
			for column, c := range cells {
				p := place{rows[n].date, column}
				if c.skipped == exists[p] {
					t.Fatalf("%v: skipped is %v", p, c.skipped)
				}
				want, inside := first[p]
				delete(first, p)
				if inside != (len(c.spans) > 0) {
					t.Fatalf("%v: found spans %v; inside the interval: %v", p, c.spans, inside)
				}
				if inside && !slices.Contains(c.spans, want) && (len(c.spans) != 1 || starts[c.spans[0]]) {
					t.Fatalf("%v: found spans %v; want %d, or one that no cell begins with", p, c.spans, want)
				}
			}
		}
		if len(first) > 0 {
			t.Fatalf("no cells for %v", first)
		}
	})
}

func TestNoSpanDisappears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLane(t)
		shown := map[int]bool{}
		for _, c := range slices.Concat(l.cells(l.days(), drawCell(t))...) {
			for _, i := range c.spans {
				shown[i] = true
			}
		}
		if len(shown) != len(l.Spans) {
			t.Fatalf("only spans %v of %d are shown", shown, len(l.Spans))
		}
	})
}

func TestTheBarsOfASpanAreAsLongAsTheSpanAndCoverNoOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLane(t)
		length := map[int]time.Duration{}
		for _, row := range l.days() {
			var end time.Duration
			for _, b := range l.barsOf(row) {
				if b.from < 0 || b.from >= b.to || b.to > 24*time.Hour {
					t.Fatalf("%s: a bar from %v to %v", row.date, b.from, b.to)
				}
				if !b.repeated && b.from < end {
					t.Fatalf("%s: a bar from %v covers one that ends at %v", row.date, b.from, end)
				}
				end = max(end, b.to)
				length[b.span] += b.to - b.from
			}
		}
		for i, span := range l.Spans {
			if want := l.end(i).Sub(span.From); length[i] != want {
				t.Fatalf("span %d: bars of %v; want %v", i, length[i], want)
			}
		}
	})
}

func TestRowsAreEveryCalendarDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLane(t)
		rows := l.days()
		for i, row := range rows[1:] {
			if !row.date.Equal(rows[i].date.AddDate(0, 0, 1)) {
				t.Fatalf("%s follows %s", row.date, rows[i].date)
			}
		}
		for _, at := range []time.Time{l.From, l.Until.Add(-1)} {
			date := dateOf(clockFace(at.In(l.Zone)))
			if date.Before(rows[0].date) || date.After(rows[len(rows)-1].date) {
				t.Fatalf("%s is outside the rows", at)
			}
		}
	})
}
