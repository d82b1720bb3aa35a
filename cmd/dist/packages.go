package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// maintainer is the contact that packages name.
const maintainer = "EKS Scaling Automation <noreply@users.noreply.github.com>"

// content is a file of a package, as nfpm reads it.
type content struct {
	Source      string   `json:"src"`
	Destination string   `json:"dst"`
	Packager    string   `json:"packager,omitempty"` // empty: both
	Info        fileInfo `json:"file_info"`
}

type fileInfo struct {
	Mode     uint32    `json:"mode"`
	Modified time.Time `json:"mtime"`
}

// packages packs the tools for Linux as deb and rpm.
func (r release) packages() error {
	stage, err := os.MkdirTemp("", "eks-scaling-packages-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(stage) }()
	documents, err := r.stageDocuments(stage)
	if err != nil {
		return err
	}
	for _, p := range r.platforms {
		if p.os != "linux" {
			continue
		}
		contents := append([]content{r.content(r.program(p), "/usr/bin/eks-scaling", executable, "")}, documents...)
		file := filepath.Join(stage, p.arch+".json")
		if err := r.describe(file, p, contents); err != nil {
			return err
		}
		for _, kind := range []string{"deb", "rpm"} {
			if err := r.runPackager(kind, file, r.name(p, "."+kind)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r release) content(source, destination string, mode os.FileMode, packager string) content {
	return content{source, destination, packager, fileInfo{uint32(mode), r.date}}
}

// describe writes nfpm's description of a package. The tool reads YAML, and JSON is valid YAML.
func (r release) describe(file string, p platform, contents []content) error {
	data, err := json.Marshal(map[string]any{
		"name": "eks-scaling", "arch": p.arch, "platform": p.os, "version": packageVersion(r.version), "version_schema": "none",
		"section": "admin", "priority": "optional", "maintainer": maintainer, "license": "Apache-2.0",
		"description": "Scales EKS managed node groups by time of day\nThe operator's tool of EKS Scaling Automation.",
		"mtime":       r.date, "contents": contents,
		"rpm": map[string]string{"buildhost": "localhost", "group": "Applications/System"},
	})
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, readable)
}

func (r release) runPackager(kind, description, target string) error {
	command := strings.Fields(r.nfpm)
	if len(command) == 0 {
		return errors.New("-nfpm is required for packages of Linux")
	}
	run := exec.Command(command[0], append(command[1:], "package", "-f", description, "-p", kind, "-t", target)...)
	run.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", r.date.Unix()))
	if said, err := run.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", target, err, said)
	}
	return nil
}

// stageDocuments prepares the documents for the places where Linux looks for them. Pages of the manual are compressed there.
func (r release) stageDocuments(stage string) (contents []content, err error) {
	documents, err := r.documents()
	if err != nil {
		return nil, err
	}
	for _, d := range documents {
		if path.Dir(d.name) == "man" {
			if d.data, err = compressed(d.data); err != nil {
				return nil, err
			}
		}
		staged := filepath.Join(stage, filepath.FromSlash(d.name))
		if err := writeChanged(staged, d.data); err != nil {
			return nil, err
		}
		for packager, place := range places(d.name) {
			contents = append(contents, r.content(staged, "/usr/share/"+place, readable, packager))
		}
	}
	return contents, nil
}

// places returns where a document is installed below /usr/share, by packager; the empty one is both. Debian's zsh has a folder of its own
// for packages. No shell of Linux reads the script for PowerShell.
func places(name string) map[string]string {
	switch base := path.Base(name); {
	case path.Dir(name) == "man":
		return map[string]string{"": "man/man1/" + base + ".gz"}
	case name == "LICENSE":
		return map[string]string{"": "doc/eks-scaling/copyright"}
	case base == "eks-scaling.bash":
		return map[string]string{"": "bash-completion/completions/eks-scaling"}
	case base == "eks-scaling.fish":
		return map[string]string{"": "fish/vendor_completions.d/" + base}
	case base == "_eks-scaling":
		return map[string]string{"deb": "zsh/vendor-completions/" + base, "rpm": "zsh/site-functions/" + base}
	case base == "eks-scaling.ps1":
		return nil
	default:
		return map[string]string{"": "doc/eks-scaling/" + name}
	}
}

// compressed returns data compressed by gzip, without a name or time.
func compressed(data []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}
