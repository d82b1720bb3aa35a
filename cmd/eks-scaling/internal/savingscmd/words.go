package savingscmd

import (
	"fmt"
	"strings"
	"time"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/savings"
)

// rows returns the table. Numbers stand right in their columns.
func (r Report) rows() [][]string {
	head := []string{strings.ToUpper(string(r.By)), "BASELINE", "RAN", "SAVED", "OTHERS"}
	if r.By == savings.ByNodegroup {
		head[0] = "NODE GROUP"
	}
	rows := [][]string{head}
	for _, item := range r.Items {
		rows = append(rows, append([]string{item.String()}, numbers(item.Hours)...))
	}
	if len(r.Items) > 1 {
		rows = append(rows, append([]string{"total"}, numbers(r.Total)...))
	}
	if r.Net != nil || r.priced() {
		rows[0] = append(rows[0], "USD")
		for i, item := range r.Items {
			rows[i+1] = append(rows[i+1], usd(item.Ours().Value))
		}
		if len(r.Items) > 1 {
			rows[len(rows)-1] = append(rows[len(rows)-1], usd(r.Total.Ours().Value))
		}
	}
	return rightAligned(rows)
}

// priced reports whether the report has money.
func (r Report) priced() bool { return len(r.Nodegroups) > 0 && r.Nodegroups[0].Rate != nil }

func numbers(h savings.Hours) []string {
	total, ours := h.Total(), h.Ours()
	return []string{total.Baseline.String(), total.Ran.String(), ours.Saved().String(), (total.Saved() - ours.Saved()).String()}
}

func usd(value *savings.Range) string {
	if value == nil {
		return "-"
	}
	return value.String()
}

// rightAligned aligns all columns but the first on the right.
func rightAligned(rows [][]string) [][]string {
	for column := 1; column < len(rows[0]); column++ {
		widest := 0
		for _, cells := range rows {
			widest = max(widest, len(cells[column]))
		}
		for _, cells := range rows {
			cells[column] = fmt.Sprintf("%*s", widest, cells[column])
		}
	}
	return rows
}

// lines returns what stands below the table.
func (r Report) lines(zone *time.Location) (lines []string) {
	total, ours := r.Total.Total(), r.Total.Ours()
	lines = append(lines, fmt.Sprintf("Saved by eks-scaling: %s of %s node hours%s.", ours.Saved(), total.Baseline, percent(ours.Saved(), total.Baseline)))
	if ours.Above > 0 {
		lines = append(lines, fmt.Sprintf("It ran %s below the baseline, and %s above it: that costs.", ours.Below, ours.Above))
	}
	for _, cause := range savings.Causes()[1:] {
		if part := r.Total.By[cause]; part.Baseline > 0 || part.Ran > 0 {
			lines = append(lines, fmt.Sprintf("%s: %s saved, not counted above.", causeInWords(cause), part.Saved()))
		}
	}
	if r.Total.Unknown > 0 {
		lines = append(lines, fmt.Sprintf("Unknown: %s at the baseline, without a record of the size.", r.Total.Unknown))
	}
	lines = append(lines, r.gaps(zone)...)
	if r.EveryRun > 1 {
		lines = append(lines, fmt.Sprintf("All changes were read, and of the hourly readings 1 of %d: there are many.", r.EveryRun))
	}
	lines = append(lines, r.baselines()...)
	return append(lines, r.money()...)
}

// maxGaps limits the intervals without records that are listed: a stack with rare reconcile runs has many.
const maxGaps = 5

func (r Report) gaps(zone *time.Location) (lines []string) {
	const minute = "2006-01-02 15:04"
	for _, g := range r.Gaps[:min(len(r.Gaps), maxGaps)] {
		lines = append(lines, fmt.Sprintf("No records from %s to %s: sizes are assumed to be unchanged.", g.From.In(zone).Format(minute), g.Until.In(zone).Format(minute)))
	}
	if more := len(r.Gaps) - maxGaps; more > 0 {
		lines = append(lines, fmt.Sprintf("No records in %s more, of more than 3 hours each.", english.Count(more, "interval")))
	}
	return lines
}

func causeInWords(c savings.Cause) string {
	return map[savings.Cause]string{
		savings.Autoscaler: "An autoscaler", savings.Person: "A person", savings.Observed: "Observed, cause not on record",
	}[c]
}

// percent words a share, such as " (48 %)".
func percent(part, whole savings.NodeTime) string {
	if whole <= 0 {
		return ""
	}
	return fmt.Sprintf(" (%d %%)", part*100/whole)
}

// baselines says how many node groups declare no baseline.
func (r Report) baselines() []string {
	undeclared := 0
	for _, n := range r.Nodegroups {
		if n.Baseline != nil && n.Baseline.Source != savings.Declared {
			undeclared++
		}
	}
	if undeclared == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Without a declared baseline: %s; compared with the size before the first change on record.", english.Count(undeclared, "node group"))}
}

// money words the worth.
func (r Report) money() (lines []string) {
	if !r.priced() {
		return nil
	}
	if value := r.Total.Ours().Value; value != nil {
		lines = append(lines, fmt.Sprintf("%s at list price, on demand (%s).", english.Capital(worth(*value)), r.sources()))
	}
	if r.Net != nil {
		lines = append(lines, fmt.Sprintf("Its own runs cost about USD %s (%d runs, %d transitions): net %s.", r.Cost, r.Usage.Runs, r.Usage.Transitions, worth(*r.Net)))
	} else {
		lines = append(lines, "The cost of its own runs counts the whole stack, so it is not subtracted from a part.")
	}
	for _, text := range r.Unpriced {
		lines = append(lines, "Not priced: "+text+".")
	}
	return append(lines, "Savings Plans and reservations save nothing when a node stops: they may already pay for these hours.")
}

// worth words an amount, which costs if it is negative.
func worth(value savings.Range) string {
	if value.Cheapest.Sign() < 0 && value.Dearest.Sign() < 0 {
		return "a cost of USD " + savings.Range{}.Less(value).String()
	}
	return "up to USD " + value.String()
}

// sources names where prices come from.
func (r Report) sources() string {
	dates, own := map[string]bool{}, 0
	oldest := ""
	for _, n := range r.Nodegroups {
		switch {
		case n.Rate.Source == savings.FromSettings:
			own++
		case n.Rate.Date != "":
			dates[n.Rate.Date] = true
			if oldest == "" || n.Rate.Date < oldest {
				oldest = n.Rate.Date
			}
		}
	}
	var parts []string
	if len(dates) > 0 {
		parts = append(parts, "price list of "+oldest)
	}
	if own > 0 {
		parts = append(parts, "own prices of "+english.Count(own, "node group"))
	}
	return english.OrNone(parts)
}
