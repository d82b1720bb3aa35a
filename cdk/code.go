package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"

	"eks-scaling-automation/shared/deployment"
)

// bootstrap is the file name that the provided.al2023 runtime requires for a function's binary.
const bootstrap = "bootstrap"

// envCodeHash is the functions' environment variable with the SHA-256 of their zip. An object in a bucket may change without a change of the
// template. With its hash among the function's properties, each change of the code publishes a version.
const envCodeHash = "CODE_SHA256"

// zipOf returns the path of a function's zip.
func zipOf(dir, name string) string { return filepath.Join(dir, name+".zip") }

// codeHashes returns the SHA-256 of each function's zip. The CDK's own message about a missing one would not say how to build it.
func (r *contextReader) codeHashes(dir string) map[string]string {
	hashes := map[string]string{}
	for _, name := range deployment.Functions() {
		path := zipOf(dir, name)
		data, err := os.ReadFile(path)
		if err != nil {
			r.fail(functionsDirKey, "%s not found: build the functions with make build", path)
			return nil
		}
		hash := sha256.Sum256(data)
		hashes[name] = hex.EncodeToString(hash[:])
	}
	return hashes
}
