package configcmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/document"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

func newConfigEdit(env frame.Environment) *cobra.Command {
	o := change.Options{FromFile: true}
	var form frame.Output
	cmd := &cobra.Command{
		Use:   "edit",
		Short: "Opens the configuration in your editor, and applies it",
		Long: `Opens the configuration in the table, as config export prints it, in $VISUAL or $EDITOR, and then continues as config apply.
On a terminal it shows what is wrong with the text, and opens it again. If the text stays as it was, or if somebody else
changes the table meanwhile, nothing is written; a conflict ends with exit code 4. A changed text that is not written is kept
in a file, which the command names.

` + change.ChangesInJSON,
		Example: `  eks-scaling config edit
  EDITOR="code --wait" eks-scaling config edit --reason "OPS-123: a longer night"`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if env.Editor == "" {
				return frame.Usage(cmd, errors.New("no editor; set VISUAL or EDITOR, such as EDITOR=vi"))
			}
			return form.Run(cmd, env, func(env frame.Environment) (any, error) {
				s, held, err := env.OpenAndReadAll(cmd)
				if err != nil {
					return nil, err
				}
				return edit(o, cmd, env, s, held)
			})
		},
	}
	form.AddFlag(cmd)
	change.ApplyFlags(cmd, env, &o)
	return cmd
}

// edit has the configuration edited and applies it.
func edit(o change.Options, cmd *cobra.Command, env frame.Environment, s frame.Session, held inventory.Checked) (change.Report, error) {
	if held.Held() != nil {
		return change.Report{}, fmt.Errorf("nothing was opened: %w", change.HalfWritten(held.Snapshot))
	}
	for _, e := range held.Items() {
		if err := e.CheckFormat(); errors.Is(err, config.ErrNewer) {
			return change.Report{}, fmt.Errorf("nothing was opened: %w", err)
		}
	}
	text, err := exportedText(&held, s.Stack.ConfigTable, s.Now)
	if err != nil {
		return change.Report{}, err
	}
	file, err := temporary(text)
	if err != nil {
		return change.Report{}, err
	}
	made, err := editIn(o, cmd, env, s, held, file, text)
	if err == nil || !isOther(file, text) {
		_ = os.Remove(file)
		return made, err
	}
	return made, fmt.Errorf("%w\nyour text is in %s", frame.WithRemedy(err), file)
}

// isOther reports whether a file is there and has another text.
func isOther(file string, text []byte) bool {
	now, err := os.ReadFile(file)
	return err == nil && !bytes.Equal(now, text)
}

// editIn opens the file with the text in the editor, and applies the result.
func editIn(o change.Options, cmd *cobra.Command, env frame.Environment, s frame.Session, held inventory.Checked, file string, text []byte) (change.Report, error) {
	doc, changed, err := edited(cmd, env, file, text)
	if err != nil {
		return change.Report{}, err
	}
	if !changed {
		term.SayLine(env.Told, "No changes; nothing was written.")
		return change.NewReport(s), nil
	}
	return o.Apply(cmd, env, s, held, document.KeepPaused(doc, s.Notes, held.Snapshot))
}

// edited opens the file until it is a valid document, and reports whether it is another text than before.
func edited(cmd *cobra.Command, env frame.Environment, file string, before []byte) (doc document.Document, changed bool, err error) {
	for {
		if err := openEditor(cmd, env, file); err != nil {
			return doc, false, err
		}
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			return doc, false, errors.New("the editor removed the file; nothing was written")
		}
		if err != nil {
			return doc, false, fmt.Errorf("nothing was written: %w", document.Unreadable(file, err))
		}
		if bytes.Equal(text, before) {
			return doc, false, nil
		}
		doc, err = document.Read(cmd, file, "nothing was written", env)
		if err == nil {
			return doc, true, nil
		}
		if !env.Interactive {
			return doc, false, fmt.Errorf("%w\nnot a terminal, so it cannot be edited again", err)
		}
		term.SayLine(cmd.ErrOrStderr(), err)
		answer, err := term.Ask(cmd.Context(), cmd.InOrStdin(), env.Questions(cmd), "Open it again? [Y/n] ")
		if err != nil {
			return doc, false, err
		}
		if answer == "n" || answer == "no" {
			return doc, false, term.ErrDeclined
		}
	}
}

// temporary is the path of a new file with the text, which nobody else may read.
func temporary(text []byte) (string, error) {
	file, err := os.CreateTemp("", "eks-scaling-*.yaml")
	if err != nil {
		return "", err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// openEditor runs the editor, which may have arguments, as a shell would.
func openEditor(cmd *cobra.Command, env frame.Environment, file string) error {
	run := exec.CommandContext(cmd.Context(), "sh", "-c", env.Editor+` "$@"`, env.Editor, file)
	run.Stdin, run.Stdout, run.Stderr = os.Stdin, env.Told, cmd.ErrOrStderr()
	err := run.Run()
	switch {
	case errors.Is(cmd.Context().Err(), context.Canceled):
		return term.ErrInterrupted
	case err != nil:
		return fmt.Errorf("editor %s failed; nothing was written: %w", env.Editor, err)
	}
	return nil
}
