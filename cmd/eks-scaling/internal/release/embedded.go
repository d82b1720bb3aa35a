//go:build release

package release

import (
	"embed"
	"io/fs"
)

//go:embed files
var folder embed.FS

func embedded() (fs.FS, bool) {
	files, err := fs.Sub(folder, "files")
	if err != nil {
		panic(err) // the name is a constant, and a valid one
	}
	return files, true
}
