// Package configcmd has the verbs of "config": show, export, diff, apply, edit, history and rollback; and pause and resume.
package configcmd

import (
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// NewConfig returns the command config.
func NewConfig(env frame.Environment) *cobra.Command {
	return frame.Family(&cobra.Command{Use: "config", Short: "Manages the configuration"},
		newConfigShow(env), newConfigExport(env), newConfigDiff(env), newConfigApply(env), newConfigEdit(env),
		newConfigHistory(env), newConfigRollback(env))
}
