package deployment

import (
	"cmp"
	"runtime/debug"
)

// Set by the Makefile, with -ldflags -X.
var stampedVersion, stampedCommit, stampedDate string

// Unknown stands for a version that nothing tells.
const Unknown = "unknown"

// shortCommit is the number of characters that identify a commit.
const shortCommit = 12

// ThisBuild returns the build of this program: what the Makefile has stamped, else what the Go toolchain has recorded. Its parts are
// [Unknown] if nothing tells.
func ThisBuild() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return buildOf(Build{Version: stampedVersion, Commit: stampedCommit, Date: stampedDate}, info)
}

func buildOf(stamped Build, info *debug.BuildInfo) Build {
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	recorded := info.Main.Version
	if recorded == "(devel)" {
		recorded = ""
	}
	commit := cmp.Or(stamped.Commit, settings["vcs.revision"])
	commit = commit[:min(len(commit), shortCommit)]
	version := cmp.Or(stamped.Version, recorded, commit)
	if stamped.Version == "" && recorded == "" && commit != "" && settings["vcs.modified"] == "true" {
		version += "-dirty"
	}
	return Build{
		Version: cmp.Or(version, Unknown), Commit: cmp.Or(commit, Unknown), Date: cmp.Or(stamped.Date, settings["vcs.time"], Unknown),
	}
}
