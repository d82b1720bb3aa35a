package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// editing is a tool with a shell script for an editor, and a directory of its own for temporary files. The script finds
// the file in $1, and a log of what it was shown in $LOG.
func editing(t *testing.T, m *memory, script string) (env environment, temporary, log string) {
	t.Helper()
	dir := t.TempDir()
	temporary, log = filepath.Join(dir, "tmp"), filepath.Join(dir, "log")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", temporary)
	t.Setenv("LOG", log)
	file := write(t, filepath.Join(dir, "editor with a space"), "stat -c %a \"$2\" >> \"$LOG\"; cat \"$2\" >> \"$LOG\"; [ \"$1\" = --wait ] || exit 9\nshift\n"+script)
	env = holding(m)
	env.editor = "sh '" + file + "' --wait"
	return env, temporary, log
}

// leaves checks which temporary files are left.
func leaves(t *testing.T, dir string, want int) []os.DirEntry {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != want {
		t.Errorf("found %v left behind (%v); want %d files", files, err, want)
	}
	return files
}

const raiseBerlin = `sed -i 's/low: {web: {minSize: 1, maxSize: 3}}/low: {web: {minSize: 1, maxSize: 5}}/' "$1"` + "\n"

func TestEdit(t *testing.T) {
	m := filled(t)
	env, dir, log := editing(t, m, raiseBerlin)
	a := askIn(t, env, "config", "edit", "--reason", "OPS-1")
	if a.err != nil {
		t.Fatal(a.err)
	}
	says(t, a.stdout, "cluster berlin: changed (version 2)\n  ~ profiles.low.web.maxSize: 3 -> 5\n", "1 written to table ")
	wantCalls(t, m, "put cluster/berlin")
	if !strings.HasPrefix(read(t, log), "600\n# From table ") {
		t.Errorf("the editor saw\n%s\nwant a file with the mode 600, and the configuration", read(t, log))
	}
	leaves(t, dir, 0)
}

// TestAnErrorComesBackToTheSameText has an editor that breaks the text at first, and mends it when it sees it again.
func TestAnErrorComesBackToTheSameText(t *testing.T) {
	m := filled(t)
	const script = `if grep -q 'maxSize: 33' "$1"; then sed -i 's/maxSize: 33/maxSize: 4/' "$1"; else sed -i 's/maxSize: 3}/maxSize: 33}/' "$1"; fi` + "\n"
	env, dir, log := editing(t, m, script)
	env.terminal = true
	a := askTyping(t, env, strings.NewReader("\ny\n"), "config", "edit")
	says(t, a.stderr, "is not valid; nothing was written", "found maxSize 33; want it within the node group's limits")
	says(t, a.stdout, "Open it again? [Y/n] ", "2 written")
	if n := strings.Count(read(t, log), "# From table"); n != 2 || !strings.Contains(read(t, log), "maxSize: 33") {
		t.Errorf("the editor saw\n%s\nwant the text twice, with the error in the second", read(t, log))
	}
	leaves(t, dir, 0)
}

func TestRefusedEdits(t *testing.T) {
	for _, tt := range []struct{ name, script, typed string }{
		{"an error, and no second try", "echo broken: >> $1", "n\n"},
		{"an error, and the end of the input", "echo broken: >> $1", ""},
		{"no to the change", raiseBerlin, "n\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := filled(t)
			env, dir, _ := editing(t, m, tt.script)
			a := askTyping(t, onTerminal(env), strings.NewReader(tt.typed), "config", "edit")
			if a.exit != exitFailed {
				t.Errorf("found exit code %d (%v); want 1", a.exit, a.err)
			}
			wantCalls(t, m)
			file := leaves(t, dir, 1)[0]
			says(t, a.err.Error(), errDeclined.Error(), "\nyour text is kept in "+filepath.Join(dir, file.Name()))
		})
	}
}

// TestAWriteThatFailsAfterAnEdit keeps the text: it took somebody time.
func TestAWriteThatFailsAfterAnEdit(t *testing.T) {
	m := filled(t)
	env, dir, _ := editing(t, m, raiseBerlin)
	m.before = func(call string) error {
		if call == "write" {
			return errors.New("the power is out")
		}
		return nil
	}
	if a := askIn(t, env, "config", "edit"); a.exit != exitFailed {
		t.Errorf("found exit code %d (%v); want 1", a.exit, a.err)
	}
	leaves(t, dir, 1)
}
