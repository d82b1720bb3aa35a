package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// ModuleRoot is the nearest folder at or above the working directory that
// holds a go.mod: Go tests run in their package's folder, commands anywhere
// inside the checkout, and the npm packages are installed at the root.
func ModuleRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the module root: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("find the module root: no go.mod at or above %s: run this inside the checkout", start)
		}
	}
}

// locate returns the paths of Node and of the script, once everything the
// script needs is known to be there.
func locate(script Script) (node, path, root string, err error) {
	root, err = ModuleRoot()
	if err != nil {
		return "", "", "", err
	}
	node, err = exec.LookPath("node")
	if err != nil {
		return "", "", "", fmt.Errorf("node is not on the PATH: install Node 20 or newer: %w", err)
	}
	installed := filepath.Join(root, "node_modules", script.Package)
	if _, err := os.Stat(installed); errors.Is(err, fs.ErrNotExist) {
		return "", "", "", fmt.Errorf("%s is not installed: run npm ci in %s", script.Package, root)
	}
	path = filepath.Join(root, filepath.FromSlash(script.Path))
	if _, err := os.Stat(path); err != nil {
		return "", "", "", fmt.Errorf("the Node script is missing: %w", err)
	}
	return node, path, root, nil
}
