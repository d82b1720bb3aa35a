package configcmd

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

// editing is a tool with a shell script for an editor, and a directory of its own for temporary files. The script finds
// the file in $1, and a log of what it was shown in $LOG.
func editing(t *testing.T, m *clitest.Memory, script string) (env frame.Environment, temporary, log string) {
	t.Helper()
	dir := t.TempDir()
	temporary, log = filepath.Join(dir, "tmp"), filepath.Join(dir, "log")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", temporary)
	t.Setenv("LOG", log)
	file := clitest.Write(t, filepath.Join(dir, "editor with a space"), "stat -c %a \"$2\" >> \"$LOG\"; cat \"$2\" >> \"$LOG\"; [ \"$1\" = --wait ] || exit 9\nshift\n"+script)
	env = clitest.Holding(m)
	env.Editor = "sh '" + file + "' --wait"
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

// TestAnErrorComesBackToTheSameText has an editor that breaks the text at first, and mends it when it sees it again.
func TestAnErrorComesBackToTheSameText(t *testing.T) {
	m := clitest.Filled(t)
	const script = `if grep -q 'maxSize: 33' "$1"; then sed -i 's/maxSize: 33/maxSize: 4/' "$1"; else sed -i 's/maxSize: 3}/maxSize: 33}/' "$1"; fi` + "\n"
	env, dir, log := editing(t, m, script)
	env.Interactive = true
	a := clitest.AskTyping(t, env, strings.NewReader("\ny\n"), "config", "edit")
	clitest.Says(t, a.Stderr, "is not valid; nothing was written", "found maxSize 33; want it within the node group's limits")
	clitest.Says(t, a.Stdout, "Open it again? [Y/n] ", "2 written")
	if text := clitest.Read(t, log); strings.Count(text, "600\n# From table ") != 2 || !strings.Contains(text, "maxSize: 33") {
		t.Errorf("the editor saw\n%s\nwant a file with the mode 600 twice, and the second time with the error", text)
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
			m := clitest.Filled(t)
			env, dir, _ := editing(t, m, tt.script)
			a := clitest.AskTyping(t, clitest.OnTerminal(env), strings.NewReader(tt.typed), "config", "edit")
			if a.Exit != frame.ExitFailed {
				t.Errorf("found exit code %d (%v); want 1", a.Exit, a.Err)
			}
			clitest.WantCalls(t, m)
			file := leaves(t, dir, 1)[0]
			clitest.Says(t, a.Err.Error(), term.ErrDeclined.Error(), "\nyour text is kept in "+filepath.Join(dir, file.Name()))
		})
	}
}

// TestAWriteThatFailsAfterAnEdit keeps the text: it took somebody time.
func TestAWriteThatFailsAfterAnEdit(t *testing.T) {
	m := clitest.Filled(t)
	env, dir, _ := editing(t, m, raiseBerlin)
	m.Before = func(call string) error {
		if call == "write" {
			return errors.New("the power is out")
		}
		return nil
	}
	if a := clitest.AskIn(t, env, "config", "edit"); a.Exit != frame.ExitFailed {
		t.Errorf("found exit code %d (%v); want 1", a.Exit, a.Err)
	}
	leaves(t, dir, 1)
}
