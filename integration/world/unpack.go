package world

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/integration/runtime/lambda"
)

// architecture is what Lambda calls this machine's.
func architecture() string {
	if runtime.GOARCH == "arm64" {
		return "arm64"
	}
	return "x86_64"
}

// unpack unpacks the zip of a function from S3, and returns the folder that has the function's as Build makes it. Equal zips share
// a folder, so that a function with the same code stays the same.
func (w *World) unpack(r template.Resource) (dir string, err error) {
	p, err := template.Properties[struct {
		FunctionName  string
		Architectures []string
		Code          struct{ S3Bucket, S3Key string }
	}](r)
	if err != nil {
		return "", err
	}
	if len(p.Architectures) != 1 || p.Architectures[0] != architecture() {
		return "", fmt.Errorf("function %s is built for %v, and this machine runs %s", p.FunctionName, p.Architectures, architecture())
	}
	data, found := w.Buckets.Get(w.Region, p.Code.S3Bucket, p.Code.S3Key)
	if !found {
		return "", fmt.Errorf("error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist: %s/%s", p.Code.S3Bucket, p.Code.S3Key)
	}
	if w.unpacked == "" {
		if w.unpacked, err = os.MkdirTemp("", "eks-scaling-functions-"); err != nil {
			return "", err
		}
		w.closers = append([]func() error{func() error { return os.RemoveAll(w.unpacked) }}, w.closers...) // after the functions have ended
	}
	dir = filepath.Join(w.unpacked, fmt.Sprintf("%x", sha256.Sum256(data)))
	return dir, unzipBootstrap(data, lambda.Bootstrap(dir, strings.TrimPrefix(p.FunctionName, prefix)))
}

// unzipBootstrap writes the binary in a function's zip to a path, unless it is there already.
func unzipBootstrap(data []byte, path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("could not unzip uploaded file: %w", err)
	}
	binary, err := archive.Open("bootstrap")
	if err != nil {
		return err
	}
	defer binary.Close() //nolint:errcheck // it is only read
	content, err := io.ReadAll(binary)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o750)
	}
	if err == nil {
		err = os.WriteFile(path, content, 0o700) //nolint:gosec // it is executed
	}
	return err
}
