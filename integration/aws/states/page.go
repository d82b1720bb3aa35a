package states

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
)

const (
	usualPage    = 100
	largestPage  = 1000
	longestToken = 3096
)

// pageSize returns the maximum number of results; 0 requests the default.
func pageSize(maxResults int) (int, error) {
	switch {
	case maxResults < 0:
		return 0, constraint(quoted(fmt.Sprint(maxResults)), "maxResults", "Member must have value greater than or equal to 0")
	case maxResults > largestPage:
		return 0, constraint(quoted(fmt.Sprint(maxResults)), "maxResults", fmt.Sprintf("Member must have value less than or equal to %d", largestPage))
	case maxResults == 0:
		return usualPage, nil
	}
	return maxResults, nil
}

// pageToken marks where a list continues.
type pageToken struct {
	List string // identifies the list: a token is valid only for the rest of the same list
	From int    // a position that does not change when the list grows
}

func (t pageToken) text() *string {
	data, err := json.Marshal(t)
	if err != nil {
		panic(err) // a string and a number can always be written
	}
	return new(base64.StdEncoding.EncodeToString(data))
}

// readToken returns where a list continues; first without a token.
func readToken(token *string, list string, first, length int) (from int, err error) {
	if token == nil {
		return first, nil
	}
	if err := sized("nextToken", token, 1, longestToken); err != nil {
		return 0, err
	}
	var t pageToken
	data, err := base64.StdEncoding.DecodeString(*token)
	if err != nil || json.Unmarshal(data, &t) != nil || t.List != list || t.From < 0 || t.From >= length {
		return 0, invalidToken()
	}
	return t.From, nil
}

func invalidToken() error { return refused("InvalidToken", "Invalid Token: 'Invalid token'") }
