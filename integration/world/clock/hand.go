package clock

import (
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Hand is a stopped clock that is moved explicitly.
type Hand struct {
	mu   sync.Mutex
	now  time.Time
	file fileOfTime
}

// ByHand returns a clock that stands still at start until [Hand.MoveTo].
func ByHand(start time.Time) Clock { return Clock{hand: &Hand{now: start.UTC()}} }

// Hand returns the hand that moves the clock; nil unless the clock is from [ByHand].
func (c Clock) Hand() *Hand { return c.hand }

// Now returns the time, in UTC.
func (h *Hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// MoveTo moves the clock forward, never back.
func (h *Hand) MoveTo(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t.After(h.now) {
		h.now = t.UTC()
		h.file.write(h.now)
	}
}

// Publish writes the time to the file "clock" in a folder, and keeps it current until Close.
func (h *Hand) Publish(dir string) error {
	path, err := filepath.Abs(filepath.Join(dir, "clock"))
	if err != nil {
		return err
	}
	file, err := os.Create(path) //nolint:gosec // in the folder of the world's binaries
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.file.file = file
	h.file.write(h.now)
	return nil
}

// Close removes the file in which the time is published.
func (h *Hand) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.file.remove()
}

func (h *Hand) path() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.file.name()
}
