package document

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/icalendar"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
)

// feedYears is the number of years before and after the current one for which an iCalendar file is read.
const feedYears = 5

// readFeeds reads the iCalendar files of a document in a directory.
func readFeeds(ctx context.Context, dir string, year int) config.ReadCalendar {
	source := CalendarSource{Dir: dir}
	return func(feed config.Feed) (config.FeedDates, error) {
		data, err := source.Read(ctx, feed.Ref)
		if errors.Is(err, fs.ErrNotExist) { // which is a path, and is named once
			path := feed.Ref
			if !filepath.IsAbs(path) {
				path = filepath.Join(dir, path)
			}
			return config.FeedDates{}, fmt.Errorf("file %s not found: use the path of an iCalendar file, or an http(s) URL", path)
		}
		if err != nil {
			return config.FeedDates{}, err
		}
		zone, err := time.LoadLocation(feed.Timezone)
		if err != nil {
			zone = time.UTC // the document is invalid in another place
		}
		read, err := icalendar.Parse(data, icalendar.Options{
			From: newYear(year - feedYears), Until: newYear(year+feedYears+1).AddDate(0, 0, -1),
			Zone: zone, Timed: feed.Timed, Match: feed.Match, Exclude: feed.Exclude,
		})
		if err != nil {
			return config.FeedDates{}, fmt.Errorf("calendar %q: %w", hideUser(feed.Ref), err)
		}
		return datesOf(read), nil
	}
}

func newYear(year int) time.Time {
	return time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)
}

func datesOf(read icalendar.Feed) (found config.FeedDates) {
	for _, day := range read.Days {
		date := schedule.DateOf(day.Date)
		found.Dates = append(found.Dates, schedule.Holiday{Dates: schedule.DateRange{First: date, Last: date}, Name: day.Name})
	}
	for _, w := range read.Warnings {
		found.Warnings = append(found.Warnings, config.FeedWarning{Field: w.Field, Message: w.Text})
	}
	return found
}
