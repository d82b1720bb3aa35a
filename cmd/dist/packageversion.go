package main

import (
	"regexp"
	"strings"
)

// described matches what git describe says: a tag of a version, perhaps of a release candidate, then what came after it.
var described = regexp.MustCompile(`^v?(\d+\.\d+\.\d+)(-[a-z]+[a-z0-9.]*)??(-\d+-g[0-9a-f]+)?(-dirty)?$`)

// packageVersion returns the version as dpkg and rpm sort it: a candidate before its release, later commits after it. Without a tag
// the version is lower than every release.
func packageVersion(version string) string {
	dots := func(text string) string {
		return strings.Map(func(letter rune) rune {
			switch {
			case letter >= '0' && letter <= '9', letter >= 'a' && letter <= 'z', letter >= 'A' && letter <= 'Z', letter == '.':
				return letter
			default:
				return '.'
			}
		}, strings.TrimPrefix(text, "-"))
	}
	parts := described.FindStringSubmatch(version)
	if parts == nil {
		return "0.0.0+" + dots(version)
	}
	result := parts[1]
	if parts[2] != "" {
		result += "~" + dots(parts[2])
	}
	if later := parts[3] + parts[4]; later != "" {
		result += "+" + dots(later)
	}
	return result
}
