package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	smithy "github.com/aws/smithy-go"

	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

const (
	eight = "weekly-UTC-0800 cron(0 8 ? * MON *)"
	noon  = "weekly-UTC-1200 cron(0 12 ? * MON *)"
	// A change of production, and one of what all clusters depend on.
	changed    = "changed-20261123T120200Z-ab8e18ef4e at(2026-11-23T12:02:00)"
	changedAll = "changed-20261123T120200Z at(2026-11-23T12:02:00)"
)

func TestAChangeOfTheConfigurationStartsARun(t *testing.T) {
	w := start(t, snapshot(cluster("production", 8)))
	w.does(fromStream, run.SyncTriggersResult{Planned: 3, Created: 3})
	w.holds(changed, eight, noon)
}

func TestNothingElseStartsARun(t *testing.T) {
	for _, payload := range []string{fromDeployment, fromRun, `{}`, `{"Records": []}`} {
		w := start(t, snapshot(cluster("production", 8)))
		w.does(payload, run.SyncTriggersResult{Planned: 2, Created: 2})
		w.holds(eight, noon)
	}
}

// TestAHubPlansOnlyItsRegion, also the run that follows a change.
func TestAHubPlansOnlyItsRegion(t *testing.T) {
	far := cluster("production", 8)
	far.Spec = []byte(strings.Replace(string(far.Spec), "sa-east-1", "eu-west-1", 1))
	w := start(t, snapshot(far, cluster("near", 9)))
	w.region = "sa-east-1"
	w.does(fromStream, run.SyncTriggersResult{Planned: 2, Created: 2})
	w.holds("weekly-UTC-0900 cron(0 9 ? * MON *)", noon)
}

// TestAStartedRunIsLeftAlone by later syncs.
func TestAStartedRunIsLeftAlone(t *testing.T) {
	w := start(t, snapshot(cluster("production", 8)))
	w.does(fromStream, run.SyncTriggersResult{Planned: 3, Created: 3})
	w.does(fromRun, run.SyncTriggersResult{Planned: 2})
	w.does(fromStream, run.SyncTriggersResult{Planned: 3})
	w.pass(time.Minute)
	w.does(fromStream, run.SyncTriggersResult{Planned: 3, Created: 1})
	w.holds(changed, "changed-20261123T120300Z-ab8e18ef4e at(2026-11-23T12:03:00)", eight, noon)
}

func TestTheResultCountsWhatWasDone(t *testing.T) {
	w := start(t, snapshot(cluster("production", 8)))
	w.does(fromRun, run.SyncTriggersResult{Planned: 2, Created: 2})
	w.Put(stray("a-stray"))
	w.Put(stray(w.scheduleOf("weekly-UTC-1200")))
	w.store.write(snapshot(cluster("production", 8), cluster("other", 9)))
	w.pass(time.Hour) // at noon the noon trigger would be left to EventBridge Scheduler
	w.does(fromRun, run.SyncTriggersResult{Planned: 3, Created: 1, Updated: 1, Deleted: 1})
	w.holds(eight, "weekly-UTC-0900 cron(0 9 ? * MON *)", noon)
	if lines := w.log.String(); strings.Count(lines, "\n") != 4 || strings.Count(lines, `"execution":"run-1"`) != 4 {
		t.Errorf("want one line for each pass, with the run:\n%s", lines)
	}
}

func TestWithoutAConfigurationThereAreNoTriggers(t *testing.T) {
	w := start(t, inventory.Snapshot{})
	w.Put(stray("a-stray"))
	w.does(fromDeployment, run.SyncTriggersResult{Deleted: 1})
	w.holds()
}

func TestAConfigurationThatCannotBeReadTouchesNothing(t *testing.T) {
	broken := snapshot(cluster("production", 8))
	broken.Settings.Spec = []byte(`{"paused": false, "timezone": "Mars/Olympus"}`)
	for _, row := range []struct {
		rule  string
		store inventory.Snapshot
		err   error
		name  run.ErrorName
		words string
	}{
		{"settings that are wrong", broken, nil, run.ConfigInvalidError, `timezone: invalid time zone "Mars/Olympus": use an IANA name`},
		{
			"a table that is not there",
			inventory.Snapshot{},
			fmt.Errorf("reading: %w", &smithy.GenericAPIError{Code: "ResourceNotFoundException", Message: "no table"}),
			run.TargetNotFoundError, "no table",
		},
		{"no connection", inventory.Snapshot{}, errors.New("lost"), run.InternalError, "lost"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			w := start(t, row.store)
			w.store.err = row.err
			w.Put(stray("weekly-UTC-0800"))
			w.fails(fromStream, row.name, row.words)
			if calls := w.Calls(); len(calls) > 0 {
				t.Errorf("it called %v", calls)
			}
		})
	}
}

// TestAClusterThatCannotBeUsedHasNoTriggers and does not affect the others' triggers.
func TestAClusterThatCannotBeUsedHasNoTriggers(t *testing.T) {
	broken := cluster("broken", 3)
	broken.Spec = []byte(strings.Replace(string(broken.Spec), "low", "nothing", 1))
	stored := snapshot(broken, cluster("production", 8))
	stored.Overrides = []inventory.Item{override("broken", now.Add(time.Hour), now.Add(2*time.Hour))}
	w := start(t, stored)
	w.does(fromRun, run.SyncTriggersResult{Planned: 2, Created: 2})
	w.holds(eight, noon)
	if log := w.log.String(); !strings.Contains(log, `"name":"broken","cause":`) {
		t.Errorf("the log does not report the cluster:\n%s", log)
	}
}

