package clock

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The functions take their time from one place, which is their main.go.
const (
	machines  = "time.Now"
	worlds    = "worldclock.FromEnv(time.Now)"
	ownImport = "\tworldclock \"eks-scaling-automation/integration/world/clock\"\n"
)

// Overlay writes the files for "go build -overlay" into a folder, so that programs follow a world's clock, and returns the
// overlay's file. Mains are the programs' main.go files; one that does not read the clock is unchanged.
func Overlay(dir string, mains ...string) (string, error) {
	replace := map[string]string{}
	for i, file := range mains {
		data, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		text := string(data)
		if !strings.Contains(text, machines) {
			continue
		}
		text = strings.ReplaceAll(text, machines, worlds)
		before, after, found := strings.Cut(text, "import (\n")
		if !found {
			return "", fmt.Errorf("%s: found no group of imports; want one, to add the world's clock to", file)
		}
		original, err := filepath.Abs(file)
		if err != nil {
			return "", err
		}
		copied := filepath.Join(dir, fmt.Sprintf("main%d.go.txt", i))
		if err := os.WriteFile(copied, []byte(before+"import (\n"+ownImport+after), 0o600); err != nil {
			return "", err
		}
		replace[original] = copied
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o600)
}
