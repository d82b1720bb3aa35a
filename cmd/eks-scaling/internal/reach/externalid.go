package reach

import (
	"crypto/rand"
	"strings"
)

// NewExternalID returns a random external id for the spokes of a hub.
func NewExternalID() string { return "hub-" + strings.ToLower(rand.Text()) }
