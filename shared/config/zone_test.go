package config_test

import (
	"strings"
	"testing"

	"eks-scaling-automation/shared/config"
)

func TestPlacelessZonesAreWarnings(t *testing.T) {
	for zone, want := range map[string]string{
		"UTC": "", "Etc/UTC": "", "America/Sao_Paulo": "", "US/Eastern": "", "Asia/Kolkata": "",
		"EST":       `EST has no daylight saving time: use a city, for example "America/New_York"`,
		"MST":       `MST has no daylight saving time: use a city, for example "America/Denver"`,
		"HST":       `HST is a legacy name: use a city, for example "Pacific/Honolulu"`,
		"EST5EDT":   `EST5EDT is a legacy name: use a city, for example "America/New_York"`,
		"CET":       `CET is a legacy name: use a city, for example "Europe/Paris"`,
		"GMT":       `GMT has no daylight saving time: use a city, for example "Europe/London"`,
		"Etc/GMT+3": `Etc/GMT+3 is UTC-3 without daylight saving time: use a city, for example "America/Sao_Paulo"`,
		"Etc/GMT-9": `Etc/GMT-9 is UTC+9 without daylight saving time: use a city, for example "Asia/Tokyo"`,
		"Etc/GMT0":  `Etc/GMT0 has no daylight saving time: use a city, for example "Europe/London"`,
	} {
		_, findings := plain.Parse([]byte(strings.Replace(valid, "America/Sao_Paulo", zone, 1)))
		switch {
		case want == "" && len(findings) == 0:
		case len(findings) != 1 || findings[0].Message != want || findings[0].Severity != config.Warning || findings[0].Line != 1 || findings[0].Column != 11:
			t.Errorf("%s: found %v; want the warning %q", zone, findings, want)
		default:
			_, city, _ := strings.Cut(findings[0].Message, `example "`)
			if _, again := plain.Parse([]byte(strings.Replace(valid, "America/Sao_Paulo", strings.Trim(city, `"`), 1))); len(again) > 0 {
				t.Errorf("%s: the city is refused: %v", zone, again)
			}
		}
	}
}

func TestRegionsOfUnsupportedPartitionsAreWarnings(t *testing.T) {
	for region, partition := range map[string]string{"us-iso-east-1": "aws-iso", "us-isob-east-1": "aws-iso-b", "eu-isoe-west-1": "aws-iso-e"} {
		t.Run(region, func(t *testing.T) {
			expect(t, plain, strings.Replace(valid, "sa-east-1", "^"+region, 1),
				"warning: clusters[0].region: "+region+" is in partition "+partition+": eks-scaling supports aws, aws-us-gov and aws-cn")
		})
	}
}

func TestLimitsAboveTheDefaultQuotaAreWarnings(t *testing.T) {
	expect(t, plain, replace(t, "maxSize: 5", "maxSize: ^451"), "warning: clusters[0].nodegroups.big.maxSize: 451 is more than the default quota of 450 nodes per node group")
	expect(t, plain, replace(t, "maxSize: 5", "maxSize: 450"))
}

func TestOneValueStandsForAList(t *testing.T) {
	for text, list := range map[string]string{
		"days: monday": "days: [mon]", "days: Mon-Fri": "days: [mon, tue, wed, thu, fri]", "monthDays: 15": "monthDays: [15]",
		"months: december": "months: [dec]", "dates: 2026-12-24": "dates: [2026-12-24]", "calendars: {only: holidays}": "calendars: {only: [holidays]}",
		"from: 6:30, to: 8:00": `from: "06:30", to: "08:00"`, "from: friday 8:00, to: mon 6:00": `from: "fri 08:00", to: "mon 06:00"`,
	} {
		one, many := parse(t, withPeriod(text)), parse(t, withPeriod(list))
		same(t, text, many, one, nil)
		if got := string(printed(t, one)); got != string(printed(t, many)) {
			t.Errorf("%s prints as %s", text, got)
		}
	}
}
