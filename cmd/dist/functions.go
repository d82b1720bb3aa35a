package main

import (
	"os"
	"path/filepath"
)

// bootstrap is the file name that the provided.al2023 runtime requires for a function's binary.
const bootstrap = "bootstrap"

// zipFunctions packs each FOLDER/NAME/bootstrap as FOLDER/NAME.zip.
func zipFunctions(folder string, names []string) error {
	for _, name := range names {
		binary, err := os.ReadFile(filepath.Join(folder, name, bootstrap))
		if err != nil {
			return err
		}
		packed, err := zipped([]entry{{name: bootstrap, data: binary, mode: executable}}, earliest)
		if err != nil {
			return err
		}
		if err := writeChanged(filepath.Join(folder, name+".zip"), packed); err != nil {
			return err
		}
	}
	return nil
}
