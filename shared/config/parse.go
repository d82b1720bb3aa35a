package config

import (
	"bytes"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// Feed is an iCalendar file that a document names.
type Feed struct {
	Ref            string // the path or the URL
	Timezone       string // the document's, for times in UTC; may be empty
	Timed          bool   // to take events with times of day too
	Match, Exclude []string
}

// FeedDates is what was read of a feed.
type FeedDates struct {
	Dates    schedule.Calendar
	Warnings []FeedWarning
}

// FeedWarning says what was not taken of a feed.
type FeedWarning struct {
	Field   string // of the calendar, such as "match[0]"; empty for the feed itself
	Message string
}

// ReadCalendar reads an iCalendar file.
type ReadCalendar func(Feed) (FeedDates, error)

// Reading holds the options for reading a document.
type Reading struct {
	// Calendar reads the iCalendar files; if nil, they are an error.
	Calendar ReadCalendar
	// Now enables the checks that depend on the day: ended overrides, and periods that do not apply within a year. Zero skips
	// them.
	Now time.Time
}

// Parse reads and checks a whole document, but no files that it refers to. An error is an [Invalid].
func Parse(data []byte) (Config, error) {
	c, findings := Reading{}.Parse(data)
	return c, Usable(findings)
}

// Parse reads and checks a whole document. It is valid if no finding is an [Error]; see [Usable].
func (r Reading) Parse(data []byte) (Config, []Finding) {
	findings := []Finding{}
	c := Config{Settings: defaultSettings()}
	if doc, ok := open(data, &findings); ok {
		c.read(doc, r)
	}
	return c, sorted(findings)
}

// ParseSettings reads and checks the settings alone, as the config table has them. An error is an [Invalid].
func ParseSettings(data []byte) (Settings, error) {
	s := defaultSettings()
	err := parse(data, func(doc value) { doc.object(s.fields(), "paused", "timezone") })
	return s, err
}

// ParseCalendar reads and checks one calendar alone, as the config table has it. An error is an [Invalid].
func ParseCalendar(data []byte) (c Calendar, err error) {
	err = parse(data, func(doc value) { c = readCalendar(doc, feeds{}) })
	return c, err
}

// ParseCluster reads and checks one cluster alone, as the config table has it. The settings have the default time zone, the
// accounts and the signals. An error is an [Invalid].
func ParseCluster(data []byte, settings Settings, calendars map[string]Calendar) (c Cluster, err error) {
	around := context{timezone: settings.Timezone, signals: settings.Signals, calendars: calendars, accounts: settings.Accounts}
	err = parse(data, func(doc value) { c = readCluster(doc, around) })
	return c, err
}

// CalendarsOf returns the names of the calendars that a cluster's periods use, sorted, from its spec alone. From an invalid spec it
// returns the readable ones.
func CalendarsOf(spec []byte) []string {
	if !bytes.Contains(spec, []byte("calendars")) {
		return nil // parsing is slow, and JSON from the table never escapes letters
	}
	var names []string
	_ = parse(spec, func(doc value) {
		cluster := readCluster(doc, context{timezone: "UTC", unreadable: true, unreadableSignals: true})
		for _, u := range cluster.Units() {
			for _, p := range u.Schedule.Periods {
				names = slices.Concat(names, p.Calendars.Only, p.Calendars.Except)
			}
		}
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// ParseOverride reads and checks one override alone, as the config table has it. An error is an [Invalid].
func ParseOverride(data []byte, clusters map[string]Cluster) (o scaling.Override, err error) {
	err = parse(data, func(doc value) { o = readOverride(doc, clusters, time.Time{}) })
	return o, err
}

func parse(data []byte, read func(doc value)) error {
	var findings []Finding
	if doc, ok := open(data, &findings); ok {
		read(doc)
	}
	return Usable(findings)
}

func defaultSettings() Settings {
	return Settings{Fleet: DefaultFleet()}
}

// fields reads the settings' part of a document.
func (s *Settings) fields() fields {
	return fields{
		"paused":   func(v value) { s.Paused = v.boolean() },
		"timezone": func(v value) { s.Timezone = v.timezone() },
		"fleet": func(v value) {
			v.object(fields{"units": func(v value) { s.Fleet.Units = v.integer(1, MaxUnits) }})
		},
		"accounts":    func(v value) { s.Accounts = readAccounts(v) },
		"blastRadius": func(v value) { s.BlastRadius = v.blastRadius() },
		"budget":      func(v value) { s.Budget = v.budget() },
		"signals":     func(v value) { s.Signals = readSignals(v) },
		"prices":      func(v value) { s.Prices = v.prices() },

		"notifications": func(v value) { s.Notifications = v.notifications() },

		"weekly": func(v value) { s.Weekly = v.weekly() },
	}
}

func (c *Config) read(doc value, with Reading) {
	var clusters, calendars, overrides, signals, radius, prices value
	known := c.fields()
	readSignals := known["signals"]
	known["signals"] = func(v value) { signals = v; readSignals(v) }
	readRadius := known["blastRadius"]
	known["blastRadius"] = func(v value) { radius = v; readRadius(v) }
	readPrices := known["prices"]
	known["prices"] = func(v value) { prices = v; readPrices(v) }
	known["clusters"] = func(v value) { clusters = v }
	known["calendars"] = func(v value) { calendars = v }
	known["overrides"] = func(v value) { overrides = v }
	doc.object(known, "timezone", "clusters")
	reviewed, places := with, map[string]value{}
	if calendars.node != nil {
		before := doc.broken()
		c.Calendars, places = readCalendars(calendars, feeds{with.Calendar, c.Timezone})
		if doc.broken() > before {
			reviewed.Now = time.Time{} // without its dates a period would seem never to apply
		}
	}
	byName := map[string]Cluster{}
	if clusters.node != nil {
		around := context{
			timezone: c.Timezone, calendars: c.Calendars, unreadable: calendars.node != nil && c.Calendars == nil,
			accounts: c.Accounts, signals: c.Signals, unreadableSignals: signals.node != nil && signals.node.Kind != yaml.MappingNode, now: reviewed.Now,
		}
		before := doc.broken()
		if byName = c.readClusters(clusters, around); doc.broken() == before {
			c.findUnused(signals)
		}
		if doc.broken() == 0 {
			c.findShortLived(signals)
		}
	}
	if !reviewed.Now.IsZero() {
		c.findEndings(places, reviewed.Now)
	}
	if overrides.node != nil {
		c.Overrides = readOverrides(overrides, byName, with.Now)
	}
	for i, cluster := range c.Clusters {
		c.Clusters[i] = cluster.WithOverrides(c.Overrides)
	}
	c.findRefused(radius, reviewed.Now)
	c.findUnpriced(prices)
}

func (c *Config) readClusters(v value, around context) map[string]Cluster {
	if around.timezone == "" {
		around.timezone = "UTC" // what is wrong with the zone is on the list already; the clusters are checked anyway
	}
	byName, together := map[string]Cluster{}, Together{}
	if v.node.Kind != yaml.SequenceNode || len(v.node.Content) == 0 {
		v.must("a list of at least one cluster")
		return byName
	}
	v.items(func(v value) {
		cluster := readCluster(v, around)
		if other, twice := byName[cluster.Name]; twice && cluster.Name != "" {
			v.fail("duplicate cluster %q: use each name once; %s", cluster.Name, sameName(cluster, other))
		}
		if err := together.Add(cluster); err != nil {
			v.fail("%v", err)
		}
		byName[cluster.Name] = cluster
		c.Clusters = append(c.Clusters, cluster)
	})
	return byName
}

// matching reads a string of a given form.
func (v value) matching(form func(string) bool, what, use string) string {
	text := v.text()
	if text != "" && !form(text) {
		v.invalid(what, use)
	}
	return text
}

// shortText reads one line of at most limit characters.
func (v value) shortText(limit int) string {
	text := v.text()
	if text != "" && !isText(limit)(text) {
		v.fail("must have at most %d characters", limit)
	}
	return text
}

// oneOf reads one of the known names.
func oneOf[T ~string](v value, what string, known ...T) T {
	text := T(v.text())
	if text != "" && !slices.Contains(known, text) {
		names := make([]string, len(known))
		for i, name := range known {
			names[i] = string(name)
		}
		v.fail("%s", english.Unknown(what, string(text), names))
	}
	return text
}
