package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/shared/tables"
)

// store is the config table.
type store interface {
	Read(ctx context.Context) (tables.Snapshot, error)
	Put(ctx context.Context, e tables.Entity) (tables.Entity, error)
	Delete(ctx context.Context, e tables.Entity) error
}

// trail is the history of the configuration, in the log table.
type trail interface {
	ConfigChanges(ctx context.Context, kind, name string) ([]tables.ConfigChange, error)
	Changes(ctx context.Context, cluster, nodegroup string, since time.Time) ([]tables.Change, error)
}

// session is the tables that a verb works on.
type session struct {
	config store
	logs   trail
	notes  io.Writer // gets what is not part of the answer
}

// online are the flags of the verbs that work on the tables.
type online struct {
	place            *awsPlace
	table, logsTable string
}

// onlineFlags adds them.
func onlineFlags(cmd *cobra.Command, env environment, o *online) {
	o.place = env.place
	cmd.Flags().StringVar(&o.table, "table", tables.ConfigTableName, "name of the config table")
	cmd.Flags().StringVar(&o.logsTable, "logs-table", tables.LogsTableName, "name of the log table, which has the history")
}

// open connects to the tables.
func (o online) open(cmd *cobra.Command, env environment) (session, error) {
	s, err := env.connect(cmd.Context(), o)
	s.notes = cmd.ErrOrStderr()
	return s, err
}

// openAndRead connects to the tables and reads the configuration.
func (o online) openAndRead(cmd *cobra.Command, env environment) (session, tables.Snapshot, error) {
	s, err := o.open(cmd, env)
	if err != nil {
		return s, tables.Snapshot{}, err
	}
	snapshot, err := s.read(cmd.Context())
	return s, snapshot, withRemedy(err)
}

// read reads the configuration, and says so if the switch is off.
func (s session) read(ctx context.Context) (tables.Snapshot, error) {
	snapshot, err := s.config.Read(ctx)
	if err != nil {
		return snapshot, err
	}
	if isOff(snapshot.Settings) {
		_, _ = fmt.Fprintf(s.notes, "the switch is off%s: nothing is scaled until: eks-scaling config enable\n", s.sinceWhen(ctx, *snapshot.Settings))
	}
	return snapshot, nil
}

func isOff(settings *tables.Entity) bool {
	return settings != nil && enabledIn(settings.Spec) == off
}

// sinceWhen says who turned the switch off, when and why. The settings may have been written again since, for another
// reason, so the history is asked; what it does not have yet, or may not be read, the settings say.
func (s session) sinceWhen(ctx context.Context, settings tables.Entity) string {
	by, at, reason := settings.UpdatedBy, settings.UpdatedAt, settings.Reason
	changes, err := s.logs.ConfigChanges(ctx, tables.KindSettings, tables.GlobalSettings)
	if err == nil && len(changes) > 0 && changes[0].Version == settings.Version {
		for _, c := range changes {
			if enabledIn(c.After) != off {
				break
			}
			by, at, reason = c.By, c.Time, c.Reason
		}
	}
	return whoWhenWhy(by, at, reason)
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

// position is that of a switch in a spec.
type position int

const (
	on position = iota
	off
	unclear
)

// enabledIn is the position of the switch in the spec of a cluster or of the settings; without one it is on.
func enabledIn(spec json.RawMessage) position {
	var fields struct {
		Enabled *bool `json:"enabled"`
	}
	switch err := json.Unmarshal(spec, &fields); {
	case err != nil:
		return unclear
	case fields.Enabled == nil || *fields.Enabled:
		return on
	default:
		return off
	}
}
