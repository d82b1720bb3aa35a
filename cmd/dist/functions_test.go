package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestAFunctionsZipDependsOnItsBinaryAlone, not on when, where and under which umask it was built.
func TestAFunctionsZipDependsOnItsBinaryAlone(t *testing.T) {
	t.Parallel()
	build := func(binary string, mode os.FileMode) []byte {
		folder := t.TempDir()
		file := filepath.Join(folder, "decide", bootstrap)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(binary), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, earliest, earliest.AddDate(int(mode), 0, 0)); err != nil {
			t.Fatal(err)
		}
		if err := zipFunctions(folder, []string{"decide"}); err != nil {
			t.Fatal(err)
		}
		packed, err := os.ReadFile(filepath.Join(folder, "decide.zip"))
		if err != nil {
			t.Fatal(err)
		}
		return packed
	}
	one := build("binary", 0o700)
	if !bytes.Equal(one, build("binary", 0o644)) {
		t.Error("two zips of one binary differ")
	}
	if bytes.Equal(one, build("changed", 0o700)) {
		t.Error("the zips of two binaries are equal")
	}
	checkBootstrap(t, one, "binary")
}

// checkBootstrap fails unless Lambda could start the function: one file, of the right name, executable by everybody.
func checkBootstrap(t *testing.T, packed []byte, binary string) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.File) != 1 || archive.File[0].Name != "bootstrap" || archive.File[0].Mode() != 0o755 {
		t.Fatalf("found %d files, the first %s %s; want bootstrap alone, with mode 0755",
			len(archive.File), archive.File[0].Name, archive.File[0].Mode())
	}
	file, err := archive.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	if content, err := io.ReadAll(file); err != nil || string(content) != binary {
		t.Errorf("found %q and error %v; want %q", content, err, binary)
	}
}

func TestZipNeedsTheBinary(t *testing.T) {
	t.Parallel()
	if err := zipFunctions(t.TempDir(), []string{"decide"}); err == nil {
		t.Error("found no error without the binary")
	}
}
