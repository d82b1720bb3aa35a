package document

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
)

// OneFile wants one argument.
func OneFile(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return frame.Usage(cmd, fmt.Errorf("found %s; want one, the configuration's file", english.Count(len(args), "argument")))
	}
	return nil
}

// Document is a document without errors.
type Document struct {
	file   string
	config config.Config
	silent unsetSwitches
}

// Read reads a document and prints its warnings. One with errors is an error, which says what comes of that.
func Read(cmd *cobra.Command, file, consequence string, env frame.Environment) (Document, error) {
	ctx, cancel := context.WithTimeout(cmd.Context(), frame.ReadTimeout)
	defer cancel()
	doc := Document{file: file}
	data, err := os.ReadFile(file)
	if err != nil {
		return doc, Unreadable(file, err)
	}
	var findings []Finding
	doc.config, findings = Parse(ctx, file, data, env, env.Now())
	if err := Usable(file, consequence, findings); err != nil {
		return doc, err
	}
	doc.silent = unsetSwitchesOf(data)
	for _, f := range findings {
		term.SayLine(cmd.ErrOrStderr(), f)
	}
	return doc, nil
}
