package wire

import (
	"net/http"
	"strings"
)

// Caller is what a signature of version 4 tells of a call.
type Caller struct {
	Principal string // the access key id of who calls
	Region    string // that is meant
	Service   string // that it is signed for, as "monitoring"
}

// CallerOf reads who calls from a request's signature: Credential=KEY/DATE/REGION/SERVICE/aws4_request. Without a signature
// it is not ok.
func CallerOf(r *http.Request) (c Caller, ok bool) {
	_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	scope, _, _ = strings.Cut(scope, ",")
	parts := strings.Split(strings.TrimSpace(scope), "/")
	if len(parts) != 5 {
		return Caller{}, false
	}
	return Caller{parts[0], parts[2], parts[3]}, true
}
