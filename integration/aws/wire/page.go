package wire

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"strconv"
)

// Paging is what a request for a list says of the page it wants, and what the service allows.
type Paging struct {
	Token    string // of the page; empty for the first
	Size     int    // that is asked for; 0 when nothing was said
	Default  int    // the size where nothing was said
	Most     int    // the largest size
	BadToken string // the error type for a token that was not given
	BadSize  string // the error type for a size that cannot be; BadToken when it is empty
}

// Page is what a page of a list holds, and the token of the next page; empty when it is the last.
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
