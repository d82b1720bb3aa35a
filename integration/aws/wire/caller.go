package wire

import (
	"net/http"
	"strings"
)

// Caller holds the facts in a call's version 4 signature.
type Caller struct {
	Principal string // the caller's access key ID
	Region    string // the target region
	Service   string // that it is signed for, as "monitoring"
}

// CallerOf reads the caller from a request's signature: Credential=KEY/DATE/REGION/SERVICE/aws4_request. Ok is false without a
// signature.
func CallerOf(r *http.Request) (c Caller, ok bool) {
	_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	scope, _, _ = strings.Cut(scope, ",")
	parts := strings.Split(strings.TrimSpace(scope), "/")
	if len(parts) != 5 {
		return Caller{}, false
	}
	return Caller{parts[0], parts[2], parts[3]}, true
}
