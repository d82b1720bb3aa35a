package reportcmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// replaceFile writes a file as a whole: until it is complete, an earlier one stays. It returns the size in bytes.
func replaceFile(name string, write func(io.Writer) error) (size int64, err error) {
	file, err := os.CreateTemp(filepath.Dir(name), ".report-*")
	if err != nil {
		return 0, fmt.Errorf("cannot write %s: %w", name, plainPathError(err))
	}
	err = write(file)
	if info, failed := file.Stat(); failed == nil {
		size = info.Size()
	}
	// Reports are for others to read.
	err = errors.Join(err, file.Chmod(0o644), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		return 0, errors.Join(fmt.Errorf("cannot write %s: %w", name, plainPathError(err)), os.Remove(file.Name()))
	}
	return size, nil
}

// plainPathError removes the name of the temporary file, which says nothing to people.
func plainPathError(err error) error {
	if of, ok := errors.AsType[*os.PathError](err); ok {
		return of.Err
	}
	if of, ok := errors.AsType[*os.LinkError](err); ok {
		return of.Err
	}
	return err
}
