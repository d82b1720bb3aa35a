package permissions

import (
	"fmt"
	"strings"
)

// Mode says for which clusters the functions have permissions.
type Mode string

// The modes.
const (
	Configured Mode = "configured" // exactly those of the configuration: a new one needs a deployment
	Tagged     Mode = "tag"        // those with a tag
	All        Mode = "all"        // those of the account
)

// tagPrefix starts the text of [Tagged].
const tagPrefix = string(Tagged) + ":"

// Grant says for which clusters and node groups the functions have permissions.
type Grant struct {
	Mode
	TagKey, TagValue string // for [Tagged], of clusters and node groups
	Region           string // of the clusters, or a pattern such as *; not for [Configured]
	SpokeRole        string // the name of the role in other accounts; empty: none is assumed; not for [Configured]
}

// Parse reads what [Grant.String] writes: configured, all or tag:KEY=VALUE.
func Parse(text string) (Grant, error) {
	if m := Mode(text); m == Configured || m == All {
		return Grant{Mode: m}, nil
	}
	tag, tagged := strings.CutPrefix(text, tagPrefix)
	key, value, hasValue := strings.Cut(tag, "=")
	if !tagged || !hasValue || !isTag(key) || !isTag(value) {
		return Grant{}, fmt.Errorf("must be %s (the node groups of the configuration), %sKEY=VALUE (clusters and node groups with a tag) or %s "+
			"(those of the account), not %q", Configured, tagPrefix, All, text)
	}
	return Grant{Mode: Tagged, TagKey: key, TagValue: value}, nil
}

// OfStack returns the grant of a deployed stack, from its output. An older stack has none: its grant is [Configured].
func OfStack(output string) Grant {
	g, err := Parse(output)
	if err != nil {
		g.Mode = Configured
	}
	return g
}

// String returns the grant without regions and roles, such as tag:KEY=VALUE.
func (g Grant) String() string {
	if g.Mode == Tagged {
		return tagPrefix + g.TagKey + "=" + g.TagValue
	}
	return string(g.Mode)
}

// TagPattern is the pattern of a tag's key or value. A key with an equals sign, or a space in either, would have no text.
const TagPattern = `[A-Za-z0-9_.:/+@-]+`

// isTag reports whether a text matches [TagPattern].
func isTag(text string) bool {
	const others = "_.:/+@-"
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune(others, r)
	})
}
