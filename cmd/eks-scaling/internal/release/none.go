//go:build !release

package release

import (
	"embed"
	"io/fs"
)

func embedded() (fs.FS, bool) { return embed.FS{}, false }
