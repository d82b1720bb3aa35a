// Command docfiles writes the files of a release that come from the command line tool itself: its man pages, its completions, the JSON
// Schema of configurations and the template that connects an account.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/cli"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/manual"
	"eks-scaling-automation/cmd/eks-scaling/internal/schema"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/spoke"
)

func main() {
	folder := flag.String("out", "", "folder for the files")
	flag.Parse()
	if err := write(*folder); err != nil {
		fmt.Fprintln(os.Stderr, "docfiles: "+err.Error())
		os.Exit(1)
	}
}

// write writes the files into a folder.
func write(folder string) error {
	if folder == "" {
		return errors.New("-out is required")
	}
	files, err := all(deployment.ThisBuild())
	if err != nil {
		return err
	}
	for name, data := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// all returns the files by name.
func all(build deployment.Build) (map[string][]byte, error) {
	root := cli.NewRoot(frame.Environment{User: "$USER"})
	root.InitDefaultCompletionCmd()
	files, err := completions(root)
	if err != nil {
		return nil, err
	}
	for name, page := range manual.Pages(root, manual.Source{Version: build.Version, Date: dateOf(build)}) {
		files["man/"+name] = []byte(page)
	}
	var indented bytes.Buffer
	if err := frame.PrintJSON(&indented, schema.JSON()); err != nil {
		return nil, err
	}
	files["schema.json"] = indented.Bytes()
	template, err := connecting().JSON()
	files["eks-scaling-spoke.template.json"] = template
	return files, err
}

// dateOf returns the date of the commit, or the start of Unix time if nothing tells.
func dateOf(build deployment.Build) time.Time {
	date, err := time.Parse(time.RFC3339, build.Date)
	if err != nil {
		return time.Unix(0, 0)
	}
	return date
}

// connecting returns the template that fits every account: it allows the clusters with a tag, the one that the released template of the
// stack has as its default.
func connecting() spoke.Template {
	return spoke.Template{TagKey: deployment.System, TagValue: "true"}
}

// completions returns the scripts, named as the shells find them.
func completions(root *cobra.Command) (map[string][]byte, error) {
	files := map[string][]byte{}
	for name, generate := range map[string]func(*bytes.Buffer) error{
		"eks-scaling.bash": func(out *bytes.Buffer) error { return root.GenBashCompletionV2(out, true) },
		"_eks-scaling":     func(out *bytes.Buffer) error { return root.GenZshCompletion(out) },
		"eks-scaling.fish": func(out *bytes.Buffer) error { return root.GenFishCompletion(out, true) },
		"eks-scaling.ps1":  func(out *bytes.Buffer) error { return root.GenPowerShellCompletionWithDesc(out) },
	} {
		var out bytes.Buffer
		if err := generate(&out); err != nil {
			return nil, err
		}
		files["completions/"+name] = out.Bytes()
	}
	return files, nil
}
