package page

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
)

//go:embed page.html
var markup string

//go:embed page.css
var style string

// parsed is the page's template.
var parsed = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"seconds": Seconds, "stateWords": StateWords, "stateMood": stateMood, "unitWords": unitWords, "unitMood": unitMood,
		"outcomeMood": outcomeMood, "date": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	}).Parse(markup))
})

// view is what the template reads.
type view struct {
	Report
	Style template.CSS
	Zone  *time.Location
	Weeks []week
	Lists []runView
	Chart dayChart
	Saved savedChart
}

// Write writes a report as a page.
func Write(w io.Writer, r Report) error {
	zone, err := time.LoadLocation(r.Timezone)
	if err != nil {
		return err
	}
	v := view{Report: r, Style: template.CSS(minified(style)), Zone: zone, Chart: chartOf(r.Runs.Days), Saved: savedOf(r.Savings.Days)} //nolint:gosec // a file of this package
	for _, p := range r.Week {
		v.Weeks = append(v.Weeks, weekOf(p, r.At, r.Until))
	}
	for _, run := range r.Runs.Latest {
		v.Lists = append(v.Lists, runOf(run, zone))
	}
	var text bytes.Buffer
	if err := parsed().Execute(&text, v); err != nil {
		return err
	}
	_, err = io.WriteString(w, strings.Map(visible, text.String()))
	return err
}

// visible replaces characters that reorder or hide the text around them.
func visible(r rune) rune {
	if r == '\n' || unicode.IsPrint(r) {
		return r
	}
	return unicode.ReplacementChar
}

// minified removes the indentation and the comments of the style.
func minified(css string) string {
	var out strings.Builder
	for line := range strings.Lines(css) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "/*") {
			out.WriteString(line + "\n")
		}
	}
	return out.String()
}

// Local formats an instant by the clock of the report's zone.
func (v view) Local(t time.Time) string { return t.In(v.Zone).Format(clockForm) }

// Clock formats a local time.
func (view) Clock(t time.Time) string { return t.Format(clockForm) }

const clockForm = "Mon 2006-01-02 15:04"

// Verdict is the health in a word.
func (v view) Verdict() string {
	return map[report.Status]string{
		report.Healthy: "Healthy", report.Noted: "No problems", report.Unwell: "Needs attention", report.Unknown: "Partly unknown",
	}[v.Status]
}

// Mood colors the verdict.
func (v view) Mood() string {
	return map[report.Status]string{report.Healthy: good, report.Noted: good, report.Unwell: bad, report.Unknown: poor}[v.Status]
}

// Next returns the unit's next change that comes first; nil if there is none.
func (v view) Next() *report.Cluster {
	var first *report.Cluster
	for i, c := range v.Clusters {
		if c.NextChange != nil && (first == nil || c.NextChange.At.Before(first.NextChange.At)) {
			first = &v.Clusters[i]
		}
	}
	return first
}

// Common returns why the node groups of a unit have their desired sizes, if all of them have the same reason; else it is empty.
func (view) Common(c report.Cluster) string {
	reason := ""
	for i, n := range c.Nodegroups {
		if n.Why == nil || i > 0 && n.Why.Reason != reason {
			return ""
		}
		reason = n.Why.Reason
	}
	return reason
}

// HasConditions reports whether signals may change the plan.
func (v view) HasConditions() bool {
	return slices.ContainsFunc(v.Week, func(p Plan) bool {
		return slices.ContainsFunc(p.Steps, func(s agenda.Step) bool { return len(s.Conditional) > 0 })
	})
}

// HasSavings reports whether the records tell what would have run.
func (v view) HasSavings() bool { return v.Savings.Total.Total().Baseline > 0 }

// Share returns the saved share of the baseline, such as "48 %".
func (v view) Share() string {
	return fmt.Sprintf("%d %%", v.Savings.Total.Ours().Saved()*100/v.Savings.Total.Total().Baseline)
}

// FromRecords reports whether the sizes come from records.
func (v view) FromRecords() bool { return v.Records != nil }
