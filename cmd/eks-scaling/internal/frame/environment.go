// Package frame holds what every verb needs: the environment, the deployed stack, flags, output for people and machines, errors with
// remedies, and exit codes.
package frame

import (
	"bytes"
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
)

// DefaultWidth is for terminals of unknown width.
const DefaultWidth = 80

// Environment holds everything that commands depend on beside their flags.
type Environment struct {
	Now   func() time.Time
	User  string
	Width int // of the terminal, in characters; 0 without one
	// Size returns the current size of the terminal; 0 is unknown.
	Size func() (columns, rows int)
	// AutoColor says that stdout is a terminal that may show colors. See [Environment.Color].
	AutoColor bool
	ColorMode *ColorMode // what --color says

	Interactive      bool // questions can be asked: stdin is a terminal, and stdout or stderr
	StdinIsTerminal  bool
	StdoutIsTerminal bool
	StderrIsTerminal bool
	Dumb             bool   // the terminal cannot move its cursor
	Editor           string // the command; empty if there is none
	// Told is where a verb tells people what it does: stdout, or stderr if the answer is for machines. See [Output.SplitStreams].
	Told io.Writer
	// Connect opens the deployed stack. It writes remarks to notes.
	Connect func(ctx context.Context, place AWSPlace, notes io.Writer, now func() time.Time) (Session, error)

	Place *AWSPlace // what the flags of the root say
}

// Open connects to the deployed stack.
func (env Environment) Open(cmd *cobra.Command) (Session, error) {
	done := term.Progress(cmd.ErrOrStderr(), env.StderrIsTerminal, "looking for stack "+env.Place.Stack)
	var notes bytes.Buffer
	place := *env.Place
	place.ScalesTo = ScalesTo(cmd)
	s, err := env.Connect(cmd.Context(), place, &notes, env.Now)
	done()
	_, _ = notes.WriteTo(cmd.ErrOrStderr())
	s.Notes, s.Watched = cmd.ErrOrStderr(), env.StderrIsTerminal
	s.Clock, s.Opened = env.Now, env.Now()
	return s, WithRemedy(err)
}

// ScalesTo reports whether --to of a command is a scaling profile. For init, --to is a time.
func ScalesTo(cmd *cobra.Command) bool {
	to := cmd.Flags().Lookup("to")
	return to != nil && strings.Contains(to.Usage, "profile")
}

// OpenAndRead connects to the deployed stack, and reads and checks what it takes of the configuration.
func (env Environment) OpenAndRead(cmd *cobra.Command) (Session, inventory.Checked, error) {
	return env.openAnd(cmd, Session.Read)
}

// OpenAndReadAll is OpenAndRead for a verb that works on the whole configuration.
func (env Environment) OpenAndReadAll(cmd *cobra.Command) (Session, inventory.Checked, error) {
	return env.openAnd(cmd, Session.ReadAll)
}

func (env Environment) openAnd(cmd *cobra.Command, read func(Session, context.Context) (inventory.Checked, error)) (Session, inventory.Checked, error) {
	s, err := env.Open(cmd)
	if err != nil {
		return s, inventory.Checked{}, err
	}
	held, err := read(s, cmd.Context())
	return s, held, WithRemedy(err)
}

// Remarks notes invalid items, and fails if there are any.
func Remarks(s *inventory.Checked, notes io.Writer) error {
	for _, b := range s.Invalid {
		term.SayLine(notes, b)
	}
	for _, e := range s.Overrides {
		if _, isOrphan := s.Orphans[e.Key()]; isOrphan && !s.HasEnded(e) {
			term.SayLine(notes, inventory.InvalidItem{Item: inventory.ItemKey(e), Key: inventory.DisplayKey(e), Err: inventory.ErrUnusableCluster})
		}
	}
	if len(s.Invalid) > 0 {
		return ErrFindings
	}
	return nil
}
