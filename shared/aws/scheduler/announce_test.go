package scheduler_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/inventory"
)

const busARN = "arn:aws:events:sa-east-1:123456789012:event-bus/default"

// office is a group of announcements, its clock and the events that it has sent.
type office struct {
	world
	t   *testing.T
	now time.Time
	a   scheduler.Announcements
	all []string
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, now: now}
	o.world = startAt(t, func() time.Time { return o.now })
	o.a = scheduler.NewAnnouncements(o.client(), groupName, busARN, scheduler.Target{RoleARN: role, DeadLetterARN: queue})
	return o
}

// sync plans the events of overrides, given as from and until on 23 November.
func (o *office) sync(overrides ...string) {
	o.t.Helper()
	stored := inventory.Snapshot{Clusters: []inventory.Item{{Kind: inventory.KindCluster, Name: "production"}}}
	for i, times := range overrides {
		spec := fmt.Sprintf(`{"cluster": "production", "profile": "peak", "reason": %q, "from": "2026-11-23T%s:00Z", "until": "2026-11-23T%s:00Z"}`,
			times[11:], times[:5], times[6:11])
		stored.Overrides = append(stored.Overrides, inventory.Item{
			Kind: inventory.KindOverride, Cluster: "production", Name: fmt.Sprint("o", i), Spec: json.RawMessage(spec),
		})
	}
	if _, err := o.a.Sync(o.t.Context(), event.Announcements(stored, func(string) *time.Location { return time.UTC }, "", o.now), o.now); err != nil {
		o.t.Fatal(err)
	}
}

// pass lets time pass, and fires what is due.
func (o *office) pass(d time.Duration) {
	for _, f := range o.Firings(groupName, o.now, o.now.Add(d)) {
		o.all = append(o.all, f.At.Format("15:04 ")+f.Schedule.DetailType)
		o.Fire(f)
	}
	o.now = o.now.Add(d)
}

// TestEachAnnouncementIsMadeOnce whatever happens between the syncs.
func TestEachAnnouncementIsMadeOnce(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule string
		do   func(o *office)
		want []string
	}{
		{"an override that starts later", func(o *office) {
			o.sync("13:00-17:00")
			o.pass(6 * time.Hour)
		}, []string{"13:00 Override Started", "16:00 Override Ending Soon", "17:00 Override Ended"}},
		{"with a sync every half hour", func(o *office) {
			for range 12 {
				o.sync("13:00-17:00")
				o.pass(30 * time.Minute)
			}
		}, []string{"13:00 Override Started", "16:00 Override Ending Soon", "17:00 Override Ended"}},
		{"one that starts at once", func(o *office) {
			o.sync("12:00-16:00")
			o.pass(5 * time.Hour)
		}, []string{"12:02 Override Started", "15:00 Override Ending Soon", "16:00 Override Ended"}},
		{"one that is written late by a sync that failed before", func(o *office) {
			o.pass(50 * time.Minute)
			o.sync("12:10-16:00")
			o.pass(4 * time.Hour)
		}, []string{"12:52 Override Started", "15:02 Override Ending Soon", "16:00 Override Ended"}},
		{"one that ends earlier", func(o *office) {
			o.sync("12:00-16:00")
			o.pass(time.Hour)
			o.sync("12:00-13:00")
			o.pass(5 * time.Hour)
		}, []string{"12:02 Override Started", "13:02 Override Ended"}},
		{"one that is extended after it was announced to end", func(o *office) {
			o.sync("12:00-16:00")
			o.pass(3*time.Hour + time.Minute)
			o.sync("12:00-18:00")
			o.pass(5 * time.Hour)
		}, []string{"12:02 Override Started", "15:00 Override Ending Soon", "17:00 Override Ending Soon", "18:00 Override Ended"}},
		{"one that is removed before it starts", func(o *office) {
			o.sync("13:00-17:00")
			o.pass(10 * time.Minute)
			o.sync()
			o.pass(6 * time.Hour)
		}, nil},
		{"one that is invalid for a while after its start", func(o *office) {
			o.sync("12:00-17:00")
			o.pass(10 * time.Minute)
			o.sync()
			o.pass(10 * time.Minute)
			o.sync("12:00-17:00")
			o.pass(5 * time.Hour)
		}, []string{"12:02 Override Started", "16:00 Override Ending Soon", "17:00 Override Ended"}},
		{"one whose reason changes after its start", func(o *office) {
			o.sync("12:00-17:00")
			o.pass(10 * time.Minute)
			o.sync("12:00-17:00another reason")
			o.pass(6 * time.Hour)
		}, []string{"12:02 Override Started", "16:00 Override Ending Soon", "17:00 Override Ended"}},
	} {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			row.do(o)
			if diff := cmp.Diff(row.want, o.all); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestAReplacedAnnouncementThatStaysIsRemovedLater and never sends the event twice.
func TestAReplacedAnnouncementThatStaysIsRemovedLater(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.sync("13:00-17:00")
	o.Fail("DeleteSchedule", "", 3, schedulerlocal.Failure{Status: http.StatusConflict, Type: "ConflictException"})
	o.sync("13:00-17:00another reason")
	o.sync("13:00-17:00another reason")
	o.pass(6 * time.Hour)
	if diff := cmp.Diff([]string{"13:00 Override Started", "16:00 Override Ending Soon", "17:00 Override Ended"}, o.all); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestADeniedCallEndsTheSync of announcements: a thousand more would fail too, and the triggers' sync must end in time.
func TestADeniedCallEndsTheSync(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.Fail("CreateSchedule", "", 10_000, schedulerlocal.Failure{Status: http.StatusForbidden, Type: "AccessDeniedException"})
	stored := inventory.Snapshot{Clusters: []inventory.Item{{Kind: inventory.KindCluster, Name: "production"}}}
	for i := range 200 {
		stored.Overrides = append(stored.Overrides, inventory.Item{
			Kind: inventory.KindOverride, Cluster: "production", Name: fmt.Sprint("o", i),
			Spec: json.RawMessage(`{"cluster": "production", "profile": "peak", "from": "2026-11-23T13:00:00Z", "until": "2026-11-23T17:00:00Z"}`),
		})
	}
	_, err := o.a.Sync(t.Context(), event.Announcements(stored, func(string) *time.Location { return time.UTC }, "", o.now), o.now)
	tried := 0
	for _, call := range o.Calls() {
		if call.Operation == "CreateSchedule" {
			tried++
		}
	}
	if most := scheduler.DefaultLimits().AtOnce; err == nil || tried > most {
		t.Errorf("%d calls and %v; want an error, and no calls but the %d in flight", tried, err, most)
	}
}

// TestAnAnnouncementSaysWhatIsConfigured when it is made, and old ones are removed.
func TestAnAnnouncementSaysWhatIsConfigured(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.sync("13:00-17:00")
	o.sync("13:00-17:00another reason")
	for _, s := range o.Schedules(groupName) {
		var detail struct{ Reason string }
		if err := json.Unmarshal([]byte(s.Input), &detail); err != nil || detail.Reason != "another reason" {
			t.Errorf("%s says %s (%v); want the new reason", s.Name, s.Input, err)
		}
	}
	o.pass(12 * time.Hour)
	o.sync()
	if left := o.Schedules(groupName); !slices.Equal(left, nil) {
		t.Errorf("found %d schedules in the end; want none", len(left))
	}
}
