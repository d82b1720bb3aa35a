package lambda

import (
	"fmt"
	"maps"
	"strconv"
)

// latest is the mutable version, which is called by default.
const latest = "$LATEST"

// Update changes a registered function's code and settings. Published versions stay as they are.
func (h *Host) Update(f Function) error {
	if err := check(f); err != nil {
		return err
	}
	f = h.complete(f)
	before, err := h.lookUp(f.Name)
	if err != nil {
		return fmt.Errorf("update function %s: %w", f.Name, err)
	}
	h.mu.Lock()
	h.put(&function{Function: f, version: latest, shared: before.shared})
	h.mu.Unlock()
	h.retire(before)
	return nil
}

// Publish publishes the present function as a version, and returns its number. Invoke the version by the name or ARN, followed by
// ":" and the number. It keeps its code and settings, as long as nobody overwrites the binary. As on Lambda, Publish returns the
// last version's number if nothing has changed since.
func (h *Host) Publish(name string) (int, error) {
	f, err := h.lookUp(name)
	if err != nil {
		return 0, fmt.Errorf("publish a version: %w", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := len(f.versions); n > 0 && f.same(f.versions[n-1].Function) {
		return n, nil
	}
	number := len(f.versions) + 1
	published := &function{Function: f.Function, version: strconv.Itoa(number), shared: f.shared}
	f.versions = append(f.versions, published)
	h.put(published)
	return number, nil
}

func (f Function) same(other Function) bool {
	return f.Binary == other.Binary && f.Timeout == other.Timeout && maps.Equal(f.Env, other.Env)
}

// invokedARN returns the ARN for invoking a version.
func (f *function) invokedARN() string {
	if f.version == latest {
		return f.ARN
	}
	return f.ARN + ":" + f.version
}

// retire ends the idle sandboxes of a version, and waits until they are gone.
func (h *Host) retire(f *function) {
	h.mu.Lock()
	idle := f.idle
	f.idle = nil
	h.mu.Unlock()
	for _, s := range idle {
		s.kill()
		<-s.exited
	}
}
