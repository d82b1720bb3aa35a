package config

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// The forms of names, for messages.
const (
	eksNameForm = "at most 100 letters, digits, - and _, with a letter or digit first"
	nameForm    = "at most 100 letters, digits, ., - and _, with a letter or digit first"
	regionForm  = `an AWS region, for example "sa-east-1"`
)

// CheckClusterName refuses invalid names of EKS clusters.
func CheckClusterName(name string) error {
	return check(isEKSName, "cluster name", name, eksNameForm)
}

// CheckRegion refuses text that does not have the form of an AWS region. It does not check that the region exists.
func CheckRegion(name string) error {
	return check(isRegion, "region", name, regionForm)
}

// CheckOverrideName refuses invalid names of overrides.
func CheckOverrideName(name string) error {
	return check(isEntityName, "override name", name, nameForm)
}

// CheckScheduleName refuses invalid names of schedules.
func CheckScheduleName(name string) error {
	return check(isEntityName, "schedule name", name, nameForm)
}

func check(form func(string) bool, what, text, use string) error {
	if !form(text) {
		return fmt.Errorf("invalid %s %q: use %s", what, text, use)
	}
	return nil
}

// The forms below are checked by hand, or compiled at first use: every function would compile a package's regular expressions
// each time it starts, and a counted repetition such as {0,99} is slow to compile.

// isEKSName matches ^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$.
func isEKSName(text string) bool {
	return isName(text, "_-")
}

// isEntityName matches ^[0-9A-Za-z][0-9A-Za-z_.-]{0,99}$.
func isEntityName(text string) bool {
	return isName(text, "_.-")
}

// longestName is EKS's limit, and the limit of this product's own names.
const longestName = 100

// isName accepts letters and digits and, after the first character, the given marks.
func isName(text, marks string) bool {
	if text == "" || len(text) > longestName || !isLetterOrDigit(text[0]) {
		return false
	}
	for i := 1; i < len(text); i++ {
		if !isLetterOrDigit(text[i]) && strings.IndexByte(marks, text[i]) < 0 {
			return false
		}
	}
	return true
}

func isLetterOrDigit(c byte) bool {
	return isDigit(c) || isLower(c) || 'A' <= c && c <= 'Z'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

// isRegion matches ^[a-z]{2}(-[a-z]+)+-[0-9]+$.
func isRegion(text string) bool {
	parts := strings.Split(text, "-")
	last := len(parts) - 1
	if last < 2 || len(parts[0]) != 2 || !all(parts[last], isDigit) {
		return false
	}
	for _, part := range parts[:last] {
		if !all(part, isLower) {
			return false
		}
	}
	return true
}

// all reports whether a text has at least one byte and consists only of bytes of one kind.
func all(text string, kind func(byte) bool) bool {
	for i := range len(text) {
		if !kind(text[i]) {
			return false
		}
	}
	return text != ""
}

// isText matches ^.{1,LIMIT}$: one line of at most LIMIT characters. An invalid byte counts as one character, as in regular
// expressions.
func isText(limit int) func(string) bool {
	return func(text string) bool {
		return text != "" && !strings.Contains(text, "\n") && utf8.RuneCountInString(text) <= limit
	}
}

var roleARN = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$`)
})

func isRoleARN(text string) bool {
	return roleARN().MatchString(text)
}
