package frame

import (
	"context"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// Executions returns the executions of the stack's state machine.
func (s Session) Executions() *stackaws.Executions {
	return stackaws.NewExecutions(sfn.NewFromConfig(s.AWS), s.Stack.StateMachineARN)
}

// Store is the config table.
type Store interface {
	Read(ctx context.Context) (inventory.Snapshot, error)
	Put(ctx context.Context, e inventory.Item) (inventory.Item, error)
	Delete(ctx context.Context, e inventory.Item) error
	WriteAll(ctx context.Context, writes []tables.Write) (conflicting int, err error)
}

// trail is the history of the configuration, in the log table.
type trail interface {
	ConfigChanges(ctx context.Context, kind, name string) ([]inventory.ConfigChange, error)
	ConfigChangesBetween(ctx context.Context, since, until time.Time) ([]inventory.ConfigChange, error)
	Changes(ctx context.Context, cluster, nodegroup string, since time.Time) ([]run.Change, error)
	Runs(ctx context.Context, since time.Time) ([]run.Record, error)
	UnitRecord(ctx context.Context, of run.Run, unit string) (run.UnitRecord, bool, error)
	UnitRecords(ctx context.Context, run string) ([]run.UnitRecord, error)
	FailedUnits(ctx context.Context, run string) ([]run.UnitRecord, error)
	AppliedTo(ctx context.Context, clusters []string) (map[string]tables.Applied, error)
}

// Session is the deployed stack that a verb works on.
type Session struct {
	AWS    aws.Config // for the services beside the tables
	Stack  deployment.Stack
	Config Store
	Logs   trail
	Now    time.Time // the one instant for which the verb decides
	Notes  io.Writer // gets what is not part of the answer
	// Watched says that the notes are read on a terminal.
	Watched bool

	Clock  func() time.Time // the one here, which may be wrong
	Opened time.Time        // when now was taken, by that clock
}

// Current is what now has become since the session was opened, for a verb that goes on looking. It goes by the wall clock: the
// other one stands still while the machine sleeps.
func (s Session) Current() time.Time {
	return s.Now.Round(0).Add(s.Clock().Round(0).Sub(s.Opened.Round(0)))
}

// Progress shows on a terminal that something takes its time; see [progress].
func (s Session) Progress(what string) (done func()) {
	return term.Progress(s.Notes, s.Watched, what)
}

// Read reads and checks the configuration, and says so if a switch is off.
func (s Session) Read(ctx context.Context) (inventory.Checked, error) {
	done := s.Progress("reading the configuration")
	snapshot, err := s.Config.Read(ctx)
	done()
	if err != nil {
		return inventory.Checked{}, err
	}
	switch {
	case snapshot.Held() != nil:
		term.Say(s.Notes, "scaling is paused%s; if that is no longer running, apply the same document again\n", health.WrittenBy(*snapshot.Settings))
	case snapshot.Off():
		term.Say(s.Notes, "the switch is off%s: nothing is scaled until: eks-scaling resume\n", LastToggle(ctx, s.Logs, *snapshot.Settings))
	}
	s.announcePaused(ctx, snapshot)
	return inventory.Check(snapshot, s.Now), nil
}

// maxToggles is how many paused clusters are announced one by one. Each takes a call.
const maxToggles = 3

// announcePaused says which clusters somebody has paused.
func (s Session) announcePaused(ctx context.Context, snapshot inventory.Snapshot) {
	var names []string
	var lines []func()
	for _, e := range snapshot.Clusters {
		if e.Switch() == inventory.SwitchOff && AnnounceDisabled(e) {
			names = append(names, e.Name)
			lines = append(lines, func() {
				term.Say(s.Notes, "the switch of cluster %s is off%s: nothing in it is scaled until: eks-scaling resume %s\n",
					e.Name, LastToggle(ctx, s.Logs, e), e.Name)
			})
		}
	}
	if len(names) > maxToggles {
		term.Say(s.Notes, "the switches of %d clusters are off, so nothing in them is scaled: %s; see: eks-scaling config show\n",
			len(names), health.FirstFew(names, maxToggles))
		return
	}
	for _, say := range lines {
		say()
	}
}

// AnnounceDisabled says whether every verb speaks of a cluster's switch that is off. One that was off from its first version on needs no
// word every time; who turns a switch off gives a reason.
func AnnounceDisabled(cluster inventory.Item) bool {
	return cluster.Version > 1 && cluster.Reason != ""
}

// PastVersions is the history of what is in the config table.
type PastVersions interface {
	ConfigChanges(ctx context.Context, kind, name string) ([]inventory.ConfigChange, error)
}

// LastToggle returns who turned the switch in an item to its position. The item may have been written again since, so the history
// tells; the item tells what the history does not have yet, or what cannot be read there.
func LastToggle(ctx context.Context, history PastVersions, e inventory.Item) health.Turn {
	last := health.WrittenBy(e)
	changes, err := history.ConfigChanges(ctx, e.Kind, e.Name)
	if err != nil || len(changes) == 0 || changes[0].Version != e.Version {
		return last
	}
	for _, c := range changes {
		if inventory.SwitchIn(c.After) != e.Switch() {
			break
		}
		last = health.Turn{Since: c.Time, By: c.By, Reason: c.Reason}
	}
	return last
}

// UTCForm is the format of instants that belong to no cluster.
const UTCForm = health.UTCForm
