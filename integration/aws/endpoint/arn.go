package endpoint

import "strings"

// arn holds the parts of an ARN: arn:aws:service:region:account:name.
type arn struct{ service, region, account, name string }

// arnOf reads an ARN; the zero value if it is invalid.
func arnOf(text string) arn {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return arn{}
	}
	return arn{parts[2], parts[3], parts[4], parts[5]}
}
