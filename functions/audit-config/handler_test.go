package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/inventory"
)

// byAna is a change that increases the version.
var byAna = streamed(1, "cluster", "production", item(2, "ben", "", five), item(3, "ana", "a launch", three))

func TestEveryChangeIsRecorded(t *testing.T) {
	t.Parallel()
	w := start(t, configured(cluster("production", "low")))
	w.does(result{Recorded: 3},
		byAna,
		streamed(2, "cluster", "production", item(3, "ana", "a launch", three), item(3, "ana", "a launch", five)),
		streamed(3, "override", "launch", item(1, "ana", "", three), ""),
	)
	var got []string
	for _, c := range w.recorded() {
		got = append(got, fmt.Sprintf("%s/%s v%d %q %s -> %s", c.Kind, c.Name, c.Version, c.By, c.Before, c.After))
	}
	want := []string{
		`cluster/production v3 "ana" {"size":5} -> {"size":3}`,
		`cluster/production v3 "" {"size":3} -> {"size":5}`,
		`override/launch v2 "" {"size":3} -> `,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(w.messages) > 0 {
		t.Errorf("people hear of a valid configuration: %q", w.messages)
	}
}

func TestTheSameBatchTwiceMakesTheSameRecords(t *testing.T) {
	t.Parallel()
	w := start(t, configured())
	records := []string{byAna, streamed(2, "cluster", "production", item(3, "ana", "", three), "")}
	w.does(result{Recorded: 2}, records...)
	once := w.recorded()
	w.does(result{Recorded: 2}, records...)
	if diff := cmp.Diff(once, w.recorded()); diff != "" || len(once) != 2 {
		t.Errorf("(-once +twice):\n%s", diff)
	}
}

func TestABadRecordDoesNotBlockOthers(t *testing.T) {
	t.Parallel()
	w := start(t, configured())
	w.does(result{Recorded: 4}, `"nonsense"`, `{}`, streamed(2, "cluster", "broken", `"oops"`, item(2, "ana", "", three)), byAna)
	if _, ok := w.records["cluster/production#"+idOf(t, byAna)]; !ok {
		t.Errorf("the good one is not among %v", w.recorded())
	}
	if log := w.log.String(); strings.Count(log, "recorded only partly") != 3 {
		t.Errorf("the log does not report the three unreadable records:\n%s", log)
	}
}

func idOf(t *testing.T, record string) string {
	t.Helper()
	_, id, err := read(json.RawMessage(record))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestAFailureFailsTheBatch so that Lambda delivers it again. No alert is sent before everything is recorded.
func TestAFailureFailsTheBatch(t *testing.T) {
	t.Parallel()
	invalid := configured(cluster("production", "nothing"))
	lost := errors.New("lost")
	for rule, w := range map[string]*world{
		"a record that cannot be written":           {failWrite: 2, writeErr: lost},
		"a configuration that cannot be read":       {readErr: lost},
		"an alert that cannot be sent":              {publishErr: lost},
		"a record that cannot be written the first": {failWrite: 1, writeErr: lost},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			w.t, w.stored, w.records = t, invalid, map[string]inventory.ConfigChange{}
			again := streamed(2, "cluster", "production", "", item(1, "ana", "", three))
			if _, err := w.invoke(byAna, again); err == nil || !strings.Contains(err.Error(), "lost") {
				t.Errorf("%v; want the failure", err)
			}
			if len(w.messages) > 0 {
				t.Errorf("published %q", w.messages)
			}
			w.writeErr, w.readErr, w.publishErr, w.failWrite = nil, nil, nil, 0
			w.does(result{Recorded: 2, Alerted: true}, byAna, again)
			if got := len(w.recorded()); got != 2 || len(w.messages) != 1 {
				t.Errorf("%d records and %d alerts in the end; want 2 and 1", got, len(w.messages))
			}
		})
	}
}

