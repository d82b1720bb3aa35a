// Package release holds the files of a release that the released tool embeds: the functions' zips and the templates, laid out as in
// the release: functions/NAME.zip, eks-scaling.template.json, eks-scaling-spoke.template.json. Builds with the tag release have
// them; all others have none.
package release

import "io/fs"

// Files returns the embedded files. It reports whether this is a released tool.
func Files() (files fs.FS, released bool) { return embedded() }
