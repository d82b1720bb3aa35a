package explore_test

import (
	"os"
	"runtime/debug"
	"testing"
)

// An exploration keeps most of what it allocates, so that collecting garbage as often as usual takes a third of its time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}
