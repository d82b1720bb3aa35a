package main

import "testing"

func TestPackageVersion(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		"v1.2.3":                       "1.2.3",
		"1.2.3":                        "1.2.3",
		"v1.2.3-dirty":                 "1.2.3+dirty",
		"v1.2.3-4-gabcdef123456":       "1.2.3+4.gabcdef123456",
		"v1.2.3-4-gabcdef123456-dirty": "1.2.3+4.gabcdef123456.dirty",
		"v1.2.3-rc.1":                  "1.2.3~rc.1",
		"v1.2.3-rc1-4-gabcdef123456":   "1.2.3~rc1+4.gabcdef123456",
		"abcdef123456":                 "0.0.0+abcdef123456",
		"abcdef123456-dirty":           "0.0.0+abcdef123456.dirty",
		"unknown":                      "0.0.0+unknown",
	} {
		if got := packageVersion(version); got != want {
			t.Errorf("%s: found %s; want %s", version, got, want)
		}
	}
}
