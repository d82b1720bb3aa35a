package cli

import (
	"runtime/debug"
)

// version returns the version of the module and its revision, if the build has one, such as "v1.2.0 (revision 1f2e3d4c5b6a)".
func version() string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return "(not known)"
	}
	return versionOf(build)
}

func versionOf(build *debug.BuildInfo) string {
	settings := map[string]string{}
	for _, s := range build.Settings {
		settings[s.Key] = s.Value
	}
	text := build.Main.Version
	if text == "" {
		text = "(devel)"
	}
	revision := settings["vcs.revision"]
	if revision == "" {
		return text
	}
	text += " (revision " + revision[:min(len(revision), shortRevision)]
	if settings["vcs.modified"] == "true" {
		text += ", with changes"
	}
	return text + ")"
}

// shortRevision is the number of characters that identify a revision.
const shortRevision = 12
