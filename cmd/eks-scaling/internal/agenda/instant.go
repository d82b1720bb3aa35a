package agenda

import (
	"fmt"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
)

// Instant reads a point in time. One without an offset is by the clock of the clusters, which then must share a zone.
func Instant(text string, clusters []config.Cluster) (time.Time, error) {
	if strings.Contains(text, "T") {
		t, err := schedule.ParseInstant(text, time.UTC) // its offset counts
		return t.UTC(), err
	}
	loc := clusters[0].Timetable().Location()
	for _, c := range clusters {
		if c.Timetable().Location().String() != loc.String() {
			return time.Time{}, fmt.Errorf(`found %q, but the clusters are in different time zones; want RFC 3339 ("2026-12-24T20:00:00-03:00"), or one --cluster`, text)
		}
	}
	t, err := schedule.ParseInstant(text, loc)
	return t.UTC(), err
}
