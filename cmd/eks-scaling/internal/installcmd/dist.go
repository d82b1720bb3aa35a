package installcmd

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// The files of a distribution.
const (
	templateFile    = "eks-scaling.template.json"
	functionsFolder = "functions"
	checksumsFile   = "checksums.txt"
)

// distribution holds what a version deploys: the template, and the zips of the functions.
type distribution struct {
	template releasedTemplate
	zips     []codeZip // by name
}

// codeZip is the zip of a function.
type codeZip struct {
	name string // as decide
	data []byte
	sum  [sha256.Size]byte
}

// sum64 returns the checksum as S3 has it.
func (z codeZip) sum64() string { return base64.StdEncoding.EncodeToString(z.sum[:]) }

func (z codeZip) sumHex() string { return hex.EncodeToString(z.sum[:]) }

// openFolder opens a distribution in a folder.
func openFolder(dir string) (distribution, error) {
	d, err := readDistribution(os.DirFS(dir))
	if err != nil {
		return d, fmt.Errorf("--from %s: %w", dir, err)
	}
	return d, nil
}

// readDistribution reads a distribution, and refuses one whose files do not belong together.
func readDistribution(files fs.FS) (distribution, error) {
	text, err := fs.ReadFile(files, templateFile)
	if errors.Is(err, fs.ErrNotExist) {
		return distribution{}, errors.New("found no " + templateFile + ": use a folder that make dist has written, or the files of a release")
	}
	if err != nil {
		return distribution{}, err
	}
	d := distribution{}
	if d.template, err = parseTemplate(text); err != nil {
		return d, err
	}
	if d.zips, err = readZips(files); err != nil {
		return d, err
	}
	if err := checkSums(files, d, text); err != nil {
		return d, err
	}
	return d, d.checkCode()
}

func readZips(files fs.FS) ([]codeZip, error) {
	paths, err := fs.Glob(files, functionsFolder+"/*.zip")
	if err != nil {
		return nil, err
	}
	var zips []codeZip
	for _, p := range paths {
		data, err := fs.ReadFile(files, p)
		if err != nil {
			return nil, err
		}
		zips = append(zips, codeZip{strings.TrimSuffix(path.Base(p), ".zip"), data, sha256.Sum256(data)})
	}
	return zips, nil
}

// checkSums compares the files with checksums.txt, if there is one.
func checkSums(files fs.FS, d distribution, template []byte) error {
	list, err := fs.ReadFile(files, checksumsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	listed := readChecksums(list)
	sum := sha256.Sum256(template)
	found := map[string]string{templateFile: hex.EncodeToString(sum[:])}
	for _, z := range d.zips {
		found[functionsFolder+"/"+z.name+".zip"] = z.sumHex()
	}
	for name, sum := range found {
		if listed[name] != sum {
			return fmt.Errorf("%s does not match %s: the download is damaged or mixed; get all files of one release again", name, checksumsFile)
		}
	}
	return nil
}

// readChecksums reads the format of sha256sum.
func readChecksums(list []byte) map[string]string {
	sums := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(list)); lines.Scan(); {
		if sum, name, ok := strings.Cut(lines.Text(), " "); ok {
			sums[strings.TrimLeft(name, " *")] = sum
		}
	}
	return sums
}

// checkCode compares the zips with the functions of the template: each has its zip, and the checksum that the template names.
func (d distribution) checkCode() error {
	for _, f := range d.template.functions() {
		i := slices.IndexFunc(d.zips, func(z codeZip) bool { return z.name == f.zip })
		switch {
		case i < 0:
			return fmt.Errorf("found no %s/%s.zip, which the template deploys: get all files of one release", functionsFolder, f.zip)
		case f.sum != "" && f.sum != d.zips[i].sumHex():
			return fmt.Errorf("%s/%s.zip is not the one of %s: get both from the same release", functionsFolder, f.zip, templateFile)
		}
	}
	return nil
}

// fingerprint identifies the code of all functions, in 8 characters.
func (d distribution) fingerprint() string {
	all := sha256.New()
	for _, z := range d.zips {
		all.Write(z.sum[:])
	}
	const length = 8
	return hex.EncodeToString(all.Sum(nil))[:length]
}

// version returns the version of the distribution.
func (d distribution) version() string { return cmp.Or(d.template.version(), "unknown") }
