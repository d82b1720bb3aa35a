package term

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
)

// Form asks questions on a terminal, a page at a time, with a default for each. The caller checks that there is a terminal.
type Form struct {
	In    io.Reader
	Out   io.Writer
	Color bool
	// Plain is for terminals that cannot move the cursor: a line for each question and each answer.
	Plain bool
}

// Entry is a typed answer. An empty one is the default.
type Entry struct{ typed, ByDefault string }

// Text returns the answer.
func (e *Entry) Text() string {
	return e.or(e.typed)
}

func (e *Entry) or(typed string) string {
	return cmp.Or(strings.TrimSpace(typed), e.ByDefault)
}

// Line is a question for a line of text.
func (f Form) Line(title, why string, into *Entry, check func(string) error) huh.Field {
	if f.Plain { // which shows nothing but the title
		title += " [" + into.ByDefault + "]:"
	}
	return huh.NewInput().Title(title).Description(why).Placeholder(into.ByDefault).Value(&into.typed).
		Validate(func(typed string) error { return check(into.or(typed)) })
}

// Ask shows the pages one after the other. It restores the terminal, and fails unless all questions are answered.
func (f Form) Ask(ctx context.Context, pages ...*huh.Group) error {
	if len(pages) == 0 {
		return nil
	}
	asking := huh.NewForm(pages...).WithProgramOptions(tea.WithoutSignalHandler()).WithOutput(f.Out).WithInput(f.In).
		WithTheme(huh.ThemeFunc(f.theme)).WithAccessible(f.Plain)
	if f.Plain {
		return f.askPlainly(ctx, asking)
	}
	err := asking.RunWithContext(ctx)
	switch {
	case err == nil && asking.State == huh.StateCompleted:
		return nil
	case err == nil, errors.Is(err, huh.ErrUserAborted), ctx.Err() != nil:
		return ErrInterrupted
	default:
		return fmt.Errorf("nothing was written, as the questions cannot be shown: %w", err)
	}
}

// askPlainly runs a plain form, which does not end with ctx by itself.
func (f Form) askPlainly(ctx context.Context, asking *huh.Form) error {
	in := &untilEnd{Reader: f.In, ended: make(chan struct{})}
	done := make(chan error, 1)
	go func() { done <- asking.WithInput(in).RunWithContext(ctx) }()
	select {
	case err := <-done:
		return err
	case <-in.ended:
		return errors.New("the input has ended before all was answered, and nothing was written")
	case <-ctx.Done(): // the reader keeps waiting for a line until the process ends
		_, _ = fmt.Fprintln(f.Out)
		return ErrInterrupted
	}
}

func (f Form) theme(isDark bool) *huh.Styles {
	styles := huh.ThemeBase(isDark)
	switch {
	case f.Plain:
	case f.Color:
		styles = huh.ThemeBase16(isDark)
	default:
		styles.Focused.Title = styles.Focused.Title.Bold(true)
	}
	return styles
}

// untilEnd is read a byte at a time, so that a question takes only its own line. A read beyond the end ends the goroutine, as a form would
// repeat its question forever.
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
