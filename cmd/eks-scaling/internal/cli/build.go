package cli

import (
	"cmp"
	"runtime/debug"

	"eks-scaling-automation/cmd/eks-scaling/internal/installcmd"
	"eks-scaling-automation/shared/deployment"
)

// Set by make build, with -ldflags -X.
var stampedVersion, stampedCommit, stampedDate string

// unknown stands for a version that nothing tells.
const unknown = "unknown"

// shortCommit is the number of characters that identify a commit.
const shortCommit = 12

// thisBuild returns the build of this program: what make build has stamped, else what the Go toolchain has recorded.
func thisBuild() deployment.Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return buildOf(deployment.Build{Version: stampedVersion, Commit: stampedCommit, Date: stampedDate}, info)
}

func buildOf(stamped deployment.Build, info *debug.BuildInfo) deployment.Build {
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
	return deployment.Build{
		Version: cmp.Or(version, unknown), Commit: cmp.Or(commit, unknown), Date: cmp.Or(stamped.Date, settings["vcs.time"], unknown),
	}
}

// thisRelease returns what this program deploys.
func thisRelease() installcmd.Release { return installcmd.Release{Build: thisBuild()} }
