package main

import (
	"bytes"
	"context"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// store is the config table.
type store interface {
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
	AppliedTo(ctx context.Context, clusters []string) (map[string]tables.Applied, error)
}

// session is the deployed stack that a verb works on.
type session struct {
	aws    aws.Config // for the services beside the tables
	stack  deployment.Stack
	config store
	logs   trail
	now    time.Time // the one instant for which the verb decides
	notes  io.Writer // gets what is not part of the answer
	// watched says that the notes are read on a terminal.
	watched bool

	clock  func() time.Time // the one here, which may be wrong
	opened time.Time        // when now was taken, by that clock
}

// current is what now has become since the session was opened, for a verb that goes on looking. It goes by the wall clock: the
// other one stands still while the machine sleeps.
func (s session) current() time.Time {
	return s.now.Round(0).Add(s.clock().Round(0).Sub(s.opened.Round(0)))
}

// open connects to the deployed stack.
func (env environment) open(cmd *cobra.Command) (session, error) {
	done := progress(cmd.ErrOrStderr(), env.watched, "looking for stack "+env.place.stack)
	var notes bytes.Buffer
	s, err := env.connect(cmd.Context(), *env.place, &notes, env.now)
	done()
	_, _ = notes.WriteTo(cmd.ErrOrStderr())
	s.notes, s.watched = cmd.ErrOrStderr(), env.watched
	s.clock, s.opened = env.now, env.now()
	return s, withRemedy(err)
}

// openAndRead connects to the deployed stack, and reads and checks the configuration.
func (env environment) openAndRead(cmd *cobra.Command) (session, inventory.Checked, error) {
	s, err := env.open(cmd)
	if err != nil {
		return s, inventory.Checked{}, err
	}
	held, err := s.read(cmd.Context())
	return s, held, withRemedy(err)
}

// progress shows on a terminal that something takes its time; see [progress].
func (s session) progress(what string) (done func()) {
	return progress(s.notes, s.watched, what)
}

// read reads and checks the configuration, and says so if a switch is off.
func (s session) read(ctx context.Context) (inventory.Checked, error) {
	done := s.progress("reading the configuration")
	snapshot, err := s.config.Read(ctx)
	done()
	if err != nil {
		return inventory.Checked{}, err
	}
	if snapshot.Off() {
		say(s.notes, "the switch is off%s: nothing is scaled until: eks-scaling config enable\n", s.sinceWhen(ctx, *snapshot.Settings))
	}
	for _, e := range snapshot.Clusters {
		if e.Switch() == inventory.SwitchOff && isSpokenOf(e) {
			say(s.notes, "the switch of cluster %s is off%s: nothing in it is scaled until: eks-scaling config enable --cluster %s\n",
				e.Name, s.sinceWhen(ctx, e), e.Name)
		}
	}
	return inventory.Check(snapshot, s.now), nil
}

// isSpokenOf says whether every verb speaks of a cluster's switch that is off. One that was off from its first version on needs no
// word every time; who turns a switch off gives a reason.
func isSpokenOf(cluster inventory.Item) bool {
	return cluster.Version > 1 && cluster.Reason != ""
}

// sinceWhen says who turned the switch off, when and why.
func (s session) sinceWhen(ctx context.Context, settings inventory.Item) string {
	return whoWhenWhy(turned(ctx, s.logs, settings))
}

// pastVersions is the history of what is in the config table.
type pastVersions interface {
	ConfigChanges(ctx context.Context, kind, name string) ([]inventory.ConfigChange, error)
}

// turned is who turned the switch that is in the settings or in a cluster to where it is, when and why. The item may have been
// written again since, for another reason, so the history is asked; what it does not have yet, or may not be read, the item
// says.
func turned(ctx context.Context, history pastVersions, e inventory.Item) (by string, at time.Time, reason string) {
	by, at, reason = e.UpdatedBy, e.UpdatedAt, e.Reason
	changes, err := history.ConfigChanges(ctx, e.Kind, e.Name)
	if err != nil || len(changes) == 0 || changes[0].Version != e.Version {
		return by, at, reason
	}
	for _, c := range changes {
		if inventory.SwitchIn(c.After) != e.Switch() {
			break
		}
		by, at, reason = c.By, c.Time, c.Reason
	}
	return by, at, reason
}

// whoWhenWhy is such as " since 2026-11-23 12:00 UTC by ana (maintenance)", as far as it is known.
func whoWhenWhy(by string, at time.Time, reason string) string {
	text := ""
	if !at.IsZero() {
		text += " since " + at.UTC().Format(utcForm)
	}
	if by != "" {
		text += " by " + by
	}
	if reason != "" {
		text += " (" + reason + ")"
	}
	return text
}

// utcForm is how instants are shown that belong to no cluster.
const utcForm = "2006-01-02 15:04 UTC"
