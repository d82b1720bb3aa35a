package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"github.com/spf13/cobra"
)

// form puts questions on a terminal, a page at a time, with a default for each. It asks nobody without a terminal: whoever
// uses it has to look first.
type form struct {
	in     io.Reader
	out    io.Writer
	colour bool
	// plain is for terminals that cannot move the cursor: a line for each question, and one for its answer.
	plain bool
}

func newForm(cmd *cobra.Command, env environment) form {
	return form{in: cmd.InOrStdin(), out: cmd.OutOrStdout(), colour: env.colour, plain: env.plain}
}

// entry is an answer that is typed. Typing nothing is the default.
type entry struct{ typed, byDefault string }

func (e *entry) text() string {
	return e.or(e.typed)
}

// or is what somebody has typed, or else the default.
func (e *entry) or(typed string) string {
	return cmp.Or(strings.TrimSpace(typed), e.byDefault)
}

// line is a question that is answered with a line of text.
func (f form) line(title, why string, into *entry, check func(string) error) huh.Field {
	if f.plain { // which shows nothing but the title
		title += " [" + into.byDefault + "]:"
	}
	return huh.NewInput().Title(title).Description(why).Placeholder(into.byDefault).Value(&into.typed).
		Validate(func(typed string) error { return check(into.or(typed)) })
}

// ask puts the pages one after the other, each of which may have several questions. An error says that nobody has answered
// all of them; the terminal is then as it was before.
func (f form) ask(ctx context.Context, pages ...*huh.Group) error {
	if len(pages) == 0 {
		return nil
	}
	asking := huh.NewForm(pages...).WithProgramOptions(tea.WithoutSignalHandler()).WithOutput(f.out).WithInput(f.in).
		WithTheme(huh.ThemeFunc(f.theme)).WithAccessible(f.plain)
	if f.plain {
		return f.askPlainly(ctx, asking)
	}
	err := asking.RunWithContext(ctx)
	switch {
	case err == nil && asking.State == huh.StateCompleted:
		return nil
	case err == nil, errors.Is(err, huh.ErrUserAborted), ctx.Err() != nil:
		return errInterrupted
	default:
		return fmt.Errorf("nothing was written, as the questions cannot be shown: %w", err)
	}
}

// askPlainly is for a form that does not end with ctx by itself.
func (f form) askPlainly(ctx context.Context, asking *huh.Form) error {
	in := &untilEnd{Reader: f.in, ended: make(chan struct{})}
	done := make(chan error, 1)
	go func() { done <- asking.WithInput(in).RunWithContext(ctx) }()
	select {
	case err := <-done:
		return err
	case <-in.ended:
		return errors.New("the input has ended before all was answered, and nothing was written")
	case <-ctx.Done(): // what reads the next line goes on reading until the process ends
		_, _ = fmt.Fprintln(f.out)
		return errInterrupted
	}
}

func (f form) theme(isDark bool) *huh.Styles {
	styles := huh.ThemeBase(isDark)
	switch {
	case f.plain:
	case f.colour:
		styles = huh.ThemeBase16(isDark)
	default:
		styles.Focused.Title = styles.Focused.Title.Bold(true)
	}
	return styles
}

// untilEnd is read a byte at a time, so that nobody takes more than the line that is theirs. Whoever reads beyond its end
// goes no further, as a form would ask the same question for ever.
type untilEnd struct {
	io.Reader
	ended chan struct{}
}

func (r *untilEnd) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p[:min(len(p), 1)])
	if n == 0 && err != nil {
		close(r.ended)
		runtime.Goexit()
	}
	return n, nil
}
