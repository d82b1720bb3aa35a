// Package frame is what every verb needs: the environment, the deployed stack, flags, output for people and machines, errors with
// what to do about them, and exit codes.
package frame

import (
	"bytes"
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
)

// DefaultWidth is for terminals that do not know their own.
const DefaultWidth = 80

// Environment is what the commands need to know of the world beside their flags.
type Environment struct {
	Now  func() time.Time
	User string
	// Width is that of the terminal, in characters; 0 when there is none. colour says whether it may show any.
	Width int
	// Size is what the terminal has now, in characters and lines; 0 is not known.
	Size   func() (columns, rows int)
	Colour bool
	// Interactive says that there is somebody to ask, and typing that there may be somebody who types.
	Interactive, StdinIsTerminal bool
	// Dumb says that the terminal cannot move its cursor.
	Dumb bool
	// StderrIsTerminal says that what goes to stderr is read on a terminal.
	StderrIsTerminal bool
	// Editor is the command that people edit with; empty if they have not said.
	Editor string
	// Connect opens the deployed stack. Notes get what is to be said about it.
	Connect func(ctx context.Context, place AWSPlace, notes io.Writer, now func() time.Time) (Session, error)

	Place *AWSPlace // what the flags of the root say
}

// Open connects to the deployed stack.
func (env Environment) Open(cmd *cobra.Command) (Session, error) {
	done := term.Progress(cmd.ErrOrStderr(), env.StderrIsTerminal, "looking for stack "+env.Place.Stack)
	var notes bytes.Buffer
	s, err := env.Connect(cmd.Context(), *env.Place, &notes, env.Now)
	done()
	_, _ = notes.WriteTo(cmd.ErrOrStderr())
	s.Notes, s.Watched = cmd.ErrOrStderr(), env.StderrIsTerminal
	s.Clock, s.Opened = env.Now, env.Now()
	return s, WithRemedy(err)
}

// OpenAndRead connects to the deployed stack, and reads and checks the configuration.
func (env Environment) OpenAndRead(cmd *cobra.Command) (Session, inventory.Checked, error) {
	s, err := env.Open(cmd)
	if err != nil {
		return s, inventory.Checked{}, err
	}
	held, err := s.Read(cmd.Context())
	return s, held, WithRemedy(err)
}
