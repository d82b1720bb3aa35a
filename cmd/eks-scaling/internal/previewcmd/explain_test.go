package previewcmd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
)

func TestExplainInWords(t *testing.T) {
	t.Parallel()
	clitest.Golden(t, "explain", clitest.MustSay(t, "explain", "--config", clitest.Rich, "--cluster", "production",
		"--at", "2026-11-25 10:00", // an override of one node group
		"--at", "2026-11-27 23:00", // an override of all, over a period and another that would come after it
		"--at", "2026-12-08 03:00", // the nth day of a month
		"--at", "2026-12-24 23:30", // before a holiday
		"--at", "2026-12-25 00:00", // at its begin
		"--at", "2026-12-31 19:00", // a period that a calendar excepts
	))
	clitest.Golden(t, "explain-clocks", clitest.MustSay(t, "explain", "--config", clitest.Rich, "--cluster", "berlin",
		"--at", "2026-03-29T00:59:59Z", "--at", "2026-03-29T01:00:00Z", // Berlin has no 02:30
		"--at", "2026-10-25T00:29:59Z", "--at", "2026-10-25T00:30:00Z", "--at", "2026-10-25T01:30:00Z", // and has it twice
	))
	clitest.Golden(t, "explain-off", clitest.MustSay(t, "explain", "--config", clitest.RichWith(t, "timezone: America", "paused: true\ntimezone: America")))
}

func TestExplainAnswersInTheOrderAsked(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		args         []string
		at, clusters []string
	}{
		{"now, without a fraction of a second", nil, []string{"2026-11-23T12:00:00Z"}, []string{"production", "berlin", "paused"}},
		{
			"neither sorted nor each once",
			[]string{"--at", "2027-01-01T00:00:00+01:00", "--at", "2026-01-01T00:00:00Z", "--at", "2027-01-01T00:00:00+01:00"},
			[]string{"2026-12-31T23:00:00Z", "2026-01-01T00:00:00Z", "2026-12-31T23:00:00Z"},
			[]string{"production", "berlin", "paused"},
		},
		{"one cluster", []string{"--cluster", "berlin"}, []string{"2026-11-23T12:00:00Z"}, []string{"berlin"}},
		{
			"clusters as in the document, each once",
			[]string{"--cluster", "paused", "--cluster", "production", "--cluster", "paused"},
			[]string{"2026-11-23T12:00:00Z"},
			[]string{"production", "paused"},
		},
		{
			"the local clock of several clusters in one zone",
			[]string{"--cluster", "production", "--cluster", "paused", "--at", "2026-11-25 10:00"},
			[]string{"2026-11-25T13:00:00Z"},
			[]string{"production", "paused"},
		},
	}
	type short struct {
		At       string
		Clusters []struct{ Cluster string }
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var at []string
			for _, e := range clitest.Decode[[]short](t, clitest.MustSay(t, append([]string{"explain", "--config", clitest.Rich, "-o", "json"}, tt.args...)...)) {
				at = append(at, e.At)
				var clusters []string
				for _, c := range e.Clusters {
					clusters = append(clusters, c.Cluster)
				}
				if diff := cmp.Diff(tt.clusters, clusters); diff != "" {
					t.Errorf("clusters at %s (-want +got):\n%s", e.At, diff)
				}
			}
			if diff := cmp.Diff(tt.at, at); diff != "" {
				t.Errorf("instants (-want +got):\n%s", diff)
			}
		})
	}
}

