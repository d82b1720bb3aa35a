package main

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
)

// bill is a software bill of materials in the format CycloneDX.
type bill struct {
	Schema       string           `json:"$schema"`
	Format       string           `json:"bomFormat"`
	SpecVersion  string           `json:"specVersion"`
	Version      int              `json:"version"`
	Metadata     billMetadata     `json:"metadata"`
	Components   []billComponent  `json:"components"`
	Dependencies []billDependency `json:"dependencies"`
}

type billMetadata struct {
	Tools     []billTool    `json:"tools"`
	Component billComponent `json:"component"`
}

// billTool names a tool without its checksums: those of a tool that was built elsewhere differ.
type billTool struct {
	Vendor  string `json:"vendor"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

type billComponent struct {
	Ref      string          `json:"bom-ref"`
	Type     string          `json:"type"`
	Name     string          `json:"name"`
	Version  string          `json:"version,omitempty"`
	Scope    string          `json:"scope,omitempty"`
	Hashes   json.RawMessage `json:"hashes,omitempty"`
	Licenses json.RawMessage `json:"licenses,omitempty"`
	PURL     string          `json:"purl"`
	Links    json.RawMessage `json:"externalReferences,omitempty"`
}

type billDependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn,omitempty"`
}

// licenseOfGo is the licence of Go's own library, which cyclonedx-gomod does not find.
const licenseOfGo = `[{"license": {"id": "BSD-3-Clause"}}]`

// writeSBOM lists exactly the modules that are linked into the tools and functions: the module's own list also has those of tests
// and of the CDK app.
func (r release) writeSBOM() error {
	data, err := os.ReadFile(r.sbom)
	if err != nil {
		return err
	}
	var b bill
	if err := json.Unmarshal(data, &b); err != nil {
		return fmt.Errorf("%s: %w", r.sbom, err)
	}
	linked, err := r.linked()
	if err != nil {
		return err
	}
	if err := b.keep(linked); err != nil {
		return err
	}
	b.name(r.version)
	data, err = json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.out, "sbom.cdx.json"), append(data, '\n'), readable)
}

// name gives the release its version. The tool cyclonedx-gomod takes one from git, if there is a repository, with the address of its origin.
func (b *bill) name(version string) {
	root := &b.Metadata.Component
	former := root.Ref
	root.Name, root.Version, root.Links = "eks-scaling-automation", version, nil
	root.PURL = "pkg:golang/" + root.Name + "@" + version
	root.Ref = root.PURL
	for i := range b.Dependencies {
		if b.Dependencies[i].Ref == former {
			b.Dependencies[i].Ref = root.Ref
		}
	}
}

// keep removes the components that are not linked, and dependencies on them.
func (b *bill) keep(linked map[string]bool) error {
	refs := map[string]bool{b.Metadata.Component.Ref: true}
	var components []billComponent
	for _, c := range b.Components {
		if id := c.Name + "@" + c.Version; linked[id] {
			delete(linked, id)
			refs[c.Ref] = true
			if c.Name == "std" && c.Licenses == nil {
				c.Licenses = json.RawMessage(licenseOfGo)
			}
			components = append(components, c)
		}
	}
	for id := range linked {
		return fmt.Errorf("the SBOM of the module lacks %s, which is linked", id)
	}
	b.Components = components
	var dependencies []billDependency
	for _, d := range b.Dependencies {
		if !refs[d.Ref] {
			continue
		}
		kept := billDependency{Ref: d.Ref}
		for _, on := range d.DependsOn {
			if refs[on] {
				kept.DependsOn = append(kept.DependsOn, on)
			}
		}
		dependencies = append(dependencies, kept)
	}
	b.Dependencies = dependencies
	return nil
}

// linked returns the modules in all binaries of the release, as NAME@VERSION, with Go's own library as std.
func (r release) linked() (map[string]bool, error) {
	binaries, err := filepath.Glob(filepath.Join(r.functions, "*", bootstrap))
	if err != nil {
		return nil, err
	}
	for _, p := range r.platforms {
		binaries = append(binaries, r.program(p))
	}
	modules := map[string]bool{}
	for _, binary := range binaries {
		info, err := buildinfo.ReadFile(binary)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", binary, err)
		}
		modules["std@"+info.GoVersion] = true
		for _, m := range info.Deps {
			modules[id(m)] = true
		}
	}
	return modules, nil
}

// id returns the module that was linked, which a replacement may be.
func id(m *debug.Module) string {
	if m.Replace != nil {
		m = m.Replace
	}
	return m.Path + "@" + m.Version
}
