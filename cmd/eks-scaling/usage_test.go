package main

import (
	"testing"
)

func TestUsageErrorEndsWithTwoAndPrintsNothing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"an unknown verb", []string{"explian"}, `unknown verb "explian"; known: `},
		{"an unknown verb of config", []string{"config", "aply"}, `unknown verb "aply"; known: apply`},
		{"an unknown flag", []string{"validate", "--strict"}, "unknown flag: --strict"},
		{"validate without a file", []string{"validate"}, "found no file; want at least one configuration"},
		{"validate with an unknown output", []string{"validate", "-o", "svg", rich}, `--output: found "svg"; want one of: table, json, yaml`},
		{"validate as text", []string{"validate", "-o", "text", rich}, `--output: found "text"; want one of: table, json, yaml`},
		{"explain with a file without a name", []string{"explain", "--config", ""}, `--config: found ""; want the configuration's file`},
		{"explain with the file as an argument", []string{"explain", rich}, `found argument "testdata/rich.yaml"; want none, and the configuration's file as --config FILE`},
		{"explain with an unknown output", []string{"explain", "--config", rich, "-o", "svg"}, `--output: found "svg"; want one of: table, json, yaml`},
		{"preview with a file without a name", []string{"preview", "--config", ""}, `--config: found ""`},
		{"preview with an unknown output", []string{"preview", "--config", rich, "-o", "png"}, `--output: found "png"; want one of: table, json, yaml, svg`},
		{"schema with an argument", []string{"schema", "v1"}, `found argument "v1"; want none`},
		{"apply without a file", []string{"config", "apply"}, "found 0 arguments; want one, the configuration's file"},
		{"history with two arguments", []string{"config", "history", "a", "b"}, "found 2 arguments; want at most one"},
		{"rollback with one argument", []string{"config", "rollback", "a"}, "found 1 argument; want 2: CLUSTER VERSION"},
		{"a size that is no number", []string{"override", "set", "a", "--nodegroup", "b", "--desired", "x"}, `--desired: found "x"; want a whole number`},
		{"a number that is none", []string{"runs", "--limit", "many"}, `--limit: found "many"; want a whole number`},
		{"a time that is none", []string{"status", "--every", "often"}, `--every: found "often"; want a time, such as 5s or 1m`},
		{"neither true nor false", []string{"override", "list", "--all=perhaps"}, `--all: found "perhaps"; want true or false`},
		{"apply with two files", []string{"config", "apply", "a", "b"}, "found 2 arguments; want one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			refuses(t, ask(t, tt.args...), exitUsage, tt.want, "; see: eks-scaling ", " --help")
		})
	}
}

func TestInstantThatIsNone(t *testing.T) {
	t.Parallel()
	flags := map[string][]string{
		"--at":    {"explain", "--config", rich, "--cluster", "production"},
		"--from":  {"preview", "--config", rich, "--cluster", "production"},
		"--until": {"preview", "--config", rich, "--cluster", "production"},
	}
	tests := []struct{ name, text, want string }{
		{"a date that does not exist", "2026-02-30 20:00", `found "2026-02-30", a date that does not exist; want 2026-02-01 to 2026-02-28`},
		{"a time that does not exist", "2026-11-23 25:00", `found "2026-11-23 25:00"; want an instant, as RFC 3339`},
		{"a date without a time", "2026-11-23", `or by the local clock ("2026-12-24 20:00")`},
		{"a word", "tomorrow", `found "tomorrow"; want an instant`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for flag, args := range flags {
				refuses(t, ask(t, append(args, flag, tt.text)...), exitUsage, flag+": ", tt.want)
			}
		})
	}
}
