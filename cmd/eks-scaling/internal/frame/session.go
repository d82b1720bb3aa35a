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
	"eks-scaling-automation/shared/english"
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
	Unit(ctx context.Context, unit string) (inventory.Snapshot, error)
	Put(ctx context.Context, e inventory.Item) (inventory.Item, error)
	Delete(ctx context.Context, e inventory.Item) error
	WriteAll(ctx context.Context, writes []tables.Write) (conflicting int, err error)
}

// trail is the history of the configuration, in the log table.
type trail interface {
	ConfigChanges(ctx context.Context, kind, name string) ([]inventory.ConfigChange, error)
	ConfigChangesBetween(ctx context.Context, since, until time.Time) ([]inventory.ConfigChange, error)
	Changes(ctx context.Context, cluster, nodegroup string, since time.Time) ([]run.Change, error)
	EachChange(ctx context.Context, since, until time.Time, visit func(run.Change) bool) error
	FirstChange(ctx context.Context, cluster, nodegroup string) (run.Change, bool, error)
	ChangesBack(ctx context.Context, cluster, nodegroup string, before time.Time, enough func(run.Change) bool) ([]run.Change, error)
	Runs(ctx context.Context, since time.Time) ([]run.Record, error)
	UnitRecord(ctx context.Context, of run.Run, unit string) (run.UnitRecord, bool, error)
	UnitRecords(ctx context.Context, run string) ([]run.UnitRecord, error)
	UnitRecordsOf(ctx context.Context, runs []run.Run, units []string) (map[string][]run.UnitRecord, error)
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

	// stored is what the table had when the hub was opened with others; nil for a single stack.
	stored *inventory.Snapshot
}

// Current returns the session's now plus the time since it was opened, for a command that keeps polling. It goes by the wall
// clock: the other one stands still while the machine sleeps.
func (s Session) Current() time.Time {
	return s.Now.Round(0).Add(s.Clock().Round(0).Sub(s.Opened.Round(0)))
}

// Progress shows on a terminal that something takes its time; see [progress].
func (s Session) Progress(what string) (done func()) {
	return term.Progress(s.Notes, s.Watched, what)
}

// Read reads and checks what the stack takes of the configuration. It says so if that is not all, and while something is paused.
func (s Session) Read(ctx context.Context) (inventory.Checked, error) {
	return s.read(ctx, s.Stack.OnlyRegion)
}

// ReadAll is Read for a verb that works on the whole configuration, also on clusters that the hub of another region scales.
func (s Session) ReadAll(ctx context.Context) (inventory.Checked, error) {
	return s.read(ctx, "")
}

func (s Session) read(ctx context.Context, region string) (inventory.Checked, error) {
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		return inventory.Checked{}, err
	}
	snapshot = snapshot.In(region)
	s.Announce(ctx, snapshot)
	return inventory.Check(snapshot, s.Now), nil
}

// Announce says what is paused of a configuration.
func (s Session) Announce(ctx context.Context, snapshot inventory.Snapshot) {
	s.AnnounceScope(snapshot)
	s.AnnouncePause(ctx, snapshot)
	s.announceClusters(ctx, snapshot)
}

func (s Session) snapshot(ctx context.Context) (inventory.Snapshot, error) {
	if s.stored != nil {
		return *s.stored, nil
	}
	defer s.Progress("reading the configuration")()
	return s.Config.Read(ctx)
}

// AnnounceScope says that a snapshot lacks the clusters of other regions, which their hubs scale. If those are shown too, it says nothing.
func (s Session) AnnounceScope(snapshot inventory.Snapshot) {
	if n := len(snapshot.Elsewhere()); n > 0 && s.stored == nil {
		term.Say(s.Notes, "Only clusters of %s, as this stack takes no others; %s in other regions\n", s.Stack.OnlyRegion, english.Count(n, "cluster"))
	}
}

// AnnouncePause says that all scaling is paused.
func (s Session) AnnouncePause(ctx context.Context, snapshot inventory.Snapshot) {
	switch {
	case snapshot.Held() != nil:
		term.Say(s.Notes, "Scaling is PAUSED%s, while config apply writes a document. If that was interrupted, apply the same document again.\n", health.WrittenBy(*snapshot.Settings))
	case snapshot.IsPaused():
		term.Say(s.Notes, "Scaling is PAUSED%s. Resume with: %s\n", LastToggle(ctx, s.Logs, *snapshot.Settings, ""), InRegion("eks-scaling resume", s.Stack.OnlyRegion))
	}
}

// maxPaused is how many paused clusters and schedules are announced one by one, with a call each for who paused it.
const maxPaused = 3

// announceClusters says which clusters and schedules are paused.
func (s Session) announceClusters(ctx context.Context, snapshot inventory.Snapshot) {
	var names []string
	var lines []func()
	what := "clusters"
	for _, e := range snapshot.Clusters {
		for _, unit := range pausedIn(e) {
			names = append(names, unit)
			if unit != e.Name {
				what = "clusters and schedules"
			}
			lines = append(lines, func() {
				resume := InRegion("eks-scaling resume "+unit, s.Stack.OnlyRegion)
				term.Say(s.Notes, "%s is PAUSED%s. Resume with: %s\n", english.Capital(run.UnitInWords(unit)), LastToggle(ctx, s.Logs, e, unit), resume)
			})
		}
	}
	if len(names) > maxPaused {
		term.Say(s.Notes, "%d %s are PAUSED: %s. Show them with: eks-scaling config show\n", len(names), what, health.FirstFew(names, maxPaused))
		return
	}
	for _, say := range lines {
		say()
	}
}

// pausedIn returns what is paused of a cluster: its name if all of it is, else the names of its paused schedules.
func pausedIn(e inventory.Item) (names []string) {
	if e.PauseState() == inventory.Paused {
		return []string{e.Name}
	}
	for _, unit := range e.UnitNames() {
		if e.UnitPauseState(unit) == inventory.Paused {
			names = append(names, unit)
		}
	}
	return names
}

// PastVersions is the history of what is in the config table.
type PastVersions interface {
	ConfigChanges(ctx context.Context, kind, name string) ([]inventory.ConfigChange, error)
}

// LastToggle returns who paused or resumed the settings last, or a cluster or one of its units. The item may have been written again
// since, so the history counts. If the history is not complete yet or cannot be read, the item's last write counts.
func LastToggle(ctx context.Context, history PastVersions, e inventory.Item, unit string) health.Author {
	last := health.WrittenBy(e)
	changes, err := history.ConfigChanges(ctx, e.Kind, e.Name)
	if err != nil || len(changes) == 0 || changes[0].Version != e.Version {
		return last
	}
	for _, c := range changes {
		if (inventory.Item{Name: e.Name, Spec: c.After}).UnitPauseState(unit) != e.UnitPauseState(unit) {
			break
		}
		last = health.Author{Since: c.Time, By: c.By, Reason: c.Reason}
	}
	return last
}

// UTCForm is the format of instants that belong to no cluster.
const UTCForm = health.UTCForm
