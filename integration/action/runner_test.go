package action_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// runner is a machine of GitHub for a job.
type runner struct {
	t                 *testing.T
	folder, workspace string
	context           map[string]string
	said              string
}

func newRunner(t *testing.T, context map[string]string) *runner {
	t.Helper()
	r := &runner{t: t, folder: t.TempDir(), context: context}
	r.workspace = filepath.Join(r.folder, "workspace")
	r.write("workspace/good.yaml", "good")
	r.write("workspace/bad.yaml", "bad")
	return r
}

func (r *runner) write(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// read returns the text of a file that the runner gives to steps; empty if none has written it.
func (r *runner) read(name string) string {
	data, err := os.ReadFile(filepath.Join(r.folder, name))
	if err != nil && !os.IsNotExist(err) {
		r.t.Fatal(err)
	}
	return string(data)
}

// env returns the environment of the next step: its PATH has what earlier steps added.
func (r *runner) env() []string {
	root, err := filepath.Abs(repository)
	if err != nil {
		r.t.Fatal(err)
	}
	path := strings.ReplaceAll(strings.TrimSpace(r.read("path")), "\n", ":")
	return []string{
		"PATH=" + path + ":" + os.Getenv("PATH"), "HOME=" + r.folder,
		"RUNNER_TEMP=" + r.folder, "GITHUB_ACTION_PATH=" + root, "GITHUB_API_URL=" + r.context["github.api_url"],
		"GITHUB_REPOSITORY=acme/platform", "GITHUB_PATH=" + filepath.Join(r.folder, "path"),
		"GITHUB_OUTPUT=" + filepath.Join(r.folder, "output"), "GITHUB_STEP_SUMMARY=" + filepath.Join(r.folder, "summary"),
	}
}

// tool stands for the released tool: it finds errors in files with "bad" in their names.
const tool = `#!/bin/sh
case $1 in
  --version) echo "eks-scaling v1.2.3 (commit abc, 2026-11-01)" ;;
  validate) shift; for file; do case $file in *bad*) echo "$file:1:1: wrong"; exit 1 ;; *) echo "$file: valid" ;; esac; done ;;
  preview) echo "the week of $3" ;;
esac
`

// release writes the release v1.2.3 with the tool, and returns the address above its folder. Its checksums are those of another file if they
// are to be wrong.
func release(t *testing.T, wrong bool) (downloads string) {
	t.Helper()
	const version = "v1.2.3"
	var archive bytes.Buffer
	compressed := gzip.NewWriter(&archive)
	files := tar.NewWriter(compressed)
	if err := files.WriteHeader(&tar.Header{Name: "eks-scaling", Mode: 0o755, Size: int64(len(tool))}); err != nil {
		t.Fatal(err)
	}
	if _, err := files.Write([]byte(tool)); err != nil {
		t.Fatal(err)
	}
	if err := files.Close(); err != nil {
		t.Fatal(err)
	}
	if err := compressed.Close(); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("eks-scaling_%s_%s_%s.tar.gz", version, runtime.GOOS, runtime.GOARCH)
	sum := sha256.Sum256(archive.Bytes())
	if wrong {
		sum = sha256.Sum256([]byte("another file"))
	}
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, version), 0o750); err != nil {
		t.Fatal(err)
	}
	for file, data := range map[string][]byte{name: archive.Bytes(), "checksums.txt": fmt.Appendf(nil, "%x  %s\n", sum, name)} {
		if err := os.WriteFile(filepath.Join(folder, version, file), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return "file://" + folder
}
