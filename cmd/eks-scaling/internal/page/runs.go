package page

import (
	"cmp"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/shared/run"
)

// runView is a run as it is drawn.
type runView struct {
	Run
	Local   string // when it began
	By      string
	Why     string // the transition, or what a person gave
	Result  string
	Mood    string
	Took    string // until the last change had ended; empty if unknown
	Changes []changeView
}

// changeView is a change on the timeline of its run: until the call, and from the call until it ended.
type changeView struct {
	Change
	Move          string
	ToCall, ToEnd string // in words; empty if unknown
	Call, End     percent
	Lasted        percent
	Mood          string
}

func runOf(r Run, zone *time.Location) runView {
	v := runView{Run: r, Local: r.StartedAt.In(zone).Format(clockForm), By: runwords.StartedBy(r.Actor, r.Trigger), Result: string(r.Outcome), Mood: outcomeMood(r.Outcome)}
	if r.Outcome == "" {
		v.Result, v.Mood = map[string]string{"timedOut": "timed out"}[r.Status], bad
		v.Result = cmp.Or(v.Result, r.Status)
		if r.Status == "running" {
			v.Mood = plain
		}
	}
	if v.Why = r.Reason; r.Trigger == run.ScheduleTrigger || r.Trigger == run.ReconcileTrigger {
		v.Why = ""
		if !r.Due.IsZero() && r.Trigger == run.ScheduleTrigger {
			v.Why = "for " + r.Due.In(zone).Format("Mon 15:04")
		}
	}
	along := scale{r.begun(), r.ended()}
	if took := along.until.Sub(along.from); took > 0 {
		v.Took = Seconds(took.Seconds())
	}
	for _, c := range r.Changes {
		v.Changes = append(v.Changes, changeOf(c, along))
	}
	return v
}

// begun returns the transition that the run is for, or when it began.
func (r Run) begun() time.Time {
	if !r.Due.IsZero() && r.Due.Before(r.StartedAt) {
		return r.Due
	}
	return r.StartedAt
}

// ended returns when the last change had ended.
func (r Run) ended() time.Time {
	last := r.begun()
	for _, c := range r.Changes {
		if c.EndedAt.After(last) {
			last = c.EndedAt
		}
	}
	return last
}

// Move words the change of sizes, such as "1 -> 3 (0..5)". A change that did not arrive shows the sizes that were requested.
func Move(c Change) string {
	goal := c.Goal.Sizes(0)
	if c.Before != nil {
		goal = c.Goal.Sizes(c.Before.DesiredSize)
	}
	return runwords.Move(c.Before, cmp.Or(c.After, &goal))
}

func changeOf(c Change, along scale) changeView {
	v := changeView{Change: c, Move: Move(c), Mood: outcomeMood(c.Outcome)}
	if c.StartedAt.IsZero() || c.EndedAt.IsZero() {
		return v
	}
	v.Call, v.End = along.at(c.StartedAt), along.at(c.EndedAt)
	v.Lasted = max(v.End-v.Call, 50)
	v.ToCall = Seconds(c.StartedAt.Sub(along.from).Seconds())
	v.ToEnd = Seconds(c.EndedAt.Sub(along.from).Seconds())
	return v
}

// dayChart draws the changes of each day.
type dayChart struct {
	Columns []dayColumn
	Most    int
}

type dayColumn struct {
	Day
	Label           string
	X, Width        percent
	Center          percent
	Y, Height       int // of the changes that succeeded
	FailedY, FailsH int
}

// chartHeight is the height of the most changes in a day, in pixels.
const chartHeight = 64

// maxDays limits the days that fit beside each other.
const maxDays = 31

func chartOf(days []Day) (c dayChart) {
	days = days[max(0, len(days)-maxDays):]
	for _, d := range days {
		c.Most = max(c.Most, d.Changes+d.Failed)
	}
	if c.Most == 0 {
		return c
	}
	width := whole / percent(len(days))
	for i, d := range days {
		column := dayColumn{Day: d, X: percent(i)*width + width/8, Width: width * 3 / 4, Center: percent(i)*width + width/2}
		if date, err := time.Parse(time.DateOnly, d.Date); err == nil {
			column.Label = date.Format("Mon 2")
			if len(days) > 10 {
				column.Label = date.Format("2")
			}
		}
		column.Height, column.FailsH = d.Changes*chartHeight/c.Most, d.Failed*chartHeight/c.Most
		column.Y = 14 + chartHeight - column.Height
		column.FailedY = column.Y - column.FailsH
		c.Columns = append(c.Columns, column)
	}
	return c
}
