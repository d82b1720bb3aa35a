package config

import (
	"regexp"
	"sync"
)

// notPlain is a text that readers of YAML 1.1 take for something else where it stands without quotes: for a truth value, or for
// a number to the base of 60.
var notPlain = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(y|yes|n|no|on|off)$|(^| )[0-9]{1,2}:[0-5][0-9]$`)
})

// NeedsQuotes says whether a text has to stand in quotes in a document, so that every reader of YAML takes it for the text that
// it is: such as on, No and 22:00. Those of which YAML 1.2 takes another view than a text, such as true and 7, are not meant.
func NeedsQuotes(text string) bool {
	return notPlain().MatchString(text)
}
