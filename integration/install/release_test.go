package install_test

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/integration/world/clock"
)

var dist = flag.String("dist", "", "folder of the release to test, which make test-dist builds")

// document keeps one node group at three nodes, so that the time of day does not matter.
const document = `timezone: UTC
clusters:
  - name: production
    region: sa-east-1
    nodegroups: {big: {minSize: 0, maxSize: 5}}
    profiles: {on: {big: 3}}
    schedule: {default: on}
`

// released is a world with the released tool.
type released struct {
	*world.World
	t    *testing.T
	tool string
	dir  string
}

func TestAReleaseIsInstalledUpgradedAndUninstalled(t *testing.T) {
	if *dist == "" {
		t.Skip("run make test-dist: it builds the release that this tests")
	}
	r := start(t)
	r.does("install", "--yes", "--alert-email", "oncall@example.com")
	r.says("Stack EksScaling in sa-east-1 is", "version")
	r.write("my.yaml", document)
	r.does("config", "apply", "--yes", "my.yaml")
	if err := r.DeliverChanges(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.scales(3)
	r.does("doctor", "--problems")

	next := r.next()
	r.does("upgrade", "--yes", "--from", next)
	r.says("change", "Lambda::Function")
	before := len(r.Lambda.Invocations())
	r.EKS.SetSizes(world.Region, "production", "big", eks.Sizes{Max: 5, Desired: 1})
	r.scales(3)
	for _, i := range r.Lambda.Invocations()[before:] {
		if strings.Contains(i.Function, "decide") && i.Version != "2" {
			t.Errorf("the run called version %s of decide; want the upgraded one, 2", i.Version)
		}
	}

	r.does("uninstall", "--yes")
	found, _ := r.EKS.Nodegroup(world.Region, "production", "big")
	if found.Sizes.Desired != 3 {
		t.Errorf("after uninstall the node group has %d nodes; want the 3 that it had", found.Sizes.Desired)
	}
	r.does("install", "--yes")
	r.says("import", "eks-scaling-config")
	r.does("config", "show")
	r.says("production", "big")
	r.does("uninstall", "--yes", "--delete-data")
	if keys, exists := r.Buckets.Keys("eks-scaling-code-" + world.Account + "-" + world.Region); exists {
		t.Errorf("the bucket is left with %v", keys)
	}
}

// maxLog limits what is shown of the functions' log.
const maxLog = 4000

// start starts an empty world, and unpacks the released tool.
func start(t *testing.T) *released {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "functions.log"))
	if err != nil {
		t.Fatal(err)
	}
	w, err := world.Start(t.Context(), world.Options{Log: log, Now: time.Now, Clock: clock.Clock{}, Empty: true, Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(w.Close(), log.Close()); err != nil {
			t.Error(err)
		}
		if text, err := os.ReadFile(log.Name()); t.Failed() && err == nil {
			t.Logf("the functions' log ends with:\n%s", text[max(0, len(text)-maxLog):])
		}
	})
	w.EKS.CreateNodegroup(world.Region, "production", "big", eks.Sizes{Max: 5})
	dir := t.TempDir()
	return &released{World: w, t: t, tool: unpackTool(t, dir), dir: dir}
}

// unpackTool unpacks the tool for this machine from its archive.
func unpackTool(t *testing.T, dir string) string {
	t.Helper()
	archives, err := filepath.Glob(filepath.Join(*dist, fmt.Sprintf("eks-scaling_*_%s_%s.tar.gz", runtime.GOOS, runtime.GOARCH)))
	if err != nil || len(archives) != 1 {
		t.Fatalf("found the archives %v in %s; want one for this machine", archives, *dist)
	}
	file, err := os.Open(archives[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // it is only read
	packed, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(packed); ; {
		header, err := archive.Next()
		if err != nil {
			t.Fatalf("%s has no tool: %v", archives[0], err)
		}
		if filepath.Base(header.Name) != "eks-scaling" || header.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		tool := filepath.Join(dir, "eks-scaling")
		if err := os.WriteFile(tool, data, 0o700); err != nil { //nolint:gosec // it is to be executed
			t.Fatal(err)
		}
		return tool
	}
}

// printed is what the last command printed.
func (r *released) printed() string {
	text, err := os.ReadFile(filepath.Join(r.dir, "printed"))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

// does runs the released tool, and wants it to succeed.
func (r *released) does(args ...string) {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), r.tool, args...) //nolint:gosec // a tool of this test
	cmd.Env, cmd.Dir = r.Env(), r.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("eks-scaling %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	r.write("printed", string(out))
}

// says wants a line of what the last command printed to have these parts.
func (r *released) says(parts ...string) {
	r.t.Helper()
	has := func(line string) bool {
		return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(line, part) })
	}
	if text := r.printed(); !slices.ContainsFunc(strings.Split(text, "\n"), has) {
		r.t.Errorf("found\n%s\nwant a line with %q", text, parts)
	}
}

func (r *released) write(name, text string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// scales fires the stack's own schedule, and wants the run to scale the node group.
func (r *released) scales(want int32) {
	r.t.Helper()
	now := time.Now()
	due := r.Due(now, now.Add(25*time.Hour))
	i := slices.IndexFunc(due, func(f firing) bool { return f.Schedule.Name == "reconcile" })
	if i < 0 {
		r.t.Fatal("the stack has no schedule reconcile")
	}
	x, err := r.Fire(due[i])
	if err != nil {
		r.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(r.t.Context(), time.Minute)
	defer cancel()
	if result, err := x.Wait(ctx); err != nil || result.Status != engine.Succeeded {
		r.t.Fatalf("the run ended with %+v, %v", result, err)
	}
	if found, _ := r.EKS.Nodegroup(world.Region, "production", "big"); found.Sizes.Desired != want {
		r.t.Errorf("the node group has %d nodes; want %d", found.Sizes.Desired, want)
	}
}
