package integration_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const guideFile = "../docs/operator-guide.md"

// session is a block of the guide in which commands are typed.
var session = regexp.MustCompile("(?s)```console\n(.*?)```")

// oneLocal is held while make local runs with a clock of its own, which lies in the folder of the binaries.
var oneLocal sync.Mutex

// alone waits until no other test runs make local, and keeps others waiting until the test has ended.
func alone(t *testing.T) {
	t.Helper()
	oneLocal.Lock()
	t.Cleanup(oneLocal.Unlock)
}

// TestOperatorGuide types every command of docs/operator-guide.md in order, and compares its output with the guide. The first
// command starts the local world. With -update the guide gets the output.
func TestOperatorGuide(t *testing.T) {
	skipUnrecorded(t)
	t.Parallel()
	alone(t)
	guide, err := os.ReadFile(guideFile)
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	g := &typist{t: t, dir: home, home: home, binaries: strings.TrimSuffix(binaries, "-clock")}
	got := session.ReplaceAllStringFunc(string(guide), func(block string) string {
		text := strings.TrimSuffix(strings.TrimPrefix(block, "```console\n"), "```")
		return "```console\n" + g.replay(text) + "```"
	})
	g.end()
	if *update {
		if err := os.WriteFile(guideFile, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(guide), got); diff != "" {
		t.Errorf("the guide is out of date; run: make guide (-guide +run):\n%s", diff)
	}
}

// enter begins the comment at which Enter is pressed in the world's terminal, so that its clock moves.
const enter = "# Enter in the first terminal"

// typist types commands in the world that the first one starts.
type typist struct {
	t         *testing.T
	dir, home string // the folder in which commands are typed, and the home of who types
	binaries  string
	path      string // where programs are
	world     *exec.Cmd
	keys      io.Writer     // of the world's terminal
	printed   <-chan string // lines of the world
	env       []string
	url       string
	runs      []string // what is random in the names of runs, in the order in which they appeared
}

// writes matches the commands that change the configuration: the world must notice the change before the next command.
var writes = regexp.MustCompile(`^eks-scaling (override (set|cancel)|config (apply|rollback)|pause|resume)( |$)`)

// patience is how long the world may take to print what it is waited for.
const patience = time.Minute

// waitFor waits until the world prints a line with a text, and returns all that it printed until then.
func (g *typist) waitFor(text string) string {
	g.t.Helper()
	var printed strings.Builder
	for {
		select {
		case line, more := <-g.printed:
			printed.WriteString(line)
			if strings.Contains(line, text) {
				return printed.String()
			}
			if !more {
				g.t.Fatalf("the world has ended, and printed\n%s\nwant %q", printed.String(), text)
			}
		case <-time.After(patience):
			g.t.Fatalf("the world has printed\n%s\nand for a minute not %q", printed.String(), text)
		}
	}
}

// lines reads them in the background.
func lines(from io.Reader) <-chan string {
	read := make(chan string, 1000)
	go func() {
		defer close(read)
		all := bufio.NewScanner(from)
		for all.Scan() {
			read <- all.Text() + "\n"
		}
	}()
	return read
}

// replay types the commands of a block.
func (g *typist) replay(block string) string {
	var out strings.Builder
	for line := range strings.Lines(block) {
		command, isCommand := strings.CutPrefix(line, "$ ")
		if !isCommand {
			continue
		}
		if out.Len() > 0 {
			out.WriteString("\n")
		}
		out.WriteString(line)
		switch {
		case g.world == nil:
			out.WriteString(g.begin(command))
		case strings.HasPrefix(command, enter):
			g.press()
		default:
			out.WriteString(g.timeless(g.typed(command)))
			if writes.MatchString(command) && !strings.Contains(command, "--help") {
				g.waitFor("configuration changed")
			}
		}
	}
	return out.String()
}

// press presses Enter in the world's terminal, and waits until the clock has moved.
func (g *typist) press() {
	g.t.Helper()
	if _, err := io.WriteString(g.keys, "\n"); err != nil {
		g.t.Fatal(err)
	}
	for _, told := range triggered.FindAllStringSubmatch(g.waitFor("The clock says "), -1) {
		g.runs = append(g.runs, told[1])
	}
}

// begin starts the world, at another port and with the binaries of the tests, and returns what it prints.
func (g *typist) begin(command string) string {
	g.t.Helper()
	g.world = exec.CommandContext(g.t.Context(), "sh", "-c", command)
	g.world.Dir, g.world.SysProcAttr = "..", &syscall.SysProcAttr{Setpgid: true}
	outside := slices.DeleteFunc(os.Environ(), func(variable string) bool { // a make around this test is none of its business
		return strings.HasPrefix(variable, "MAKE") || strings.HasPrefix(variable, "MFLAGS")
	})
	g.world.Env = append(outside, "ADDRESS=127.0.0.1:0", "BINARIES="+g.binaries)
	keys, err := g.world.StdinPipe()
	if err != nil {
		g.t.Fatal(err)
	}
	g.keys = keys
	pipe, err := g.world.StdoutPipe()
	if err == nil {
		err = g.world.Start()
	}
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { _ = syscall.Kill(-g.world.Process.Pid, syscall.SIGKILL) })
	g.printed = lines(pipe)
	greeting := g.waitFor("Activity:")
	path := ""
	for line := range strings.Lines(greeting) {
		export, isExport := strings.CutPrefix(line, "  export ")
		name, value, _ := strings.Cut(strings.TrimSpace(export), "=")
		switch {
		case !isExport:
		case name == "PATH":
			path, _, _ = strings.Cut(strings.Trim(value, `"`), ":$PATH")
		default:
			g.env = append(g.env, name+"="+value)
		}
		if name == "AWS_ENDPOINT_URL" {
			g.url = value
		}
	}
	if g.url == "" || path == "" {
		g.t.Fatalf("%s printed\n%s\nwant the variables to export", command, greeting)
	}
	g.path = path + ":" + os.Getenv("PATH")
	g.env = append(g.env, "PATH="+g.path, "HOME="+g.home, "USER=ana")
	return g.timeless(greeting)
}