// TestExplainUntil writes an answer as "source period profile until".
func TestExplainUntil(t *testing.T) {
	t.Parallel()
	overrides := clitest.RichWith(t, "overrides:\n", `overrides:
  - {cluster: berlin, profile: low, from: 2026-11-24 10:00, until: 2026-11-24 11:00, reason: first}
  - {cluster: berlin, profile: low, from: 2026-11-24 11:00, until: 2026-11-24 12:00, reason: the same once more}
  - {cluster: berlin, profile: high, from: 2026-11-24 12:00, until: 2026-11-24 13:00, reason: the default's profile}
  - {cluster: paused, nodegroups: [only], profile: steady, from: 2028-11-24 12:00, until: 2028-11-24 13:00, reason: far away}
`)
	rare := clitest.WriteDocument(t, small+"        - {name: rare, profile: hi, dates: [2028-01-01]}\n")
	tests := []struct{ name, file, cluster, at, want string }{
		{"an override ends what is before it", clitest.Rich, "production", "2026-11-27T08:59:59Z", "period night sleep 2026-11-27T09:00:00Z"},
		{"an override goes over periods", clitest.Rich, "production", "2026-11-27T23:00:00Z", "override  peak 2026-11-28T05:00:00Z"},
		{"two overrides with the same profile are one", overrides, "berlin", "2026-11-24T09:30:00Z", "override  low 2026-11-24T11:00:00Z"},
		{"the same profile from another source is a change", overrides, "berlin", "2026-11-24T11:30:00Z", "override  high 2026-11-24T12:00:00Z"},
		{"an override that is too far away is none", overrides, "paused", "2026-11-24T00:00:00Z", "default  steady -"},
		{"the same override when it is near", overrides, "paused", "2028-11-01T00:00:00Z", "default  steady 2028-11-24T15:00:00Z"},
		{"nothing ever changes", clitest.Rich, "paused", "2026-11-24T00:00:00Z", "default  steady -"},
		{"nothing for more than 400 days", rare, "c", "2026-11-26T12:00:00Z", "default  low -"},
		{"something within 400 days", rare, "c", "2026-11-28T00:00:00Z", "default  low 2028-01-01T00:00:00Z"},
		{"nothing after the last", rare, "c", "2028-01-02T00:00:00Z", "default  low -"},
	}
	type short struct {
		Clusters []struct {
			Source, Period, Profile string
			Until                   *string
		}
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			answers := clitest.Decode[[]short](t, clitest.MustSay(t, "explain", "--config", tt.file, "--cluster", tt.cluster, "--at", tt.at, "-o", "json"))
			c, until := answers[0].Clusters[0], "-"
			if c.Until != nil {
				until = *c.Until
			}
			if got := strings.Join([]string{c.Source, c.Period, c.Profile, until}, " "); got != tt.want {
				t.Errorf("found %q; want %q", got, tt.want)
			}
		})
	}
}

// small is a document to which periods can be added.
const small = `timezone: UTC
clusters:
  - name: c
    region: sa-east-1
    nodegroups: {ng: {minSize: 0, maxSize: 5}, other: {minSize: 0, maxSize: 5}}
    profiles: {low: {ng: 0}, hi: {ng: 5}}
    schedule:
      default: low
      periods:
`

func TestExplainOfWhatIsNotTouched(t *testing.T) {
	t.Parallel()
	three := strings.NewReplacer("{ng: {", "{more: {minSize: 0, maxSize: 5}, ng: {", "low: {", "low: {more: 1, ", "hi: {", "hi: {more: 2, ").Replace(small)
	file := clitest.WriteDocument(t, three+`        - {name: rest, profile: hi, from: "12:00", to: "13:00"}
overrides: [{cluster: c, nodegroups: [other], profile: low, from: 2026-11-23 09:00, until: 2026-11-23 18:00, reason: hands off}]
`)
	for at, want := range map[string]string{
		// Profiles that leave a node group out do not touch it, and neither does an override with such a profile.
		"2026-11-23 08:00": "  sizes: more 1, ng 0\n",
		"2026-11-23 12:00": "  except for more, ng: period rest sets profile hi until Mon 2026-11-23 13:00 +00:00\n  sizes: more 2, ng 5\n",
	} {
		if out := clitest.MustSay(t, "explain", "--config", file, "--at", at); !strings.Contains(out, want) {
			t.Errorf("at %s it printed\n%s\nwant it to say %q", at, out, want)
		}
	}
	nothing := clitest.WriteDocument(t, strings.Replace(small, "low: {ng: 0}", "low: {}", 1)+"        - {name: never, profile: hi, days: [mon]}\n")
	if out := clitest.MustSay(t, "explain", "--config", nothing, "--at", "2026-11-24 00:00"); !strings.Contains(out, "  sizes: no node group is scaled\n") {
		t.Errorf("printed\n%s\nwant it to say that no node group is scaled", out)
	}
}
