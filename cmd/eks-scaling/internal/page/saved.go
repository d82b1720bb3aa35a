package page

import (
	"time"

	"eks-scaling-automation/shared/savings"
)

// savedChart draws what ran each day, and above it what the baseline has more.
type savedChart struct {
	Columns []savedColumn
}

type savedColumn struct {
	SavedDay
	Label               string
	X, Width, Center    percent
	RanY, RanPixels     int
	SavedY, SavedPixels int
}

// savedHeight is the height of the most node hours of a day, in pixels.
const savedHeight = 110

func savedOf(days []SavedDay) (c savedChart) {
	days = days[max(0, len(days)-maxDays):]
	most := savings.NodeTime(0)
	for _, d := range days {
		most = max(most, d.Ran, d.Baseline)
	}
	if most == 0 {
		return c
	}
	width := whole / percent(len(days))
	for i, d := range days {
		column := savedColumn{SavedDay: d, X: percent(i)*width + width/8, Width: width * 3 / 4, Center: percent(i)*width + width/2, Label: d.Date}
		if date, err := time.Parse(time.DateOnly, d.Date); err == nil {
			if column.Label = date.Format("Mon 2"); len(days) > 10 {
				column.Label = date.Format("2")
			}
		}
		height := func(t savings.NodeTime) int { return int(int64(t) * savedHeight / int64(most)) }
		column.RanPixels, column.SavedPixels = height(d.Ran), height(max(d.Baseline-d.Ran, 0))
		column.RanY = 14 + savedHeight - column.RanPixels
		column.SavedY = column.RanY - column.SavedPixels
		c.Columns = append(c.Columns, column)
	}
	return c
}