// typed is what a command prints, to both of its outputs.
func (g *typist) typed(command string) string {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Dir, cmd.Env = g.dir, g.env
	out, err := cmd.CombinedOutput()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok && ctx.Err() == nil {
		return string(out) + "[exit code " + strings.TrimPrefix(failed.Error(), "exit status ") + "]\n"
	}
	if err != nil {
		g.t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

// The names of runs are different each time: the end of those that people start, and all of those that triggers start.
var (
	random    = regexp.MustCompile(`\bmanual-[0-9]{8}T[0-9]{6}Z-([a-z0-9]{6})\b`)
	triggered = regexp.MustCompile(`trigger [^ :]+: run ([a-z2-7]{13}) `)
)

// installed matches what npm prints when make installs its packages, which it does not always do.
var installed = regexp.MustCompile(`(?m)^\n?added [0-9]+ packages in .*\n`)

// page matches the address of the world's page, whose port is a free one.
var page = regexp.MustCompile(`(follows what happens here: http://127\.0\.0\.1:)[0-9]+/`)

// timeless replaces the ports and the folder with those that a reader has, and numbers the runs in place of their random names.
func (g *typist) timeless(text string) string {
	text = installed.ReplaceAllString(text, "")
	text = strings.ReplaceAll(text, g.url, "http://127.0.0.1:4577")
	text = page.ReplaceAllString(text, "${1}46733/")
	text = strings.ReplaceAll(text, g.binaries, "$PWD/build/local")
	for _, found := range random.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(g.runs, found[1]) {
			g.runs = append(g.runs, found[1])
		}
	}
	for i, name := range g.runs {
		text = strings.ReplaceAll(text, name, fmt.Sprintf("run-%0*d", len(name)-len("run-"), i+1))
	}
	return text
}

// end interrupts the world as Ctrl-C does, and wants it to leave nothing behind.
func (g *typist) end() {
	g.t.Helper()
	if err := syscall.Kill(-g.world.Process.Pid, syscall.SIGINT); err != nil {
		g.t.Fatal(err)
	}
	g.waitFor("Stopped the local AWS. Nothing is left behind.")
	_ = g.world.Wait() // make ends with an error of its own when it is interrupted
	if err := syscall.Kill(-g.world.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
		g.t.Errorf("it left processes behind in its group: found %v; want %v", err, syscall.ESRCH)
	}
}
