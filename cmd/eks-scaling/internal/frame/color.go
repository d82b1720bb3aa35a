package frame

import (
	"errors"
	"slices"
	"strings"
)

// ColorMode is the value of --color.
type ColorMode string

// The values of --color. A terminal shows colors by itself, unless NO_COLOR is set or TERM is dumb.
const (
	colorAuto   ColorMode = "auto"
	colorAlways ColorMode = "always"
	colorNever  ColorMode = "never"
)

// ColorModes are the values of --color.
var ColorModes = []string{string(colorAuto), string(colorAlways), string(colorNever)}

// Color reports whether a command may write colors to stdout. The flag wins over NO_COLOR and over a pipe. It knows the flag only when
// the command runs.
func (env Environment) Color() bool {
	if env.ColorMode == nil || *env.ColorMode == colorAuto {
		return env.AutoColor
	}
	return *env.ColorMode == colorAlways
}

// Set accepts the values of ColorModes.
func (m *ColorMode) Set(text string) error {
	if !slices.Contains(ColorModes, text) {
		return errors.New("use " + strings.Join(ColorModes, ", "))
	}
	*m = ColorMode(text)
	return nil
}

func (m *ColorMode) String() string { return string(*m) }

// Type names the kind of value in the help.
func (m *ColorMode) Type() string { return strings.Join(ColorModes, "|") }

// NewColorMode returns the default mode.
func NewColorMode() *ColorMode {
	m := colorAuto
	return &m
}
