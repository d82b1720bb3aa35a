package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// timezone reads the name of a zone. It refuses names that depend on the machine, and warns about zones without a place.
func (v value) timezone() string {
	name := v.text()
	if name == "" {
		return ""
	}
	if _, err := time.LoadLocation(name); err != nil || isOwnZone(name) {
		v.invalid("time zone", `an IANA name, for example "America/Sao_Paulo" or "UTC"`)
		return ""
	}
	if fault, city := placeless(name); city != "" {
		v.find(Warning, "%s %s: use a city, for example %q", name, fault, city)
	}
	return name
}

// isOwnZone reports whether a name may exist only in the machine's own database, or mean something else elsewhere.
func isOwnZone(name string) bool {
	switch name {
	case "Local", "localtime", "posixrules", "Factory":
		return true
	default:
		return strings.HasPrefix(name, "posix/") || strings.HasPrefix(name, "right/")
	}
}

const (
	noSummer = "has no daylight saving time"
	legacy   = "is a legacy name"
)

// placelessZones lists zones with a fixed offset, or with the rules of no place, and a city to use instead.
var placelessZones = map[string]struct{ fault, city string }{
	"EST": {noSummer, "America/New_York"}, "EST5EDT": {legacy, "America/New_York"}, "CST6CDT": {legacy, "America/Chicago"},
	"MST": {noSummer, "America/Denver"}, "MST7MDT": {legacy, "America/Denver"}, "PST8PDT": {legacy, "America/Los_Angeles"},
	"HST": {legacy, "Pacific/Honolulu"}, "WET": {legacy, "Europe/Lisbon"}, "CET": {legacy, "Europe/Paris"},
	"MET": {legacy, "Europe/Paris"}, "EET": {legacy, "Europe/Athens"}, "GMT": {noSummer, "Europe/London"},
}

// citiesByOffset has a city for each offset from UTC of the zones Etc/GMT-14 to Etc/GMT+12.
var citiesByOffset = map[int]string{
	-12: "Pacific/Auckland", -11: "Pacific/Pago_Pago", -10: "Pacific/Honolulu", -9: "America/Anchorage", -8: "America/Los_Angeles",
	-7: "America/Denver", -6: "America/Chicago", -5: "America/New_York", -4: "America/Halifax", -3: "America/Sao_Paulo",
	-2: "America/Noronha", -1: "Atlantic/Azores", 0: "Europe/London", 1: "Europe/Berlin", 2: "Europe/Athens", 3: "Europe/Istanbul",
	4: "Asia/Dubai", 5: "Asia/Karachi", 6: "Asia/Dhaka", 7: "Asia/Bangkok", 8: "Asia/Singapore", 9: "Asia/Tokyo",
	10: "Australia/Sydney", 11: "Pacific/Noumea", 12: "Pacific/Auckland", 13: "Pacific/Tongatapu", 14: "Pacific/Kiritimati",
}

// placeless returns what is wrong with a zone that belongs to no place, and a city to use instead; empty for any other.
func placeless(name string) (fault, city string) {
	if zone, ok := placelessZones[strings.TrimPrefix(name, "Etc/")]; ok {
		return zone.fault, zone.city
	}
	offset, isFixed := strings.CutPrefix(strings.TrimPrefix(name, "Etc/"), "GMT")
	hours, err := strconv.Atoi(offset)
	if !isFixed || err != nil {
		return "", ""
	}
	if hours == 0 {
		return noSummer, citiesByOffset[0]
	}
	// The sign is inverted, as in POSIX: Etc/GMT+3 is behind UTC.
	return fmt.Sprintf("is UTC%+d without daylight saving time", -hours), citiesByOffset[-hours]
}
