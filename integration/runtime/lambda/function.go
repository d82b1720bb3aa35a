package lambda

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Function is a Lambda function.
type Function struct {
	// Name is the function's name.
	Name string
	// ARN is derived from the name if it is empty.
	ARN string
	// Binary is the path of the executable. Lambda requires the name bootstrap.
	Binary string
	// Env is the function's configured environment. As on Lambda, it must not
	// name a variable that Lambda itself sets.
	Env map[string]string
	// Timeout limits one invocation; zero means Lambda's default of 3 seconds.
	Timeout time.Duration
	// Log receives the function's standard output and error, line by line; may be nil.
	Log io.Writer
}

// function is a registered Function or a published version, with its state.
type function struct {
	Function
	version string     // latest, or the number of a published version
	idle    []*sandbox // guarded by Host.mu
	*shared
}

// shared holds the state common to all versions of a function; guarded by Host.mu.
type shared struct {
	kills    []KillPoint
	errors   []ServiceError
	versions []*function // published, the first one with number 1
}

// Register registers a function, so that it can be invoked by name or ARN. It starts nothing.
func (h *Host) Register(f Function) error {
	if err := check(f); err != nil {
		return err
	}
	f = h.complete(f)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.functions[f.Name] != nil {
		return fmt.Errorf("register function %s: it is registered already", f.Name)
	}
	h.put(&function{Function: f, version: latest, shared: &shared{}})
	return nil
}

// complete fills in the defaults.
func (h *Host) complete(f Function) Function {
	if f.ARN == "" {
		f.ARN = fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", h.config.Region, h.config.Account, f.Name)
	}
	if f.Timeout == 0 {
		f.Timeout = 3 * time.Second
	}
	return f
}

// put registers a function under its names.
func (h *Host) put(f *function) {
	for _, name := range []string{f.Name, f.ARN} {
		h.functions[name+":"+f.version] = f
		if f.version == latest {
			h.functions[name] = f
		}
	}
}

func check(f Function) error {
	if f.Name == "" {
		return fmt.Errorf("register function with binary %s: it has no name", f.Binary)
	}
	if base := filepath.Base(f.Binary); base != "bootstrap" {
		return fmt.Errorf("register function %s: its binary is called %s: Lambda starts only one called bootstrap", f.Name, base)
	}
	if _, err := os.Stat(f.Binary); err != nil {
		return fmt.Errorf("register function %s: build its binary first: %w", f.Name, err)
	}
	for _, key := range slices.Sorted(maps.Keys(f.Env)) {
		if slices.Contains(reserved, key) {
			return fmt.Errorf("register function %s: its environment must not contain %s: Lambda sets that itself", f.Name, key)
		}
	}
	return nil
}

// Has reports whether a function is registered.
func (h *Host) Has(name string) bool {
	_, err := h.lookUp(name)
	return err == nil
}

// Remove removes a function with its versions, as when it is deleted.
func (h *Host) Remove(name string) error {
	f, err := h.lookUp(name)
	if err != nil {
		return err
	}
	h.mu.Lock()
	all := append([]*function{f}, f.versions...)
	for _, each := range all {
		for _, known := range []string{each.Name, each.ARN} {
			delete(h.functions, known)
			delete(h.functions, known+":"+each.version)
		}
	}
	h.mu.Unlock()
	for _, each := range all {
		h.retire(each)
	}
	return nil
}

func (h *Host) lookUp(name string) (*function, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f := h.functions[name]; f != nil {
		return f, nil
	}
	return nil, &ServiceError{
		Type:    "Lambda.ResourceNotFoundException",
		Message: fmt.Sprintf("Function not found: %s (registered: %s)", name, strings.Join(h.names(), ", ")),
	}
}

func (h *Host) names() []string {
	names := slices.Sorted(maps.Keys(h.functions))
	return slices.DeleteFunc(names, func(name string) bool { return strings.Contains(name, ":") })
}
