package account

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
)

// The keys of a session's tags. The trust policy of a spoke's role allows these and no others.
const (
	ClusterTag = "eks-scaling:cluster"
	RunTag     = "eks-scaling:run"
)

// longestSession is the limit of STS for the name of a session.
const longestSession = 64

// SessionName returns the name of a run's sessions, by which CloudTrail tells the run of a call: the run's own name where STS takes
// it. Other characters become hyphens, and a long name ends in a part of its SHA-256.
func SessionName(run string) string {
	name := strings.Map(func(c rune) rune {
		if c < 128 && (isWord(byte(c)) || strings.ContainsRune("+=,.@-", c)) {
			return c
		}
		return '-'
	}, run)
	switch {
	case len(name) < 2: // too short for STS
		return "run-" + name
	case len(name) > longestSession:
		sum := sha256.Sum256([]byte(run))
		end := "-" + hex.EncodeToString(sum[:4])
		return name[:longestSession-len(end)] + end
	default:
		return name
	}
}

// tagCharacters are those of a tag's value besides letters, digits and spaces.
const tagCharacters = "_.:/=+-@"

// TagValue returns the value of a session's tag: the text, with hyphens for what STS refuses. Names of executions may have such
// characters, for example parentheses.
func TagValue(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.In(c, unicode.L, unicode.Z, unicode.N) || strings.ContainsRune(tagCharacters, c) {
			return c
		}
		return '-'
	}, text)
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// ExternalIDForm describes the external ids that STS accepts.
const ExternalIDForm = "2 to 1224 letters, digits and any of +=,.@:/-_"

// IsExternalID reports whether STS accepts a text as external id.
func IsExternalID(text string) bool {
	return 2 <= len(text) && len(text) <= 1224 && consistsOf(text, "+=,.@:/-")
}

// RoleNameForm describes the names of a spoke's role. IAM allows 64 characters, and the viewer's name is longer by "-viewer".
const RoleNameForm = "at most 57 letters, digits and any of +=,.@-_"

// IsRoleName reports whether a spoke's role may have this name.
func IsRoleName(text string) bool {
	return text != "" && len(text) <= 64-len(viewerSuffix) && consistsOf(text, "+=,.@-")
}

func consistsOf(text, marks string) bool {
	for i := range len(text) {
		if !isWord(text[i]) && strings.IndexByte(marks, text[i]) < 0 {
			return false
		}
	}
	return true
}
