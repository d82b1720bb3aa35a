package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// check compares a release with its second build, and looks into each of its files. It says everything that is wrong.
func check(folder, second string) error {
	var wrong []error
	for _, release := range []string{folder, second} {
		wrong = append(wrong, checkSums(release))
	}
	wrong = append(wrong, compare(folder, second))
	files, err := filepath.Glob(filepath.Join(folder, "eks-scaling_*"))
	if err != nil || len(files) == 0 {
		return errors.Join(append(wrong, fmt.Errorf("%s: found no archive", folder), err)...)
	}
	for _, file := range files {
		if err := checkFile(file); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", file, err))
		}
	}
	return errors.Join(wrong...)
}

// checkSums compares the files of a release with its checksums.
func checkSums(folder string) error {
	want, err := os.ReadFile(filepath.Join(folder, checksums))
	if err != nil {
		return err
	}
	found, err := sumFolder(os.DirFS(folder))
	if err == nil && found != string(want) {
		return fmt.Errorf("%s: %s does not match the files", folder, checksums)
	}
	return err
}

// compare names the files that differ between two builds of a release.
func compare(folder, second string) error {
	one, err := sumFolder(os.DirFS(folder))
	if err != nil {
		return err
	}
	two, err := sumFolder(os.DirFS(second))
	if err != nil {
		return err
	}
	var wrong []error
	for line := range strings.Lines(one) {
		if !strings.Contains(two, line) {
			_, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
			wrong = append(wrong, fmt.Errorf("%s: differs in the second build", name))
		}
	}
	if one != two && wrong == nil {
		wrong = append(wrong, errors.New("the second build has more files"))
	}
	return errors.Join(wrong...)
}

// checkFile looks for what people expect in an archive or package.
func checkFile(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	switch filepath.Ext(file) {
	case ".deb":
		return requireDebFiles(data)
	case ".rpm":
		if !bytes.HasPrefix(data, []byte("\xed\xab\xee\xdb")) {
			return errors.New("is not a package of rpm")
		}
		return nil
	case ".zip":
		contents, err := unzip(data)
		if strings.HasSuffix(file, bundled) {
			return errors.Join(err, require(contents, "eks-scaling.template.json", "eks-scaling-spoke.template.json", "functions/decide.zip"))
		}
		return errors.Join(err, require(contents, "eks-scaling.exe", "LICENSE", "README.md", "completions/eks-scaling.ps1"),
			requireEmbedded(contents["eks-scaling.exe"], filepath.Dir(file)))
	default:
		contents, err := untar(data)
		err = errors.Join(err, require(contents, "eks-scaling", "LICENSE", "README.md", "man/eks-scaling.1", "completions/eks-scaling.bash",
			"completions/_eks-scaling", "completions/eks-scaling.fish"), requireEmbedded(contents["eks-scaling"], filepath.Dir(file)))
		if err == nil && strings.HasSuffix(file, runtime.GOOS+"_"+runtime.GOARCH+".tar.gz") {
			return checkVersion(file, contents["eks-scaling"])
		}
		return err
	}
}

func require(contents map[string][]byte, names ...string) error {
	var missing []error
	for _, name := range names {
		if len(contents[name]) == 0 {
			missing = append(missing, fmt.Errorf("%s is missing or empty", name))
		}
	}
	return errors.Join(missing...)
}

// requireEmbedded looks in a tool for the functions and templates of its release: they are in it as they are.
func requireEmbedded(tool []byte, folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "functions", "*.zip"))
	if err != nil {
		return err
	}
	templates, err := filepath.Glob(filepath.Join(folder, "*.template.json"))
	if err != nil {
		return err
	}
	for _, file := range append(files, templates...) {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if !bytes.Contains(tool, data) {
			return fmt.Errorf("the tool does not embed the release's %s", filepath.Base(file))
		}
	}
	return nil
}

// requireDebFiles looks for what dpkg would install.
func requireDebFiles(data []byte) error {
	contents, err := undeb(data)
	return errors.Join(err, require(contents, "usr/bin/eks-scaling", "usr/share/man/man1/eks-scaling.1.gz", "usr/share/doc/eks-scaling/copyright",
		"usr/share/bash-completion/completions/eks-scaling", "usr/share/zsh/vendor-completions/_eks-scaling",
		"usr/share/fish/vendor_completions.d/eks-scaling.fish"))
}

// checkVersion runs this machine's tool: it must say the version in its archive's name.
func checkVersion(file string, tool []byte) error {
	folder, err := os.MkdirTemp("", "eks-scaling-check-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	program := filepath.Join(folder, "eks-scaling")
	if err := os.WriteFile(program, tool, executable); err != nil {
		return err
	}
	said, err := exec.Command(program, "--version").CombinedOutput()
	if err != nil {
		return fmt.Errorf("--version: %w\n%s", err, said)
	}
	version := strings.TrimPrefix(filepath.Base(file), "eks-scaling_")
	version = version[:strings.LastIndex(version[:strings.LastIndex(version, "_")], "_")]
	if !strings.HasPrefix(string(said), "eks-scaling "+version+" ") {
		return fmt.Errorf("--version says %q; want %s", said, version)
	}
	return nil
}
