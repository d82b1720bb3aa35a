package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReadFolderSortsAndKeepsPaths(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, name := range []string{"man/b.1", "man/a.1"} {
		if err := writeChanged(filepath.Join(root, name), []byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	found, err := readFolder(root, "man")
	if err != nil || len(found) != 2 || found[0].name != "man/a.1" || string(found[1].data) != "man/b.1" || found[0].mode != os.FileMode(0o644) {
		t.Errorf("found %v and error %v; want a.1 before b.1, both readable by everybody", found, err)
	}
}