func TestAnInvalidChangeRaisesOneAlert(t *testing.T) {
	t.Parallel()
	stored := configured(cluster("production", "nothing"), cluster("other", "low"))
	w := start(t, stored)
	byHand := streamed(2, "cluster", "production", item(3, "ana", "a launch", three), item(3, "ana", "a launch", five))
	w.does(result{Recorded: 2, Alerted: true}, byAna, byHand)
	got := w.alert()
	if want := "EKS scaling: invalid configuration: cluster production"; got.subject != want {
		t.Errorf("subject %q; want %q", got.subject, want)
	}
	want := `A change made the configuration invalid. Until it is fixed, these parts are not scaled, and runs that need them fail.

What:  cluster production
Why:   schedule.default: unknown profile "nothing"; known: high, low

To do: Fix the configuration with: eks-scaling config apply FILE

Changed: cluster/production at 2026-11-24 13:00:05 UTC, version 3, by ana
Reason:  a launch
Was:     {"size":5}

Changed: cluster/production at 2026-11-24 13:00:05 UTC, edited by hand, by unknown
Was:     {"size":3}

Every change is recorded with its previous and new value: table eks-scaling-logs, subject config/KIND/NAME.
`
	if diff := cmp.Diff(want, got.message); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	if w.readings != 1 {
		t.Errorf("the configuration was read %d times; want once", w.readings)
	}
}

// withoutCluster removes the cluster from the overrides' keys, as an edit by hand could.
func withoutCluster(s inventory.Snapshot) inventory.Snapshot {
	for i := range s.Overrides {
		s.Overrides[i].Cluster = ""
	}
	return s
}

func TestWhatIsInvalid(t *testing.T) {
	t.Parallel()
	good := cluster("production", "low")
	withCalendar := configured(good)
	withCalendar.Calendars = []inventory.Item{{Kind: inventory.KindCalendar, Name: "holidays", Spec: json.RawMessage(`{"dates": ["2026-02-30"]}`)}}
	newerCalendar := configured(good)
	newerCalendar.Calendars = []inventory.Item{{Kind: inventory.KindCalendar, Name: "holidays", Format: 2, Spec: json.RawMessage(`{"dates": []}`)}}
	badSettings := configured(good)
	badSettings.Settings.Spec = json.RawMessage(`{"timezone": "Mars/Olympus", "paused": 1}`)
	override := func(until time.Time) inventory.Snapshot {
		s := configured(good)
		spec := fmt.Sprintf(`{"name": "o", "cluster": "production", "profile": "nothing", "from": "2026-11-20T00:00:00Z", "until": %q, "reason": "x"}`,
			until.Format(time.RFC3339))
		s.Overrides = []inventory.Item{{Kind: inventory.KindOverride, Cluster: "production", Name: "o", Spec: json.RawMessage(spec)}}
		return s
	}
	for _, row := range []struct {
		rule    string
		stored  inventory.Snapshot
		subject string // after "EKS scaling: invalid configuration: "; empty when there is nothing wrong
		why     string
	}{
		{"nothing", configured(good), "", ""},
		{"nothing, as nothing is configured", inventory.Snapshot{}, "", ""},
		{"settings that are missing", inventory.Snapshot{Clusters: []inventory.Item{good}}, "the settings", "settings/global: missing"},
		{"settings that are wrong", badSettings, "the settings", `timezone: invalid time zone "Mars/Olympus"`},
		{"every cluster is named", configured(cluster("a", "x"), cluster("b", "y")), "cluster a and 1 more", `unknown profile "y"`},
		{"a calendar that no cluster uses", withCalendar, "calendar holidays", "2026-02-30"},
		{"a calendar of a newer version", newerCalendar, "calendar holidays", "written by a newer version of eks-scaling"},
		{"an override that is wrong", override(now.Add(time.Hour)), "cluster production", "override/o: "},
		{"nothing, as the override is over", override(now), "", ""},
		{"an override under the key of no cluster", withoutCluster(override(now.Add(time.Hour))), "an override of no cluster", `override/o: invalid key "o": use CLUSTER/NAME`},
	} {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			w := start(t, row.stored)
			w.does(result{Recorded: 1, Alerted: row.subject != ""}, byAna)
			if row.subject == "" {
				return
			}
			got := w.alert()
			if want := "EKS scaling: invalid configuration: " + row.subject; got.subject != want {
				t.Errorf("subject %q; want %q", got.subject, want)
			}
			if !strings.Contains(got.message, row.why) {
				t.Errorf("the message does not say %q:\n%s", row.why, got.message)
			}
		})
	}
}

