package config

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Parse reads and checks a whole document. An error is an [Invalid] with every problem in it.
func Parse(data []byte) (Config, error) {
	var problems []Problem
	c := Config{Settings: Settings{Enabled: true}}
	if doc, ok := open(data, &problems); ok {
		c.read(doc)
	}
	return c, invalid(problems)
}

// ParseSettings reads and checks the settings alone, as the config table has them.
func ParseSettings(data []byte) (Settings, error) {
	var problems []Problem
	s := Settings{Enabled: true}
	if doc, ok := open(data, &problems); ok {
		doc.object(s.fields(), "enabled", "timezone")
	}
	return s, invalid(problems)
}

// ParseCluster reads and checks one cluster alone, as the config table has it. The zone is the cluster's own or, when it
// names none, the given one.
func ParseCluster(data []byte, timezone string) (Cluster, error) {
	var problems []Problem
	var c Cluster
	if doc, ok := open(data, &problems); ok {
		c = readCluster(doc, timezone)
	}
	return c, invalid(problems)
}

func invalid(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	slices.SortStableFunc(problems, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return &Invalid{Problems: problems}
}

// fields reads the settings' part of a document.
func (s *Settings) fields() fields {
	return fields{
		"enabled":  func(v value) { s.Enabled = v.boolean() },
		"timezone": func(v value) { s.Timezone = v.timezone() },
	}
}

func (c *Config) read(doc value) {
	var clusters value
	known := c.fields()
	known["clusters"] = func(v value) { clusters = v }
	doc.object(known, "timezone", "clusters")
	if clusters.node == nil {
		return
	}
	zone := c.Timezone
	if zone == "" {
		zone = "UTC" // what is wrong with the zone is on the list already; the clusters are checked all the same
	}
	names := map[string]bool{}
	clusters.items(func(v value) {
		cluster := readCluster(v, zone)
		if names[cluster.Name] && cluster.Name != "" {
			v.fail("cluster %q is there twice; want each cluster once", cluster.Name)
		}
		names[cluster.Name] = true
		c.Clusters = append(c.Clusters, cluster)
	})
	if len(names) == 0 {
		clusters.want("a list of at least one cluster")
	}
}

// timezone reads the name of a zone. Names that depend on the machine ("Local", "") are none.
func (v value) timezone() string {
	name := v.text()
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		v.want("an IANA time zone, such as America/Sao_Paulo or UTC")
		return ""
	}
	return name
}

// matching reads a text of a given form.
func (v value) matching(form *regexp.Regexp, what string) string {
	text := v.text()
	if text != "" && !form.MatchString(text) {
		v.want(what)
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
		v.fail("unknown %s %s; known: %s", what, fmt.Sprintf("%q", text), list(names))
	}
	return text
}
