package integration_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/deployment"
)

// emptyScripts begins the names of the scripts whose world has no stack yet.
const emptyScripts = "script-install"

// init adds the commands about installations.
func init() {
	maps.Copy(worldCommands, map[string]worldCommand{
		"dist": {"DIR VERSION (writes the files of a release, without the resources whose logical IDs begin with one of the further arguments)", func(_ *world.World, args []string) error {
			return writeDist(args[0], args[1], args[2:])
		}},
		"fail-resource": {"ID REASON (the next operation on the resource with a logical ID that begins so fails)", func(w *world.World, args []string) error {
			w.Stacks.FailResource(args[0], args[1])
			return nil
		}},
		"bucket": {"NAME REGION ACCOUNT (creates an S3 bucket)", func(w *world.World, args []string) error {
			w.Buckets.Put(args[0], args[1], args[2])
			return nil
		}},
		"objects": {"NAME COUNT (fails if the bucket has another number of objects; none: if the bucket exists)", func(w *world.World, args []string) error {
			found := "none"
			if keys, exists := w.Buckets.Keys(args[0]); exists {
				found = fmt.Sprint(len(keys))
			}
			if found != args[1] {
				return fmt.Errorf("bucket %s has %s objects; want %s", args[0], found, args[1])
			}
			return nil
		}},
		"log-group": {"NAME (creates a log group without a stack)", func(w *world.World, args []string) error {
			w.Logs.CreateGroup(args[0], 0)
			return nil
		}},
		"stack-status": {"STATUS (of the stack that is deployed, as if an operation had ended so or was running)", func(w *world.World, args []string) error {
			return w.Stacks.SetStatus(w.Region, deployment.DefaultName, args[0])
		}},
	})
}

// writeDist writes the released template and a zip for each function. The functions do nothing, and their code differs by version.
func writeDist(dir, version string, without []string) error {
	text, err := os.ReadFile("../cdk/testdata/release.golden.json")
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	for _, name := range deployment.Functions() {
		if files["functions/"+name+".zip"], err = zipOf("#!/bin/sh\n# " + name + " " + version + "\nexit 1\n"); err != nil {
			return err
		}
	}
	whole := map[string]any{}
	if err := json.Unmarshal(text, &whole); err != nil {
		return err
	}
	resources, _ := whole["Resources"].(map[string]any)
	for id, resource := range resources {
		if slices.ContainsFunc(without, func(prefix string) bool { return strings.HasPrefix(id, prefix) }) {
			delete(resources, id)
			continue
		}
		if err := stampCode(resource, files); err != nil {
			return err
		}
	}
	outputs, _ := whole["Outputs"].(map[string]any)
	outputs[deployment.OutputVersion] = map[string]string{"Value": version}
	if files["eks-scaling.template.json"], err = json.Marshal(whole); err != nil {
		return err
	}
	return writeFiles(dir, files)
}

// zipOf returns the zip of a function's program.
func zipOf(program string) ([]byte, error) {
	var data bytes.Buffer
	w := zip.NewWriter(&data)
	bootstrap, err := w.Create("bootstrap")
	if err == nil {
		_, err = io.WriteString(bootstrap, program)
	}
	err = errors.Join(err, w.Close())
	return data.Bytes(), err
}

var zipKey = regexp.MustCompile(`/([a-z-]+\.zip)"`)

// stampCode gives a function of the template the checksum of its zip, and this machine's architecture.
func stampCode(resource any, files map[string][]byte) error {
	r, _ := resource.(map[string]any)
	properties, _ := r["Properties"].(map[string]any)
	code, err := json.Marshal(properties["Code"])
	key := zipKey.FindSubmatch(code)
	if err != nil || r["Type"] != "AWS::Lambda::Function" || key == nil {
		return err
	}
	zipped, found := files["functions/"+string(key[1])]
	if !found {
		return fmt.Errorf("there is no function with the zip %s", key[1])
	}
	properties["Architectures"] = []string{map[string]string{"amd64": "x86_64", "arm64": "arm64"}[runtime.GOARCH]}
	environment, _ := properties["Environment"].(map[string]any)
	variables, _ := environment["Variables"].(map[string]any)
	variables["CODE_SHA256"] = fmt.Sprintf("%x", sha256.Sum256(zipped))
	return nil
}

// writeFiles writes files with their checksums.
func writeFiles(dir string, files map[string][]byte) error {
	var sums strings.Builder
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(data), name)
	}
	return os.WriteFile(filepath.Join(dir, "checksums.txt"), []byte(sums.String()), 0o600)
}
