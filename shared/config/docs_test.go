package config_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
)

// The tests read docs/configuration.md as its readers do, and try all that it says.
func documentation(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var fence = regexp.MustCompile("(?ms)^```yaml( fragment)?\n(.*?)^```$")

// whole is the complete document of the documentation, with which it begins.
func whole(t *testing.T) string {
	t.Helper()
	return fence.FindStringSubmatch(documentation(t))[2]
}

// holidayFiles reads every iCalendar file as one holiday.
func holidayFiles(t *testing.T) config.ReadCalendar {
	return func(config.Feed) (config.FeedDates, error) {
		return config.FeedDates{Dates: schedule.Calendar{{Dates: dates(t, "2026-12-25"), Name: "Natal"}}}, nil
	}
}

// Each block is a configuration; a fragment takes the place of the same part of the whole document.
func TestDocumentedYAML(t *testing.T) {
	blocks := fence.FindAllStringSubmatch(documentation(t), -1)
	if all := strings.Count(documentation(t), "```yaml"); all != len(blocks) || all < 3 {
		t.Fatalf("%d blocks of %d were understood", len(blocks), all)
	}
	for i, block := range blocks {
		t.Run(fmt.Sprintf("block_%d", i+1), func(t *testing.T) {
			document := block[2]
			if block[1] != "" {
				name, _, _ := strings.Cut(document, ":")
				document = without(whole(t), name, "periods") + document
			}
			c, findings := config.Reading{Now: noon, Calendar: holidayFiles(t)}.Parse([]byte(document))
			if len(findings) > 0 {
				t.Fatalf("%s\nhas findings: %v", document, findings)
			}
			printsBack(t, c)
		})
	}
}

// docs/signals.md has its example in whole, and fragments with signals that no period uses there.
func TestDocumentedSignals(t *testing.T) {
	text, err := os.ReadFile("../../docs/signals.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../../examples/signals.yaml")
	if err != nil {
		t.Fatal(err)
	}
	blocks := fence.FindAllStringSubmatch(string(text), -1)
	if all := strings.Count(string(text), "```yaml"); all != len(blocks) || all < 2 {
		t.Fatalf("%d blocks of %d were understood", len(blocks), all)
	}
	for i, block := range blocks {
		document := block[2]
		if block[1] != "" {
			document = without(whole(t), "signals") + document
		} else if diff := cmp.Diff(string(example), document); diff != "" {
			t.Errorf("block %d is not the example (-example +documented):\n%s", i+1, diff)
		}
		c, findings := plain.Parse([]byte(document))
		findings = slices.DeleteFunc(findings, func(f config.Finding) bool { return strings.HasPrefix(f.Message, "no period uses signal") })
		if len(findings) > 0 {
			t.Fatalf("%s\nhas findings: %v", document, findings)
		}
		printsBack(t, c)
	}
}

// without takes the named fields out of a document, with all that is indented below them.
func without(document string, names ...string) string {
	var kept strings.Builder
	below := -1 // the indentation of the field that is being left out
	for line := range strings.Lines(document) {
		text := strings.TrimLeft(line, " ")
		indentation := len(line) - len(text)
		if below >= 0 && indentation > below {
			continue
		}
		below = -1
		field, _, _ := strings.Cut(text, ":")
		if slices.Contains(names, field) {
			below = indentation
			continue
		}
		kept.WriteString(line)
	}
	return kept.String()
}

// documented is the whole document with one period alone, in place of its own.
func documented(t *testing.T, fields string) string {
	t.Helper()
	period := "      periods:\n        - {name: p, profile: peak, " + fields + "}\n"
	return strings.Replace(without(whole(t), "periods"), "overrides:", period+"overrides:", 1)
}

// rows returns the cells of the table whose header contains the given words.
func rows(t *testing.T, header string) [][]string {
	t.Helper()
	var found [][]string
	inside := false
	for line := range strings.Lines(documentation(t)) {
		switch {
		case !strings.HasPrefix(line, "|"):
			inside = false
		case strings.HasPrefix(line, header):
			inside = true
		case inside && !strings.HasPrefix(line, "|---"):
			cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
			for i, cell := range cells {
				cells[i] = strings.Trim(cell, " `")
			}
			found = append(found, cells)
		}
	}
	if len(found) < 5 {
		t.Fatalf("%d rows below %q", len(found), header)
	}
	return found
}

// windows returns the documented period's windows that start in December 2026, each as its start and end.
func windows(t *testing.T, fields string) (all [][2]time.Time) {
	t.Helper()
	timetable := parse(t, documented(t, fields)).Units()[0].Timetable()
	start := time.Date(2026, 12, 1, 0, 0, 0, 0, timetable.Location())
	for at := start; at.Before(start.AddDate(0, 1, 0)); {
		active := timetable.Active(at)
		if active.Period == "p" && !active.Since.Before(start) {
			all = append(all, [2]time.Time{active.Since, active.Until})
		}
		if at = active.Until; at.IsZero() {
			break
		}
	}
	return all
}

func TestDocumentedFilters(t *testing.T) {
	for _, row := range rows(t, "| field | example | in December 2026 |") {
		t.Run(row[1], func(t *testing.T) {
			var days []int
			for _, window := range windows(t, row[1]+", from: 08:00, to: 09:00") {
				days = append(days, window[0].Day())
			}
			if got := inRanges(days); got != row[2] {
				t.Errorf("it starts on %s, and is documented to on %s", got, row[2])
			}
		})
	}
}

// inRanges writes numbers in their order, with those in a row as "7-11".
func inRanges(numbers []int) string {
	var texts []string
	for i := 0; i < len(numbers); {
		end := i
		for end+1 < len(numbers) && numbers[end+1] == numbers[end]+1 {
			end++
		}
		text := fmt.Sprint(numbers[i])
		if end > i {
			text += fmt.Sprintf("-%d", numbers[end])
		}
		texts = append(texts, text)
		i = end + 1
	}
	if len(texts) == 0 {
		return "none"
	}
	return strings.Join(texts, ", ")
}

func TestDocumentedWindows(t *testing.T) {
	for _, row := range rows(t, "| example | in December 2026 |") {
		t.Run(row[0], func(t *testing.T) {
			var texts []string
			for _, window := range windows(t, row[0]) {
				texts = append(texts, window[0].Format("Mon 2 15:04")+" to "+window[1].Format("Mon 2 15:04"))
			}
			if got := strings.Join(texts, ", "); got != row[1] {
				t.Errorf("it is %s, and documented as %s", got, row[1])
			}
		})
	}
}

func TestDocumentedInstants(t *testing.T) {
	for _, row := range rows(t, "| written, for a cluster in São Paulo |") {
		t.Run(row[0], func(t *testing.T) {
			override := "overrides:\n  - {cluster: production, profile: peak, until: 2027-01-01 00:00, reason: why, from: " + row[0] + "}\n"
			c, findings := plain.Parse([]byte(without(whole(t), "overrides") + override))
			got := "an error"
			if len(findings) == 0 {
				got = c.Overrides[0].From.Format(time.RFC3339)
			}
			if !strings.HasPrefix(row[1], got) {
				t.Errorf("it is %s, and documented as %s", got, row[1])
			}
		})
	}
}

func TestDocumentedFindings(t *testing.T) {
	for _, row := range rows(t, "| example | severity | because |") {
		t.Run(row[0], func(t *testing.T) {
			got := []string{}
			_, findings := today.Parse([]byte(documented(t, row[0])))
			for _, f := range findings {
				got = append(got, string(f.Severity))
			}
			want := []string{row[1]}
			if row[1] == "none" {
				want = []string{}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("findings %v (-documented +got):\n%s", findings, diff)
			}
		})
	}
}

// The fields of signals and conditions are in a table of their own, with their defaults.
func TestDocumentedFieldsOfSignals(t *testing.T) {
	text := documentation(t)
	broken := strings.NewReplacer(
		"{signal: rain,", "{x: 1, signal: rain,", "maxAge: 2h", "x: 1\n    maxAge: 2h", "http: {url:", "http: {x: 1, url:", "{secret:", "{x: 1, secret:",
	).Replace(everySignal)
	_, findings := plain.Parse([]byte(broken))
	fields := 0
	for _, f := range findings {
		_, known, ok := strings.Cut(f.Message, "; known: ")
		if !ok {
			t.Fatal(f)
		}
		for field := range strings.SplitSeq(known, ", ") {
			fields++
			if !strings.Contains(text, "| `"+field+"` | ") && !strings.Contains(text, "`"+field+"` ") && !strings.Contains(text, "{"+field+": ") {
				t.Errorf("%s is not documented", field)
			}
		}
	}
	if fields < 20 {
		t.Errorf("%d fields are known", fields)
	}
	for _, row := range []string{"| `maxAge` | `1h` |", "| `every` | `15m` |"} {
		if !strings.Contains(text, row) {
			t.Errorf("%s is not documented", row)
		}
	}
}

// Each field that can be written is in a table, and each default is what comes of leaving the field out.
func TestDocumentedFields(t *testing.T) {
	text := documentation(t)
	_, findings := plain.Parse([]byte(strings.NewReplacer(
		"timezone:", "x: 1\ntimezone:", "    region:", "    x: 1\n    region:", "default:", "x: 1\n      default:",
		"{name: holidays,", "{x: 1, name: holidays,", "{only:", "{x: 1, only:", "{cluster:", "{x: 1, cluster:",
		"{date:", "{x: 1, date:", "    dates: [2026-12-14", "    x: 1\n    dates: [2026-12-14", "small: {minSize", "small: {x: 1, minSize",
	).Replace(whole(t))))
	known := map[string]bool{}
	for _, f := range findings {
		_, fields, ok := strings.Cut(f.Message, "; known: ")
		if !ok {
			t.Fatal(f)
		}
		for field := range strings.SplitSeq(fields, ", ") {
			known[field] = true
		}
	}
	if len(findings) < 9 || len(known) < 30 {
		t.Fatalf("%d fields are known from %d findings", len(known), len(findings))
	}
	for field := range known {
		if !strings.Contains(text, "`"+field+"`") && !strings.Contains(text, field+": ") && !strings.Contains(text, "{"+field+",") {
			t.Errorf("%s is not documented", field)
		}
	}
}
