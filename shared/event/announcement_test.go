package event_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/inventory"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// inSaoPaulo is the time zone of every unit, at an offset of -03:00.
func inSaoPaulo(string) *time.Location { return time.FixedZone("America/Sao_Paulo", -3*60*60) }

// stored returns a configuration with one override of the cluster production.
func stored(from, until string) inventory.Snapshot {
	spec := fmt.Sprintf(`{"name": "launch", "cluster": "production", "sizes": {"big": 4, "small": {"minSize": 1}}, "from": %q, "until": %q,
		"reason": "a launch", "createdBy": "ana"}`, from, until)
	return inventory.Snapshot{
		Clusters:  []inventory.Item{{Kind: inventory.KindCluster, Name: "production"}},
		Overrides: []inventory.Item{{Kind: inventory.KindOverride, Cluster: "production", Name: "launch", Spec: json.RawMessage(spec)}},
	}
}

func TestWhatIsAnnouncedOfAnOverride(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule, from, until string
		want              []string
	}{
		{"a day: an hour before its end", "2026-11-25T12:00:00Z", "2026-11-26T12:00:00Z", []string{
			"Override Ended 26 12:00", "Override Ending Soon 26 11:00", "Override Started 25 12:00",
		}},
		{"an hour: a quarter of it", "2026-11-24T13:00:00Z", "2026-11-24T14:00:00Z", []string{
			"Override Ended 24 14:00", "Override Ending Soon 24 13:45", "Override Started 24 13:00",
		}},
		{"nothing soon if there is no time to act", "2026-11-24T13:00:00Z", "2026-11-24T13:15:00Z", []string{
			"Override Ended 24 13:15", "Override Started 24 13:00",
		}},
		{"one that has just started", "2026-11-24T11:30:00Z", "2026-11-24T18:00:00Z", []string{
			"Override Ended 24 18:00", "Override Ending Soon 24 17:00", "Override Started 24 11:30",
		}},
		{"nothing that is over for an hour", "2026-11-24T01:00:00Z", "2026-11-24T11:00:00Z", nil},
		{"nothing of an override that ends before it starts", "2026-11-24T14:00:00Z", "2026-11-24T13:00:00Z", nil},
		{"local times are the cluster's", "2026-11-24 10:00", "2026-11-25 09:00", []string{
			"Override Ended 25 12:00", "Override Ending Soon 25 11:00", "Override Started 24 13:00",
		}},
		{"nothing without a time", "soon", "2026-11-24T13:00:00Z", nil},
	} {
		var got []string
		for _, a := range event.Announcements(stored(row.from, row.until), inSaoPaulo, "", now) {
			got = append(got, string(a.Event.Kind)+a.Event.At.Format(" 02 15:04"))
			if at, err := event.InstantIn(a.Key + "-abcdefgh"); err != nil || !at.Equal(a.Event.At) {
				t.Errorf("%s: read %s (%v) from key %s; want %s", row.rule, at, err, a.Key, a.Event.At)
			}
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
	unknown := stored("2026-11-25T12:00:00Z", "2026-11-26T12:00:00Z")
	unknown.Clusters = nil
	if got := event.Announcements(unknown, inSaoPaulo, "", now); got != nil {
		t.Errorf("found %v of a cluster that is not configured; want nothing", got)
	}
}

func TestTheDetailOfAnOverride(t *testing.T) {
	t.Parallel()
	e := event.Announcements(stored("2026-11-25T09:00:00-03:00", "2026-11-26T12:00:00Z"), inSaoPaulo, "https://console", now)[2].Event
	got, err := e.JSON()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"` + e.ID() + `","at":"2026-11-25T12:00:00Z","reason":"a launch","actor":"ana","consoleUrl":"https://console","override":"launch",` +
		`"cluster":"production","sizes":{"big":4,"small":{"minSize":1}},"from":"2026-11-25T12:00:00Z","until":"2026-11-26T12:00:00Z"}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
