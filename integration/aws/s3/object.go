package s3

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"eks-scaling-automation/integration/aws/wire"
)

const checksumHeader = "X-Amz-Checksum-Sha256"

// putObject takes a body that is sent as it is. Clients encode one in chunks only over TLS.
func (s *Server) putObject(_ http.ResponseWriter, c call) error {
	b, err := s.find(c)
	if err != nil {
		return err
	}
	if strings.Contains(c.http.Header.Get("Content-Encoding"), "aws-chunked") {
		return wire.NewFailure(http.StatusNotImplemented, "NotImplemented", "the local S3 does not take a body in chunks")
	}
	sum := sha256.Sum256(c.Body)
	sent, found := c.http.Header.Get(checksumHeader), base64.StdEncoding.EncodeToString(sum[:])
	if sent != "" && sent != found {
		return wire.Refuse("BadDigest", "The SHA256 you specified did not match the calculated checksum.")
	}
	b.objects[c.key] = object{c.Body, sent, s.now()}
	return nil
}

func (s *Server) headObject(w http.ResponseWriter, c call) error {
	o, err := s.object(c)
	if err == nil {
		s.describe(w, c, o)
	}
	return err
}

func (s *Server) getObject(w http.ResponseWriter, c call) error {
	o, err := s.object(c)
	if err == nil {
		s.describe(w, c, o)
		_, _ = w.Write(o.data) // the caller may be gone
	}
	return err
}

// describe sends the checksum only to those who ask for it.
func (s *Server) describe(w http.ResponseWriter, c call, o object) {
	w.Header().Set("Content-Length", strconv.Itoa(len(o.data)))
	w.Header().Set("Last-Modified", o.modified.UTC().Format(http.TimeFormat))
	if o.sha256 != "" && c.http.Header.Get("X-Amz-Checksum-Mode") == "ENABLED" {
		w.Header().Set(checksumHeader, o.sha256)
	}
}

func (s *Server) object(c call) (object, error) {
	b, err := s.find(c)
	if err != nil {
		return object{}, err
	}
	o, found := b.objects[c.key]
	if !found {
		return object{}, wire.NewFailure(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
	}
	return o, nil
}
