// Package page_test opens the page of eks-scaling report in a real browser: a report of a local world with a week, a failure and names
// that try to be markup. Without a browser there is nothing to test, so the tests run only when they are asked for: make test-page.
package page_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"eks-scaling-automation/integration/world"
)

var (
	browser = flag.String("browser", "", `the Chromium to test with: a path, "find" to look for one, or "try" to skip the tests if there is none; without it all tests are skipped`)
	picture = flag.String("picture", "", "write a picture of the page to this file")
)

// binaries is the folder with the real functions and the real command line tool.
var binaries string

func TestMain(m *testing.M) {
	flag.Parse()
	if *browser == "" {
		fmt.Println("Skipped, as a browser is needed; run: make test-page")
		os.Exit(m.Run()) // each test says so, too
	}
	path, err := find(*browser)
	if err != nil && *browser == "try" {
		fmt.Println("Skipped:", err)
		os.Exit(0)
	}
	if *browser = path; err != nil {
		fmt.Fprintln(os.Stderr, "test-page:", err)
		os.Exit(1)
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "eks-scaling-page-")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		binaries = filepath.Join(dir, "local-clock")
		if err := world.Build(context.Background(), binaries); err != nil {
			panic(err)
		}
		return m.Run()
	}())
}

// find returns the path of a browser.
func find(asked string) (string, error) {
	names := []string{asked}
	if asked == "find" || asked == "try" {
		names = []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome-headless-shell"}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	if len(names) == 1 {
		return "", fmt.Errorf("no program %s: name a Chromium, for example: make test-page BROWSER=/usr/bin/chromium", asked)
	}
	return "", errors.New("no Chromium found: install it (Debian: apt-get install chromium-headless-shell), or name one: make test-page BROWSER=/usr/bin/chromium")
}

// skipWithoutBrowser skips a test unless a browser was asked for.
func skipWithoutBrowser(t *testing.T) {
	t.Helper()
	if *browser == "" {
		t.Skip("needs Chromium; run: make test-page")
	}
}
