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
	for kind, tag := range map[string][]string{"a light tag": {"tag", "v1.2.3"}, "an annotated tag": {"tag", "--annotate", "--message", "x", "v1.2.3"}} {
		clone, origin := cloned(t, hooks[0].Entry, "v1.2.3", tag)
		commit := func(file string) (string, error) {
			said, err := exec.Command(filepath.Join(clone, hooks[0].Entry), file).CombinedOutput()
			return string(said), err
		}
		if said, err := commit("good.yaml"); err != nil || said != "good.yaml: valid\n" {
			t.Errorf("%s: found %q and error %v; want that it is valid", kind, said, err)
		}
		if err := os.RemoveAll(origin); err != nil {
			t.Fatal(err)
		}
		if said, err := commit("bad.yaml"); err == nil || said != "bad.yaml:1:1: wrong\n" {
			t.Errorf("%s: without a network, found %q and error %v; want that the tool is there", kind, said, err)
		}
	}
	clone, _ := cloned(t, hooks[0].Entry, "main", nil)
	said, err := exec.Command(filepath.Join(clone, hooks[0].Entry), "good.yaml").CombinedOutput()
	if err == nil || !strings.Contains(string(said), "rev is not a release") {
		t.Errorf("found %q and error %v; want that rev must be a release", said, err)
	}
}

// cloned returns a clone as pre-commit makes it, which has no tags, and the repository that was cloned. The release is beside it.
func cloned(t *testing.T, entry, rev string, tag []string) (clone, origin string) {
	t.Helper()
	downloads := strings.TrimPrefix(release(t, false), "file://")
	beside, clone := filepath.Join(t.TempDir(), "repository"), filepath.Join(t.TempDir(), "clone")
	origin = beside + ".git"
	if err := os.MkdirAll(filepath.Join(beside, "releases"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(downloads, filepath.Join(beside, "releases", "download")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(origin, filepath.Dir(entry)), os.DirFS(filepath.Join(repository, filepath.Dir(entry)))); err != nil {
		t.Fatal(err)
	}
	git(t, origin, "init", "--quiet", "--initial-branch", "main")
	git(t, origin, "add", ".")
	git(t, origin, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "-m", "x")
	git(t, origin, "tag", "v1") // as the releases of actions have
	if tag != nil {
		git(t, origin, append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com"}, tag...)...)
	}
	if err := os.Mkdir(clone, 0o750); err != nil {
		t.Fatal(err)
	}
	git(t, clone, "init", "--quiet")
	git(t, clone, "remote", "add", "origin", "file://"+origin)
	git(t, clone, "fetch", "--quiet", "origin", rev, "--depth=1")
	git(t, clone, "checkout", "--quiet", "FETCH_HEAD")
	return clone, origin
}

func git(t *testing.T, folder string, arguments ...string) {
	t.Helper()
	if said, err := exec.Command("git", append([]string{"-C", folder}, arguments...)...).CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(arguments, " "), err, said)
	}
}
