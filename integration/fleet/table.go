package main

import (
	"fmt"
	"strings"
	"time"

	"eks-scaling-automation/shared/english"
)

// table formats a Markdown table. The first row is its head, and all but the first column are numbers.
func table(rows ...[]string) string {
	var text strings.Builder
	for i, row := range rows {
		text.WriteString("| " + strings.Join(row, " | ") + " |\n")
		if i == 0 {
			text.WriteString("|---" + strings.Repeat("|---:", len(row)-1) + "|\n")
		}
	}
	return strings.TrimSuffix(text.String(), "\n")
}

func whole(n float64) string { return english.Number(int(n + 0.5)) }

func money(n float64) string {
	cents := int(n*100 + 0.5)
	return fmt.Sprintf("%s.%02d", english.Number(cents/100), cents%100)
}

func minutes(d time.Duration) string {
	d = d.Round(time.Second)
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
}

func kilobytes(n int) string { return fmt.Sprintf("%.1f KiB", float64(n)/1024) }
