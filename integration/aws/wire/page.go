package wire

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"strconv"
)

// Paging holds a list request's page parameters and the service's limits.
type Paging struct {
	Token    string // of the requested page; empty for the first
	Size     int    // the requested size; 0 for the default
	Default  int    // the default size
	Most     int    // the largest size
	BadToken string // the error type for an invalid token
	BadSize  string // the error type for an invalid size; BadToken if empty
}

// Page returns one page of a list, and the token of the next page; empty for the last.
func Page[T any](all []T, p Paging) (page []T, next string, err error) {
	size := p.Size
	if size == 0 {
		size = p.Default
	}
	if size < 1 || size > p.Most {
		return nil, "", Refuse(cmp.Or(p.BadSize, p.BadToken), fmt.Sprintf("a page of %d: want from 1 to %d", p.Size, p.Most))
	}
	first := 0
	if p.Token != "" {
		text, err := base64.URLEncoding.DecodeString(p.Token)
		if first, _ = strconv.Atoi(string(text)); err != nil || first < 1 || first > len(all) {
			return nil, "", Refuse(p.BadToken, fmt.Sprintf("the token %q is not one that was given", p.Token))
		}
	}
	last := min(first+size, len(all))
	if last < len(all) {
		next = base64.URLEncoding.EncodeToString([]byte(strconv.Itoa(last)))
	}
	return all[first:last], next, nil
}
