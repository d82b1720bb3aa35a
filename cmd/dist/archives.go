package main

import (
	"io/fs"
	"os"
	"path/filepath"
)

// archives packs each tool with its manual, its completions and its licence.
func (r release) archives() error {
	common, err := r.documents()
	if err != nil {
		return err
	}
	for _, p := range r.platforms {
		program, err := os.ReadFile(r.program(p))
		if err != nil {
			return err
		}
		entries := append([]entry{{p.program(), program, executable}}, common...)
		packer, extension := tarred, ".tar.gz"
		if p.os == "windows" {
			packer, extension = zipped, ".zip"
		}
		packed, err := packer(entries, r.date)
		if err != nil {
			return err
		}
		if err := os.WriteFile(r.name(p, extension), packed, readable); err != nil {
			return err
		}
	}
	return nil
}

// program returns the path of the built tool for a platform.
func (r release) program(p platform) string {
	return filepath.Join(r.programs, p.os+"-"+p.arch, p.program())
}

// documents returns what every archive has beside the tool.
func (r release) documents() ([]entry, error) {
	var entries []entry
	for _, name := range []string{"LICENSE", "README.md"} {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{name, data, readable})
	}
	for _, folder := range []string{"completions", "man"} {
		found, err := readFolder(r.docs, folder)
		if err != nil {
			return nil, err
		}
		entries = append(entries, found...)
	}
	return entries, nil
}

// readFolder returns the files of a folder by their paths below root, in alphabetical order.
func readFolder(root, folder string) (entries []entry, err error) {
	tree := os.DirFS(root)
	err = fs.WalkDir(tree, folder, func(name string, file fs.DirEntry, err error) error {
		if err != nil || file.IsDir() {
			return err
		}
		data, err := fs.ReadFile(tree, name)
		entries = append(entries, entry{name, data, readable})
		return err
	})
	return entries, err
}
