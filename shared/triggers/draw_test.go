package triggers_test

import (
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"

	"eks-scaling-automation/shared/config"
)

// zones have changes of the clocks of all kinds: at midnight and over it, of half an hour and of two or three, in winter, in
// Ramadan, by a whole day (Apia, 2011), and none.
var zones = []string{
	"America/Sao_Paulo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Antarctica/Casey", "Antarctica/Troll",
	"Africa/Casablanca", "Africa/Cairo", "America/Havana", "America/Nuuk", "America/St_Johns", "Asia/Gaza", "Asia/Tehran", "Europe/Dublin", "UTC",
}

// drawing makes configurations in words, for a year that begins at an instant.
type drawing struct {
	t         *rapid.T
	begin     time.Time
	calendars string
}

// document draws one to three clusters with their periods, calendars and overrides.
func (d *drawing) document() string {
	d.calendars = fmt.Sprintf("calendars: {even: {dates: [%s, %s, %s]}, odd: {dates: [%s, %s]}}\n",
		d.dates(), d.dates(), d.dates(), d.dates(), d.dates())
	zone := rapid.SampledFrom(zones).Draw(d.t, "zone")
	var clusters []string
	for i := range rapid.IntRange(1, 3).Draw(d.t, "clusters") {
		if rapid.IntRange(0, 2).Draw(d.t, "is elsewhere") == 2 {
			zone = rapid.SampledFrom(zones).Draw(d.t, "other zone")
		}
		clusters = append(clusters, d.cluster(fmt.Sprintf("c%d", i), zone))
	}
	overrides := ""
	for i := range rapid.IntRange(0, 6).Draw(d.t, "overrides") {
		overrides += d.override(fmt.Sprintf("o%d", i), fmt.Sprintf("c%d", i%len(clusters)))
	}
	if overrides != "" {
		overrides = "overrides:\n" + overrides
	}
	return document(clusters...) + d.calendars + overrides
}

// cluster draws up to five periods, without ones that would never be active, and in half of the cases how long ahead of them it
// scales up.
func (d *drawing) cluster(name, zone string) string {
	text, periods := cluster(name, zone), []string{}
	for range rapid.IntRange(0, 5).Draw(d.t, "periods") {
		more := append(periods, d.period())
		if _, err := config.Parse([]byte(document(cluster(name, zone, more...)) + d.calendars)); err == nil {
			text, periods = cluster(name, zone, more...), more
		}
	}
	switch rapid.IntRange(0, 5).Draw(d.t, "is ahead") {
	case 0:
		text = strings.Replace(text, "default:", "ahead: "+d.ahead()+", default:", 1)
	case 1:
		text = strings.Replace(text, "default:", "ahead: {peak: "+d.ahead()+", low: "+d.ahead()+"}, default:", 1)
	case 2:
		text = strings.Replace(text, "name: p0,", "name: p0, ahead: "+d.ahead()+",", 1)
	}
	if rapid.IntRange(0, 9).Draw(d.t, "is disabled") == 9 {
		return disabled(text)
	}
	return text
}

// ahead draws minutes, or as many hours as a lead may last.
func (d *drawing) ahead() string {
	if rapid.Bool().Draw(d.t, "is short") {
		return fmt.Sprintf("%dm", rapid.IntRange(1, 45).Draw(d.t, "minutes ahead"))
	}
	return fmt.Sprintf("%dm", rapid.IntRange(1, 12*60).Draw(d.t, "up to hours ahead"))
}

func (d *drawing) period() string {
	weekday := func() string {
		return rapid.SampledFrom([]string{"sun", "mon", "thu", "fri", "sat"}).Draw(d.t, "weekday")
	}
	filter := rapid.SampledFrom([]func() string{
		func() string { return "" },
		func() string { return fmt.Sprintf("days: [%s-%s], ", weekday(), weekday()) },
		func() string { return fmt.Sprintf("days: [%s#1, %s#last], ", weekday(), weekday()) },
		func() string { return "monthDays: [1, 15W, 31], " },
		func() string { return "monthDays: [-7..-1], " },
		func() string { return fmt.Sprintf("months: [oct-mar], days: [%s], ", weekday()) },
		func() string { return fmt.Sprintf("dates: [%s, %s], ", d.dates(), d.dates()) },
		func() string { return "calendars: {only: [even]}, " },
		func() string { return "calendars: {only: [even, odd], except: [odd]}, " },
		func() string { return "calendars: {except: [odd]}, " },
		nil,
	}).Draw(d.t, "filter")
	switch {
	case filter == nil:
		return fmt.Sprintf("from: '%s %s', to: '%s %s'", weekday(), d.clock(), weekday(), d.clock())
	case rapid.IntRange(0, 4).Draw(d.t, "all day") == 4:
		return filter() + "to: '24:00'"
	default:
		return filter() + fmt.Sprintf("from: '%s', to: '%s'", d.clock(), d.clock())
	}
}

// clock prefers the hours in which clocks are changed.
func (d *drawing) clock() string {
	minutes := 15 * rapid.IntRange(0, 16).Draw(d.t, "quarter")
	if rapid.IntRange(0, 2).Draw(d.t, "is later") == 2 {
		minutes = rapid.IntRange(0, 24*60-1).Draw(d.t, "minutes")
	}
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
}

// override draws one of a profile or of a size, for some days, in fractions of seconds.
func (d *drawing) override(name, cluster string) string {
	from := d.instant()
	until := from.Add(time.Duration(rapid.Int64Range(1, int64(5*24*time.Hour)).Draw(d.t, "how long")))
	what := rapid.SampledFrom([]string{"profile: high", "profile: peak, nodegroups: [small]", "sizes: {big: 5}"}).Draw(d.t, "what")
	text := entry(name, cluster, from.Format(time.RFC3339Nano), until.Format(time.RFC3339Nano))
	return strings.Replace(text, "profile: high", what, 1)
}

// dates draws a date, or some in a row.
func (d *drawing) dates() string {
	first := d.instant()
	last := first.AddDate(0, 0, rapid.IntRange(0, 2).Draw(d.t, "more days"))
	return fmt.Sprintf("'%s..%s'", first.Format(time.DateOnly), last.Format(time.DateOnly))
}

// instant draws one of the year and of the days after it, in half of the cases within two days of a change of some clock.
func (d *drawing) instant() time.Time {
	const spread = 0x9E3779B97F4A7C15 // small numbers are preferred, which would all be in the first days
	seconds := rapid.Uint64().Draw(d.t, "seconds") * spread % (370 * 24 * 3600)
	at := d.begin.Add(time.Duration(seconds) * time.Second)
	if rapid.Bool().Draw(d.t, "near a change of the clocks") {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(d.t, "near one of"))
		if err != nil {
			d.t.Fatal(err)
		}
		if change, _ := at.In(zone).ZoneBounds(); change.After(d.begin) {
			at = change.Add(time.Duration(rapid.Int64Range(-int64(48*time.Hour), int64(48*time.Hour)).Draw(d.t, "from it")))
		}
	}
	return at.UTC()
}