// TestTheConfigurationIsReadAgain when a pass has changed something: it may have changed too.
func TestTheConfigurationIsReadAgain(t *testing.T) {
	w := start(t, snapshot(cluster("production", 8)))
	w.store.before = func(reading int) {
		if reading == 2 {
			w.store.write(snapshot(cluster("production", 9)))
		}
	}
	w.does(fromRun, run.SyncTriggersResult{Planned: 2, Created: 3, Deleted: 1})
	w.holds("weekly-UTC-0900 cron(0 9 ? * MON *)", noon)
	if w.store.readings != 3 {
		t.Errorf("it was read %d times; want 3", w.store.readings)
	}
}

func TestInterference(t *testing.T) {
	for times, fails := range map[int]bool{3: false, 4: true} {
		t.Run(fmt.Sprintf("after the first pass, %d more times", times), func(t *testing.T) {
			w := start(t, snapshot(cluster("production", 8)))
			w.Before(func(c schedulerlocal.Call) {
				if n := w.count("ListSchedules"); c.Operation == "ListSchedules" && n > 0 && n <= times {
					w.Put(stray(fmt.Sprintf("a-stray-%d", n)))
				}
			})
			if fails {
				w.fails(fromRun, run.TransientError, "changed by others 5 times in a row")
			} else {
				w.does(fromRun, run.SyncTriggersResult{Planned: 2, Created: 2, Deleted: times})
			}
			if passes := w.count("ListSchedules"); passes != 5 {
				t.Errorf("found %d passes; want 5", passes)
			}
			w.holds(eight, noon)
		})
	}
}

func TestAFailureOfEventBridgeSchedulerHasItsName(t *testing.T) {
	for name, failure := range map[run.ErrorName]schedulerlocal.Failure{
		run.ThrottledError:      {Status: 429, Type: "ThrottlingException", Message: "Rate exceeded"},
		run.TransientError:      {Status: 500, Type: "InternalServerException", Message: "an accident"},
		run.AccessDeniedError:   {Status: 403, Type: "AccessDeniedException", Message: "not authorized"},
		run.TargetNotFoundError: {Status: 404, Type: "ResourceNotFoundException", Message: "Schedule group eks-scaling does not exist."},
	} {
		t.Run(string(name), func(t *testing.T) {
			w := start(t, snapshot(cluster("production", 8)))
			w.Fail("ListSchedules", "", 1, failure)
			w.fails(fromRun, name, failure.Message)
		})
	}
}

// TestAnInstantThatPassesMeanwhileDoesNoHarm even though EventBridge Scheduler refuses it then.
func TestAnInstantThatPassesMeanwhileDoesNoHarm(t *testing.T) {
	const ends = "once-20261123T130100Z at(2026-11-23T13:01:00)"
	for payload, want := range map[string][]string{fromRun: {ends, eight, noon}, fromStream: {changed, ends, eight, noon}} {
		stored := snapshot(cluster("production", 8))
		stored.Overrides = []inventory.Item{override("production", now.Add(5*time.Second), now.Add(time.Hour))}
		w := start(t, stored)
		w.Before(func(c schedulerlocal.Call) {
			if triggers.WithoutFingerprint(c.Name) == "weekly-UTC-1200" {
				w.pass(10 * time.Second)
			}
		})
		if _, err := w.invoke(payload); err != nil {
			t.Error(err)
		}
		w.holds(want...)
	}
}

// TestAPassThatOutlastsItsOwnTriggersDoesNotMakeThemAgain: they have fired by the time of the next pass, and are gone.
func TestAPassThatOutlastsItsOwnTriggersDoesNotMakeThemAgain(t *testing.T) {
	stored := snapshot(cluster("production", 8))
	begins := now.Add(100 * time.Second) // at 12:02, as the run that follows the change
	stored.Overrides = []inventory.Item{override("production", begins, now.Add(time.Hour))}
	w := start(t, stored)
	fired := 0
	w.Before(func(c schedulerlocal.Call) {
		if triggers.WithoutFingerprint(c.Name) != "weekly-UTC-1200" {
			return
		}
		w.pass(110 * time.Second)
		for _, f := range w.Firings(groupName, now, w.now()) {
			w.Fire(f)
			fired++
		}
	})
	w.does(fromStream, run.SyncTriggersResult{Planned: 4, Created: 5})
	w.holds("once-20261123T130100Z at(2026-11-23T13:01:00)", eight, noon)
	if fired != 2 {
		t.Errorf("%d triggers fired during the first pass; want the change's and the override's start", fired)
	}
}

// TestUndeliveredMessagesFailReconcileRuns so that people are alerted. Other syncs go through: they would be repeated.
func TestUndeliveredMessagesFailReconcileRuns(t *testing.T) {
	w := start(t, snapshot(cluster("production", 8)))
	w.undelivered = 2
	w.fails(fromRun, run.UndeliveredError, "the dead-letter queue has 2 messages")
	w.holds(eight, noon)
	w.does(fromStream, run.SyncTriggersResult{Planned: 3, Created: 1})
	w.undelivered, w.uncounted = 0, errors.New("there is no queue")
	w.fails(fromRun, run.InternalError, "there is no queue")
}
