package clock

import (
	"encoding/binary"
	"fmt"
	"os"
	"time"
)

// filePrefix starts the variable if the rest is the path of a file with the time, optionally followed by a comma and a tick.
const filePrefix = "file:"

// fileOfTime publishes a time that moves in steps: the nanoseconds since 1970, in 8 bytes. A file also reaches functions that are
// already running. The zero value is no file.
type fileOfTime struct{ file *os.File }

// Publish writes the time to a new file in a folder, and keeps it current until Close.
func (v *VirtualTime) Publish(dir string) error {
	file, err := os.CreateTemp(dir, "clock")
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.file.file = file
	v.file.write(v.now)
	return nil
}

// Close ends every sleep, and removes the file with the published time, if any. Call it once.
func (v *VirtualTime) Close() error {
	close(v.closed)
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.file.remove()
}

func (v *VirtualTime) path() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.file.name()
}

func (f *fileOfTime) remove() error {
	file := f.file
	if file == nil {
		return nil
	}
	f.file = nil
	_ = file.Close() // everything was written already
	return os.Remove(file.Name())
}

func (f *fileOfTime) name() string {
	if f.file == nil {
		panic("clock: no other process can read this time: Publish it first")
	}
	return f.file.Name()
}

func (f fileOfTime) write(t time.Time) {
	if f.file == nil {
		return
	}
	var data [8]byte
	binary.LittleEndian.PutUint64(data[:], uint64(t.UnixNano())) //nolint:gosec // it is after 1970
	if _, err := f.file.WriteAt(data[:], 0); err != nil {
		panic(fmt.Sprintf("clock: other processes cannot be told the time: %v", err))
	}
}

// published returns a clock that reads another process's published time.
func published(path string) func() time.Time {
	file, err := os.Open(path) //nolint:gosec // the world that has started this process names it
	if err != nil {
		panic(fmt.Sprintf("%s: %v", variable, err))
	}
	return func() time.Time {
		var data [8]byte
		if _, err := file.ReadAt(data[:], 0); err != nil {
			panic(fmt.Sprintf("%s: %v", variable, err))
		}
		return time.Unix(0, int64(binary.LittleEndian.Uint64(data[:]))).UTC() //nolint:gosec // it was written from one
	}
}
