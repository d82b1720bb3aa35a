package installcmd

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
)

// describedVersion matches what git describe says of a tagged history: v1.2.3, v1.2.3-rc.1 and v1.2.3-14-g0123abc.
var describedVersion = regexp.MustCompile(`^v?(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.]*[A-Za-z][0-9A-Za-z.]*?)?(?:-(\d+)-g[0-9a-f]+)?$`)

// compareVersions compares two versions. Comparable is false if one of them is no version, such as a commit.
func compareVersions(a, b string) (order int, comparable bool) {
	x, y := describedVersion.FindStringSubmatch(strings.TrimSuffix(a, "-dirty")), describedVersion.FindStringSubmatch(strings.TrimSuffix(b, "-dirty"))
	if x == nil || y == nil {
		return 0, false
	}
	for _, part := range []int{1, 2, 3} {
		if order = cmp.Compare(number(x[part]), number(y[part])); order != 0 {
			return order, true
		}
	}
	return cmp.Or(comparePreRelease(x[4], y[4]), cmp.Compare(number(x[5]), number(y[5]))), true
}

// comparePreRelease orders a release after its candidates.
func comparePreRelease(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == "":
		return 1
	case b == "":
		return -1
	}
	return cmp.Compare(a, b)
}

// number returns 0 for a missing part.
func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}
