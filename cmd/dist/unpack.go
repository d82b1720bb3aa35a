package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// unzip returns the files of a zip by name.
func unzip(data []byte) (map[string][]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	contents := map[string][]byte{}
	for _, file := range archive.File {
		opened, err := file.Open()
		if err != nil {
			return nil, err
		}
		if contents[file.Name], err = io.ReadAll(opened); err != nil {
			return nil, err
		}
	}
	return contents, nil
}

// untar returns the files of a compressed tar by name.
func untar(data []byte) (map[string][]byte, error) {
	plain, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	contents := map[string][]byte{}
	for archive := tar.NewReader(plain); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return contents, nil
		}
		if err != nil {
			return nil, err
		}
		if contents[strings.TrimPrefix(strings.TrimPrefix(header.Name, "."), "/")], err = io.ReadAll(archive); err != nil {
			return nil, err
		}
	}
}

// undeb returns the files that a Debian package installs. A package is an ar archive: a magic line, then files with headers of 60
// characters, each at an even offset.
func undeb(data []byte) (map[string][]byte, error) {
	const magic, headerSize, sizeAt = "!<arch>\n", 60, 48
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok {
		return nil, errors.New("is not a Debian package")
	}
	for len(rest) >= headerSize {
		name := strings.TrimRight(string(rest[:16]), " /")
		size, err := strconv.Atoi(strings.TrimSpace(string(rest[sizeAt : sizeAt+10])))
		if err != nil || headerSize+size > len(rest) {
			return nil, fmt.Errorf("the header of %s is broken", name)
		}
		if name == "data.tar.gz" {
			return untar(rest[headerSize : headerSize+size])
		}
		rest = rest[min(headerSize+size+size%2, len(rest)):]
	}
	return nil, errors.New("has no data.tar.gz")
}
