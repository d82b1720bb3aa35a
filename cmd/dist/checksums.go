package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// checksums is the file with the checksums of all others, in the format of sha256sum.
const checksums = "checksums.txt"

func (r release) writeChecksums() error {
	sums, err := sumFolder(os.DirFS(r.out))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.out, checksums), []byte(sums), readable)
}

// sumFolder returns a line for each file, in alphabetical order.
func sumFolder(folder fs.FS) (string, error) {
	var lines strings.Builder
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name == checksums {
			return err
		}
		file, err := folder.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		sum := sha256.New()
		if _, err := io.Copy(sum, file); err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%x  %s\n", sum.Sum(nil), name)
		return nil
	})
	return lines.String(), err
}
