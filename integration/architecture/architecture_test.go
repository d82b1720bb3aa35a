// Package architecture_test checks which packages may depend on which, directly and transitively.
package architecture_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/endpoints"
)

const module = "eks-scaling-automation/"

type pkg struct {
	ImportPath    string
	Imports, Deps []string
}

// packages returns the module's packages by folder, without test files.
var packages = sync.OnceValues(func() (map[string]pkg, error) {
	list := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,Deps", "./...")
	list.Dir = "../.."
	out, err := list.Output()
	if err != nil {
		return nil, err
	}
	all := map[string]pkg{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		if folder, ours := strings.CutPrefix(p.ImportPath, module); ours {
			all[folder] = p
		}
	}
})

// under returns the packages in a folder and below it. A folder without packages fails the test, so that no rule passes for
// want of a subject.
func under(t *testing.T, folder string) map[string]pkg {
	t.Helper()
	all, err := packages()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]pkg{}
	for name, p := range all {
		if isIn(name, folder) {
			found[name] = p
		}
	}
	if len(found) == 0 {
		t.Fatalf("there is no package in %s", folder)
	}
	return found
}

func isIn(name, folder string) bool { return name == folder || strings.HasPrefix(name, folder+"/") }

func TestOnlySharedAWSReachesTheSDKAndTheNetwork(t *testing.T) {
	t.Parallel()
	under(t, "shared/aws")
	for name, p := range under(t, "shared") {
		for _, dep := range p.Deps {
			if !isIn(name, "shared/aws") && (strings.HasPrefix(dep, "github.com/aws/") || dep == "net/http") {
				t.Errorf("%s depends on %s", name, dep)
			}
		}
	}
}

func TestSharedPackagesHaveTwoUsers(t *testing.T) {
	t.Parallel()
	all, err := packages()
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range under(t, "shared") {
		roots := map[string]bool{}
		for user, u := range all {
			if slices.Contains(u.Imports, p.ImportPath) {
				root, _, _ := strings.Cut(user, "/")
				roots[root] = true
			}
		}
		if len(roots) < 2 {
			t.Errorf("%s is imported only from %v; want two top-level folders", name, roots)
		}
	}
}

func TestCommandsDoNotImportEachOther(t *testing.T) {
	t.Parallel()
	const internal = "cmd/eks-scaling/internal/"
	isCommand := func(path string) bool {
		name, ok := strings.CutPrefix(path, internal)
		return ok && strings.HasSuffix(name, "cmd")
	}
	for name, p := range under(t, strings.TrimSuffix(internal, "/")) {
		for _, used := range p.Imports {
			if isCommand(name) && isCommand(strings.TrimPrefix(used, module)) {
				t.Errorf("%s imports %s", name, used)
			}
			used, ours := strings.CutPrefix(used, module)
			if isIn(name, internal+"term") && ours && used != "shared/printable" && used != "shared/english" {
				t.Errorf("%s imports %s", name, used)
			}
		}
	}
}

func TestTheDefinitionStandsAlone(t *testing.T) {
	t.Parallel()
	for name, p := range under(t, "statemachine") {
		for _, dep := range p.Deps {
			if strings.HasPrefix(dep, module) {
				t.Errorf("%s depends on %s", name, dep)
			}
		}
	}
}

func TestFunctionsUseNeitherStandInsNorTypesOfTheSDK(t *testing.T) {
	t.Parallel()
	under(t, "integration/aws")
	for name, p := range under(t, "functions") {
		for _, dep := range p.Deps {
			if strings.HasPrefix(dep, module+"integration/") {
				t.Errorf("%s depends on %s", name, dep)
			}
		}
		for _, used := range p.Imports {
			if strings.HasPrefix(used, "github.com/aws/aws-sdk-go-v2/service/") && strings.HasSuffix(used, "/types") {
				t.Errorf("%s imports %s", name, used)
			}
		}
	}
}

// TestEndpointsOfTheFunctions: each service whose client a function links needs a VPC endpoint in private subnets.
func TestEndpointsOfTheFunctions(t *testing.T) {
	t.Parallel()
	const clients = "github.com/aws/aws-sdk-go-v2/service/"
	linked := map[string]bool{}
	for _, p := range under(t, "functions") {
		for _, dep := range p.Deps {
			if client, ok := strings.CutPrefix(dep, clients); ok && !strings.Contains(client, "/") {
				linked[client] = true
			}
		}
	}
	var listed []string
	for _, s := range endpoints.All() {
		listed = append(listed, s.Client)
	}
	slices.Sort(listed)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(linked)), listed); diff != "" {
		t.Errorf("the clients that the functions link differ from shared/endpoints (-linked +listed):\n%s", diff)
	}
}
