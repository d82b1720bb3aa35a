package config

import (
	"regexp"
	"sync"
)

// notPlain matches unquoted text that YAML 1.1 reads as a boolean or as a base-60 number.
var notPlain = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(y|yes|n|no|on|off)$|(^| )[0-9]{1,2}:[0-5][0-9]$`)
})

// NeedsQuotes reports whether YAML 1.1 would misread a text without quotes, such as on, No and 22:00. It does not cover text that
// YAML 1.2 misreads too, such as true and 7.
func NeedsQuotes(text string) bool {
	return notPlain().MatchString(text)
}
