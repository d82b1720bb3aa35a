package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// TestOnlyTermWrites: names, reasons and messages of AWS are made printable in package term, so nothing else may write for people.
// The watched status redraws a screen of term.
func TestOnlyTermWrites(t *testing.T) {
	t.Parallel()
	folders := []string{"agenda", "change", "cli", "collect", "configcmd", "doctorcmd", "document", "frame", "health", "overridecmd", "previewcmd", "runcmd", "runscmd", "runwords", "schedulescmd", "setupcmd", "statuscmd"}
	redraws := []string{"../statuscmd/status_watch.go"}
	direct := regexp.MustCompile(`fmt\.F?[Pp]rint|fmt\.Append`)
	for _, folder := range folders {
		files, err := filepath.Glob("../" + folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(folder, files, err)
		}
		for _, file := range files {
			if matched, _ := filepath.Match("*_test.go", filepath.Base(file)); matched || slices.Contains(redraws, file) {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if found := direct.Find(text); found != nil {
				t.Errorf("%s: found %s; want term.Say, term.SayLine or term.Tell", file, found)
			}
		}
	}
}
