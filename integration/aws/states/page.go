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

// pageSize is how many results a request gets at most; 0 asks for the usual number.
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

// pageToken says where a list goes on.
type pageToken struct {
	List string // what is listed, and how: a token is good for the rest of the same list only
	From int    // a place in it that stays the same when the list grows
}

func (t pageToken) text() *string {
	data, err := json.Marshal(t)
	if err != nil {
		panic(err) // a string and a number can always be written
	}
	return new(base64.StdEncoding.EncodeToString(data))
}

// readToken is where a request wants a list of so many to go on; first if it has no token.
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
