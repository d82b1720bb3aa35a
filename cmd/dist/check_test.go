package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCheckFindsWhatIsWrong with a release that differs in one point from a right one.
func TestCheckFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	right := sampleRelease(t)
	with := func(name string, data []byte) map[string][]byte {
		changed := maps.Clone(right)
		if changed[name] = data; data == nil {
			delete(changed, name)
		}
		return changed
	}
	empty, err := tarred(nil, earliest)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		first, second map[string][]byte
		want          string // empty: nothing is wrong
	}{
		"two equal builds":            {right, right, ""},
		"a file differs":              {right, with("schema.json", []byte("other")), "schema.json: differs in the second build"},
		"a file is missing":           {right, with("schema.json", nil), "schema.json: differs in the second build"},
		"the second has another file": {with("schema.json", nil), right, "the second build has more files"},
		"an archive without the tool": {with("eks-scaling_v1_plan9_arm64.tar.gz", empty), right, "eks-scaling is missing or empty"},
		"a tool without a function":   {with("functions/scale.zip", []byte("other")), right, "the tool does not embed the release's scale.zip"},
		"an archive that is none":     {with("eks-scaling_v1_windows_arm64.zip", []byte("x")), right, "zip: not a valid zip file"},
		"a deb that is none":          {with("eks-scaling_v1_linux_arm64.deb", []byte("x")), right, "is not a Debian package"},
		"a bundle without functions":  {with("eks-scaling_v1_stack.zip", right["eks-scaling_v1_windows_arm64.zip"]), right, "functions/decide.zip is missing or empty"},
		"an rpm that is none":         {with("eks-scaling_v1_linux_arm64.rpm", []byte("x")), right, "is not a package of rpm"},
	} {
		err := check(saveRelease(t, row.first), saveRelease(t, row.second))
		if row.want == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)) {
			t.Errorf("%s: found %v; want %q", name, err, row.want)
		}
	}
}

func TestCheckComparesTheChecksums(t *testing.T) {
	t.Parallel()
	folder := saveRelease(t, sampleRelease(t))
	if err := os.WriteFile(filepath.Join(folder, "schema.json"), []byte("changed later"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := check(folder, folder); err == nil || !strings.Contains(err.Error(), "checksums.txt does not match") {
		t.Errorf("found %v; want that the checksums do not match", err)
	}
}

// sampleRelease returns a small release. Its platforms are not this machine's, so that no tool is run.
func sampleRelease(t *testing.T) map[string][]byte {
	t.Helper()
	var entries []entry
	for _, name := range []string{
		"eks-scaling", "eks-scaling.exe", "LICENSE", "README.md", "man/eks-scaling.1", "completions/eks-scaling.bash",
		"completions/_eks-scaling", "completions/eks-scaling.fish", "completions/eks-scaling.ps1",
	} {
		entries = append(entries, entry{name, []byte(name), readable})
	}
	packed := func(packer func([]entry, time.Time) ([]byte, error), entries []entry) []byte {
		data, err := packer(entries, earliest)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var installed []entry
	for _, name := range []string{
		"usr/bin/eks-scaling", "usr/share/man/man1/eks-scaling.1.gz", "usr/share/doc/eks-scaling/copyright",
		"usr/share/bash-completion/completions/eks-scaling", "usr/share/zsh/vendor-completions/_eks-scaling",
		"usr/share/fish/vendor_completions.d/eks-scaling.fish",
	} {
		installed = append(installed, entry{"./" + name, []byte(name), readable})
	}
	return map[string][]byte{
		"schema.json":                       []byte("{}"),
		"functions/decide.zip":              []byte("eks"), // the tools contain it
		"eks-scaling_v1_plan9_arm64.tar.gz": packed(tarred, entries),
		"eks-scaling_v1_windows_arm64.zip":  packed(zipped, entries),
		"eks-scaling_v1_linux_arm64.rpm":    []byte("\xed\xab\xee\xdb"),
		"eks-scaling_v1_linux_arm64.deb":    archived("odd", "x", "data.tar.gz", string(packed(tarred, installed))),
	}
}

// archived returns an ar archive of pairs of names and contents.
func archived(pairs ...string) []byte {
	out := bytes.NewBufferString("!<arch>\n")
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(out, "%-16s%-12d%-6d%-6d%-8s%-10d`\n%s", pairs[i], 0, 0, 0, "100644", len(pairs[i+1]), pairs[i+1])
		if len(pairs[i+1])%2 == 1 {
			out.WriteByte('\n')
		}
	}
	return out.Bytes()
}

func saveRelease(t *testing.T, files map[string][]byte) string {
	t.Helper()
	folder := t.TempDir()
	for name, data := range files {
		if err := writeChanged(filepath.Join(folder, name), data); err != nil {
			t.Fatal(err)
		}
	}
	if err := (release{out: folder}).writeChecksums(); err != nil {
		t.Fatal(err)
	}
	return folder
}
