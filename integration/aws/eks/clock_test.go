package eks_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/integration/aws/eks"
)

// hand is a clock that is set by hand.
type hand struct{ at atomic.Int64 }

func (h *hand) now() time.Time { return time.Unix(h.at.Load(), 0) }

func startByClock(t *testing.T, updates time.Duration) (world, *hand) {
	w, clock := start(t), new(hand)
	clock.at.Store(1_795_512_000)
	w.GoBy(clock.now)
	w.UpdatesTake(updates)
	return w, clock
}

func TestByAClockAnUpdateEndsWhenItsTimeHasPassed(t *testing.T) {
	w, clock := startByClock(t, 30*time.Second)
	id := w.mustUpdate("t", sizes(2, 6, 4))
	for range 50 {
		if g, u := w.describe(), w.describeUpdate(id); g.Status != types.NodegroupStatusUpdating || u.Status != types.UpdateStatusInProgress {
			t.Fatalf("looking has ended it: %s, %s", g.Status, u.Status)
		}
	}
	clock.at.Add(29)
	if u := w.describeUpdate(id); u.Status != types.UpdateStatusInProgress {
		t.Errorf("a second too early: %s", u.Status)
	}
	if _, err := w.update("two", sizes(2, 6, 5)); code(err) != "ResourceInUseException" {
		t.Errorf("a second too early, another update: %v", err)
	}
	clock.at.Add(1)
	if u := w.describeUpdate(id); u.Status != types.UpdateStatusSuccessful || u.CreatedAt.Unix() != clock.at.Load()-30 {
		t.Errorf("at its end: %s, created %s", u.Status, u.CreatedAt)
	}
	w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 2, Max: 6, Desired: 4}, Status: "ACTIVE", Updates: 1})
}

func TestByAClockAnUpdateEndsThoughNobodyLooks(t *testing.T) {
	w, clock := startByClock(t, 30*time.Second)
	w.mustUpdate("one", sizes(2, 6, 4))
	clock.at.Add(30)
	w.mustUpdate("two", sizes(2, 6, 5)) // the first has ended
	w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 2, Max: 6, Desired: 5}, Status: "UPDATING", Updates: 2})
	clock.at.Add(30)
	w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 2, Max: 6, Desired: 5}, Status: "ACTIVE", Updates: 2})
}

func TestByAClockTheFatesOfUpdatesAreTheSame(t *testing.T) {
	w, clock := startByClock(t, 30*time.Second)
	w.FailUpdate(region, cluster, workers, "NodeCreationFailure", "no node joined")
	w.HangUpdate(region, cluster, workers)
	w.mustUpdate("fails", sizes(2, 6, 4))
	clock.at.Add(30)
	w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 1, Max: 5, Desired: 2}, Status: "ACTIVE", Updates: 1})
	w.mustUpdate("hangs", sizes(2, 6, 4))
	clock.at.Add(3600)
	w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 2, Max: 6, Desired: 4}, Status: "UPDATING", Updates: 2})
}

func TestAClockAloneLeavesUpdatesToLooks(t *testing.T) {
	w, clock := startByClock(t, 0)
	id := w.mustUpdate("t", sizes(2, 6, 4))
	clock.at.Add(3600)
	for range 2 {
		if u := w.describeUpdate(id); u.Status != types.UpdateStatusInProgress {
			t.Errorf("found %s; want it to end after two looks", u.Status)
		}
	}
	w.is(eks.Nodegroup{Sizes: eks.Sizes{Min: 2, Max: 6, Desired: 4}, Status: "ACTIVE", Updates: 1})
}
