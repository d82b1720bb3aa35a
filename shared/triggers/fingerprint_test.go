package triggers_test

import (
	"strings"
	"testing"

	"eks-scaling-automation/shared/triggers"
)

func TestFingerprintedTellsSettingsApart(t *testing.T) {
	names := map[string]string{}
	for rule, name := range map[string]string{
		"some settings":             triggers.Fingerprinted("a", []string{"x", "y"}),
		"one less":                  triggers.Fingerprinted("a", []string{"x"}),
		"in another order":          triggers.Fingerprinted("a", []string{"y", "x"}),
		"split in another place":    triggers.Fingerprinted("a", []string{"xy"}),
		"an empty one more":         triggers.Fingerprinted("a", []string{"x", "y", ""}),
		"another name":              triggers.Fingerprinted("b", []string{"x", "y"}),
		"a name that is cut":        triggers.Fingerprinted(strings.Repeat("n", 60)+"1", nil),
		"another that is cut alike": triggers.Fingerprinted(strings.Repeat("n", 60)+"2", nil),
	} {
		if !allowed.MatchString(name) {
			t.Errorf("%s: EventBridge Scheduler does not take the name %q", rule, name)
		}
		if other, taken := names[name]; taken {
			t.Errorf("%s and %s have the same name %s", rule, other, name)
		}
		names[name] = rule
	}
	if one, other := triggers.Fingerprinted("a", []string{"x"}), triggers.Fingerprinted("a", []string{"x"}); one != other {
		t.Errorf("the same settings have the names %s and %s", one, other)
	}
}

// TestTheFingerprintStaysTheSame because with another one every deployed schedule would be replaced.
func TestTheFingerprintStaysTheSame(t *testing.T) {
	const want = "weekly-America-Argentina-ComodRivadavia-0630-pnaiwcho"
	if got := triggers.Fingerprinted("weekly-America-Argentina-ComodRivadavia-0630", []string{"Description=d", "State=ENABLED"}); got != want {
		t.Errorf("found %s; want %s", got, want)
	}
}

func TestWithoutFingerprint(t *testing.T) {
	for schedule, want := range map[string]string{
		triggers.Fingerprinted("weekly-UTC-0800", nil): "weekly-UTC-0800",
		"weekly-UTC-0800":                 "weekly-UTC-0800",
		"once-20261123T120000Z":           "once-20261123T120000Z",
		"once-20261123T120000Z-abcdefg7":  "once-20261123T120000Z",
		"once-20261123T120000Z-ABCDEFG7":  "once-20261123T120000Z-ABCDEFG7",
		"weekly-Etc-GMTplus10-0800":       "weekly-Etc-GMTplus10-0800",
		"weekly-":                         "weekly-",
		"my-schedule":                     "my-schedule",
		"abcdefg7":                        "abcdefg7",
		"-abcdefg7":                       "-abcdefg7",
		"once-" + strings.Repeat("n", 60): "once-" + strings.Repeat("n", 50),
		triggers.Fingerprinted("once-"+strings.Repeat("n", 60), nil): "once-" + strings.Repeat("n", 50),
		"": "",
	} {
		if got := triggers.WithoutFingerprint(schedule); got != want {
			t.Errorf("%q: found %q; want %q", schedule, got, want)
		}
	}
}

// TestRemovals has one weekly trigger at 08:00 in São Paulo, 11:00 UTC, and one that fires once, which both have other settings now.
func TestRemovals(t *testing.T) {
	plan := triggers.Plan(read(t, document(cluster("a", "America/Sao_Paulo", "days: [tue], from: '08:00', to: '23:59'"))+
		override("o", "2026-11-24T12:00:00Z", "2026-11-25T12:00:00Z")), instant(t, "2026-11-22T00:00:00Z"))
	const weekly, single = "weekly-America-Sao_Paulo-0800", "once-20261124T120000Z"
	for _, row := range []struct {
		rule, name, now string
		want            bool
	}{
		{"with other settings it goes", weekly + "-abcdefg7", "2026-11-23T13:00:00Z", true},
		{"with a name of before fingerprints, too", weekly, "2026-11-23T13:00:00Z", true},
		{"more than three minutes before it fires", weekly + "-abcdefg7", "2026-11-23T10:56:59Z", true},
		{"three minutes before it fires it stays, as a pass may take two", weekly + "-abcdefg7", "2026-11-23T10:57:00Z", false},
		{"half an hour after that it may still be delivered", weekly + "-abcdefg7", "2026-11-23T11:30:00Z", false},
		{"so may one of before fingerprints", weekly, "2026-11-23T11:30:00Z", false},
		{"then it goes", weekly + "-abcdefg7", "2026-11-23T11:30:01Z", true},
		{"one that no cluster has goes at any time", "weekly-America-Sao_Paulo-0801-abcdefg7", "2026-11-23T11:01:00Z", true},
		{"one that fires once goes as long as a pass still makes another", single + "-abcdefg7", "2026-11-24T11:57:00Z", true},
		{"then it stays", single + "-abcdefg7", "2026-11-24T11:57:01Z", false},
		{"and while it is delivered", single + "-abcdefg7", "2026-11-24T12:30:00Z", false},
		{"at another instant it goes", "once-20261124T120100Z-abcdefg7", "2026-11-24T11:57:01Z", true},
	} {
		if got := triggers.Removals(plan)(row.name, instant(t, row.now)); got != row.want {
			t.Errorf("%s: %s is to be removed: %t; want %t", row.rule, row.name, got, row.want)
		}
	}
}
