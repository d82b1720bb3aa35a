package frame

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

// stdin stands for the standard input in place of a file's name.
const stdin = "-"

// DocumentArgument is the document that a command reads: the argument FILE, -f FILE, or "-" for stdin in either place.
//
//	doc := frame.DocumentArgument{}
//	cmd := &cobra.Command{Use: "apply FILE", Args: doc.Args, ...}
//	doc.AddFlag(cmd)
//	... in RunE:
//	data, err := frame.ReadDocument(cmd, doc.Name(args))
//	... in messages:
//	frame.DocumentName(doc.Name(args))
type DocumentArgument struct {
	Optional bool // may be left out
	Several  bool // takes any number of documents
	files    []string
}

// AddFlag adds -f.
func (d *DocumentArgument) AddFlag(cmd *cobra.Command) {
	cmd.Flags().StringArrayVarP(&d.files, "file", "f", nil, `the document's file, or "-" for stdin`)
}

// Args accepts the document as an argument or as -f, not both.
func (d *DocumentArgument) Args(cmd *cobra.Command, args []string) error {
	names := d.Names(args)
	switch {
	case len(d.files) > 0 && len(args) > 0:
		return Usage(cmd, fmt.Errorf("found both %s and -f %s: name the document once", args[0], d.files[0]))
	case !d.Optional && len(names) == 0:
		return Usage(cmd, errors.New("missing argument FILE"))
	case len(args) > 1 && !d.Several:
		return Usage(cmd, fmt.Errorf("unexpected argument %q", args[1]))
	case len(names) > 1 && !d.Several:
		return Usage(cmd, errors.New("found -f twice: name one document"))
	}
	return distinct(cmd, names)
}

// distinct refuses an empty name, and stdin twice.
func distinct(cmd *cobra.Command, names []string) error {
	if slices.Contains(names, "") {
		return Usage(cmd, errors.New("the name of the document is empty"))
	}
	if first := slices.Index(names, stdin); first >= 0 && slices.Contains(names[first+1:], stdin) {
		return Usage(cmd, errors.New(`found "-" twice: stdin can be read once`))
	}
	return nil
}

// Names returns the named documents, after Args.
func (d *DocumentArgument) Names(args []string) []string { return slices.Concat(args, d.files) }

// Name returns the named document, after Args; empty if it is optional and left out.
func (d *DocumentArgument) Name(args []string) string {
	if names := d.Names(args); len(names) > 0 {
		return names[0]
	}
	return ""
}

// DocumentName returns how messages call a document.
func DocumentName(name string) string {
	if name == stdin {
		return "<stdin>"
	}
	return name
}

// ReadDocument returns the text of a document. An interruption ends the reading of stdin.
func ReadDocument(cmd *cobra.Command, name string) ([]byte, error) {
	if name != stdin {
		return os.ReadFile(name)
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), ReadTimeout)
	defer cancel()
	type result struct {
		data []byte
		err  error
	}
	read := make(chan result, 1)
	go func() {
		data, err := io.ReadAll(cmd.InOrStdin())
		read <- result{data, err}
	}()
	select {
	case r := <-read:
		return r.data, r.err
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.Canceled) {
			return nil, term.ErrInterrupted
		}
		return nil, fmt.Errorf("stdin did not end within %s", FormatDuration(ReadTimeout))
	}
}
