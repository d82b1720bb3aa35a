package action_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheHookValidates with the release whose tag is checked out, downloaded from where the hook itself came.
func TestTheHookValidates(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	var hooks []struct {
		ID, Entry, Language, Files string
		Serial                     bool `yaml:"require_serial"`
	}
	readYAML(t, ".pre-commit-hooks.yaml", &hooks)
	if len(hooks) != 1 || hooks[0].Language != "script" || !hooks[0].Serial {
		t.Fatalf("found %+v; want one hook, a script of which one at a time runs", hooks)
	}
	for file, want := range map[string]bool{"eks-scaling.yaml": true, "ops/eks-scaling-prod.yml": true, "deployment.yaml": false} {
		if regexp.MustCompile(hooks[0].Files).MatchString(file) != want {
			t.Errorf("%s: want that the hook takes it: %t", file, want)
		}
	}
	clone := cloned(t, hooks[0].Entry, "v1.2.3")
	commit := func(file string) (string, error) {
		said, err := exec.Command(filepath.Join(clone, hooks[0].Entry), file).CombinedOutput()
		return string(said), err
	}
	if said, err := commit("good.yaml"); err != nil || said != "good.yaml: valid\n" {
		t.Errorf("found %q and error %v; want that it is valid", said, err)
	}
	if said, err := commit("bad.yaml"); err == nil || said != "bad.yaml:1:1: wrong\n" {
		t.Errorf("found %q and error %v; want an error", said, err)
	}
	git(t, clone, "tag", "-d", "v1.2.3")
	if said, err := commit("good.yaml"); err == nil || !strings.Contains(said, "rev is not a release") {
		t.Errorf("found %q and error %v; want that rev must be a release", said, err)
	}
}

// cloned returns a clone as pre-commit makes it, of a repository beside which the release is.
func cloned(t *testing.T, entry, version string) string {
	t.Helper()
	downloads := strings.TrimPrefix(release(t, version, false), "file://")
	origin, clone := filepath.Join(t.TempDir(), "repository"), filepath.Join(t.TempDir(), "clone")
	if err := os.MkdirAll(filepath.Join(origin, "releases"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(downloads, filepath.Join(origin, "releases", "download")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(clone, filepath.Dir(entry)), os.DirFS(filepath.Join(repository, filepath.Dir(entry)))); err != nil {
		t.Fatal(err)
	}
	git(t, clone, "init", "--quiet")
	git(t, clone, "add", ".")
	git(t, clone, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "-m", "x")
	git(t, clone, "tag", version)
	git(t, clone, "remote", "add", "origin", "file://"+origin+".git")
	return clone
}

func git(t *testing.T, folder string, arguments ...string) {
	t.Helper()
	if said, err := exec.Command("git", append([]string{"-C", folder}, arguments...)...).CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(arguments, " "), err, said)
	}
}
