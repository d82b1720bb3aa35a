package lambda

import (
	"fmt"
	"maps"
	"strconv"
)

// latest is the version that can be changed: the one that is called when no
// other is named.
const latest = "$LATEST"

// Update gives a registered function other code and settings. Published
// versions stay as they are.
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

// Publish makes a version of a function as it is now, and returns its number.
// It can be invoked by the name or the ARN with ":" and the number behind it,
// and keeps its code and settings, as long as nobody writes over the binary.
// As on Lambda, nothing is published when nothing has changed since the last
// version, whose number is returned.
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

// invokedARN is the ARN by which a version is called.
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
