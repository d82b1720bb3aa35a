package cli

import (
	"runtime/debug"
)

// version is that of the module that the tool was built of, and the revision in its repository as far as the build says it:
// such as "v1.2.0 (revision 1f2e3d4c5b6a)".
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

// shortRevision is how many characters of a revision are enough to find it.
const shortRevision = 12