// TestAHubAlertsOnlyAboutItsRegion, and about a cluster whose region is unreadable: it may be its own.
func TestAHubAlertsOnlyAboutItsRegion(t *testing.T) {
	t.Parallel()
	far, lost := cluster("far", "nothing"), cluster("lost", "low")
	far.Spec = []byte(strings.Replace(string(far.Spec), "sa-east-1", "eu-west-1", 1))
	lost.Spec = []byte(strings.Replace(string(lost.Spec), `"sa-east-1"`, "7", 1))
	w := start(t, configured(far, lost))
	w.region = "sa-east-1"
	w.does(result{Recorded: 1, Alerted: true}, byAna)
	if got, want := w.alert().subject, "EKS scaling: invalid configuration: cluster lost"; got != want {
		t.Errorf("subject %q; want %q", got, want)
	}
}

// TestAnExpiryAlertsNobody even if the configuration was already invalid: nobody changed anything.
func TestAnExpiryAlertsNobody(t *testing.T) {
	t.Parallel()
	w := start(t, configured(cluster("production", "nothing")))
	expiry := byTimeToLive(streamed(2, "override", "launch", item(1, "ana", "", three), ""))
	w.does(result{Recorded: 1}, expiry)
	if w.readings > 0 {
		t.Errorf("the configuration was read %d times; want it left alone", w.readings)
	}
	w.does(result{Recorded: 2, Alerted: true}, expiry, byAna)
	if text := w.alert().message; !strings.Contains(text, "override/launch at 2026-11-24 13:00:05 UTC, removed by expiry") {
		t.Errorf("the message does not mention the expiry:\n%s", text)
	}
}

func TestAPersonNamedExpiredIsAPerson(t *testing.T) {
	t.Parallel()
	w := start(t, configured(cluster("production", "nothing")))
	w.does(result{Recorded: 1, Alerted: true}, streamed(1, "cluster", "production", "", item(1, "expired", "", three)))
	if text := w.alert().message; !strings.Contains(text, "version 1, by expired") {
		t.Errorf("the message does not mention the write:\n%s", text)
	}
}

func TestAnAlertIsValidForSNS(t *testing.T) {
	t.Parallel()
	var clusters []inventory.Item
	var records []string
	for i := range 100 {
		clusters = append(clusters, cluster(fmt.Sprintf("produção-%02d-%s", i, strings.Repeat("x", 90)), "nothing"))
		spec := `{"S": "` + strings.Repeat("é", 5_000) + `"}`
		records = append(records, streamed(i, "cluster", "production", item(1, "ana", "", spec), ""))
	}
	w := start(t, configured(clusters...))
	w.does(result{Recorded: 100, Alerted: true}, records...)
	got := w.alert()
	if len(got.subject) > 99 || !strings.HasPrefix(got.subject, "EKS scaling: invalid configuration: cluster produ??o-00") {
		t.Errorf("subject %q", got.subject)
	}
	if len(got.message) > 64_000 {
		t.Errorf("the message has %d bytes", len(got.message))
	}
	if n := strings.Count(got.message, "Was: "); n < 10 {
		t.Errorf("the message shows what %d things were; want no single one to take up all of it", n)
	}
}
