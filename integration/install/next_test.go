package install_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/deployment"
)

type firing = scheduler.Firing

// next writes the files of a later release: the same functions in zips with one more file, and another version.
func (r *released) next() string {
	r.t.Helper()
	dir := filepath.Join(r.dir, "next")
	template, err := os.ReadFile(filepath.Join(*dist, "eks-scaling.template.json"))
	if err != nil {
		r.t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "functions"), 0o750); err != nil {
		r.t.Fatal(err)
	}
	text := string(template)
	for _, name := range deployment.Functions() {
		data, err := os.ReadFile(filepath.Join(*dist, "functions", name+".zip"))
		if err != nil {
			r.t.Fatal(err)
		}
		changed := r.repacked(data)
		text = strings.ReplaceAll(text, fmt.Sprintf("%x", sha256.Sum256(data)), fmt.Sprintf("%x", sha256.Sum256(changed)))
		r.write(filepath.Join("next", "functions", name+".zip"), string(changed))
	}
	text = version.ReplaceAllString(text, `${1}v999.0.0"`)
	r.write(filepath.Join("next", "eks-scaling.template.json"), text)
	return dir
}

// version matches the output with the version.
var version = regexp.MustCompile(`("Version":\s*\{[^{}]*"Value":\s*")[^"]*"`)

// repacked returns a zip with one more file.
func (r *released) repacked(data []byte) []byte {
	before, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		r.t.Fatal(err)
	}
	var out bytes.Buffer
	after := zip.NewWriter(&out)
	for _, f := range before.File {
		if err := after.Copy(f); err != nil {
			r.t.Fatal(err)
		}
	}
	more, err := after.Create("NEXT")
	if err == nil {
		_, err = io.WriteString(more, "next")
	}
	if err != nil || after.Close() != nil {
		r.t.Fatal("cannot write a zip")
	}
	return out.Bytes()
}
