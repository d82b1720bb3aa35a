package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// release says what to pack.
type release struct {
	version   string
	date      time.Time // of the commit: the time of all files in archives
	platforms []platform
	programs  string // folder with OS-ARCH/eks-scaling
	functions string // folder with FUNCTION/bootstrap and FUNCTION.zip
	files     string // folder with what the released tool embeds
	docs      string // folder with man pages, completions and the schema
	out       string
	nfpm      string // the packager; see [release.packages]
	sbom      string // what cyclonedx-gomod says of the module
}

// platform is a target of the command line tool.
type platform struct{ os, arch string }

func (p platform) String() string { return p.os + "_" + p.arch }

// program returns the tool's file name.
func (p platform) program() string {
	if p.os == "windows" {
		return "eks-scaling.exe"
	}
	return "eks-scaling"
}

// pack writes a release into an empty folder.
func pack(args []string) error {
	r, err := readRelease(args)
	if err != nil {
		return err
	}
	for _, step := range []func() error{r.copyFiles, r.bundle, r.archives, r.packages, r.writeSBOM, r.writeChecksums} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func readRelease(args []string) (release, error) {
	var r release
	var date, platforms string
	flags := flag.NewFlagSet("dist pack", flag.ContinueOnError)
	flags.StringVar(&r.version, "version", "", "version; unknown if empty")
	flags.StringVar(&date, "date", "", "date of the commit, RFC 3339; 1980 if empty")
	flags.StringVar(&platforms, "platforms", "", "OS/ARCH of each command line tool, with spaces between them")
	flags.StringVar(&r.programs, "programs", "build/release", "folder with the command line tools")
	flags.StringVar(&r.functions, "functions", "build/functions", "folder with the functions")
	flags.StringVar(&r.files, "files", "cmd/eks-scaling/internal/release/files", "folder with what the tools embed")
	flags.StringVar(&r.docs, "docs", "build/release/docs", "folder with man pages, completions and schema")
	flags.StringVar(&r.out, "out", "dist", "folder for the release")
	flags.StringVar(&r.nfpm, "nfpm", "", "command that runs nfpm")
	flags.StringVar(&r.sbom, "sbom", "", "file with the SBOM of the module, by cyclonedx-gomod")
	if err := flags.Parse(args); err != nil {
		return r, err
	}
	r.version = cmp.Or(r.version, "unknown")
	r.date = earliest
	if date != "" {
		parsed, err := time.Parse(time.RFC3339, date)
		if err != nil {
			return r, fmt.Errorf("invalid -date %q: use RFC 3339", date)
		}
		r.date = parsed.UTC()
	}
	for name := range strings.FieldsSeq(platforms) {
		system, arch, ok := strings.Cut(name, "/")
		if !ok {
			return r, fmt.Errorf("invalid platform %q: use OS/ARCH, for example linux/arm64", name)
		}
		r.platforms = append(r.platforms, platform{system, arch})
	}
	return r, nil
}

// copyFiles copies what the tools embed, and the schema.
func (r release) copyFiles() error {
	if err := os.CopyFS(r.out, os.DirFS(r.files)); err != nil {
		return err
	}
	schema, err := os.ReadFile(filepath.Join(r.docs, "schema.json"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.out, "schema.json"), schema, readable)
}

// bundle packs what people need who deploy without the tool, for example with Terraform. Its name has no platform.
func (r release) bundle() error {
	entries, err := readFolder(r.files, ".")
	if err != nil {
		return err
	}
	packed, err := zipped(entries, r.date)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.out, "eks-scaling_"+r.version+bundled), packed, readable)
}

// bundled is the end of the bundle's name.
const bundled = "_stack.zip"

// name returns the name of a file of the release for a platform.
func (r release) name(p platform, extension string) string {
	return filepath.Join(r.out, "eks-scaling_"+r.version+"_"+p.String()+extension)
}
