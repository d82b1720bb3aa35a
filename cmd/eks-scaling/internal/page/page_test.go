package page_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/page"
	"eks-scaling-automation/shared/run"
)

func TestTheSameReportGivesTheSamePage(t *testing.T) {
	t.Parallel()
	if a, b := written(t, sample(t, 2)), written(t, sample(t, 2)); a != b {
		t.Error("two pages of the same report differ")
	}
}

func TestThePageSaysWhatTheReportSays(t *testing.T) {
	t.Parallel()
	text := written(t, sample(t, 1))
	for _, want := range []string{
		"As of <time datetime=\"2026-11-24T10:10:00Z\">Tue 2026-11-24 07:10</time> (America/Sao_Paulo)", "Unhealthy: production-0/big has drifted",
		"<dt>Nodes now</dt><dd><b>29</b> <span>27 desired", `<th scope="row">big</th>`, `<span class="mark bad">drifted</span>`,
		"<td>11:30</td><td>normal</td>", "<td>override launch</td><td>batch 8, big 4, small 0</td>", "1 min 36 s", "By schedule (for Tue 07:10), took 2 min 8 s.",
		"EKS ended the update: no capacity", "<b>What to do:</b> Look at the node group", "Written by eks-scaling v1.2.0",
		"<dt>Saved</dt><dd><b>206.0</b> <span>node hours, 35 % of the baseline", "2026-11-24: 90.0 ran, 72.0 at the baseline;",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// maxBytes is the most that a page of ten clusters takes, each with three node groups and a week of changes.
const maxBytes = 200_000

func TestAPageOfTenClustersIsSmall(t *testing.T) {
	t.Parallel()
	if size := len(written(t, sample(t, 10))); size > maxBytes {
		t.Errorf("found %d bytes; want at most %d", size, maxBytes)
	}
}

// The page refers to nothing but the executions in the console, and those only when they are followed.
var (
	reference = regexp.MustCompile(`(?i)\b(?:src|srcset|action|data|poster|background|xlink:href)\s*=|url\(|@import`)
	link      = regexp.MustCompile(`<(\w+) [^>]*?href="([^"]*)"`)
)

func TestThePageLoadsNothing(t *testing.T) {
	t.Parallel()
	text := written(t, sample(t, 3))
	if found := reference.FindAllString(text, -1); found != nil {
		t.Errorf("found %q; want no reference", found)
	}
	for _, l := range link.FindAllStringSubmatch(text, -1) {
		if element, to := l[1], l[2]; element != "a" && to != "data:," && !strings.HasPrefix(to, "#") {
			t.Errorf("<%s> loads %s", element, to)
		}
	}
}

const nasty = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>{{.}}</style></title>` + "\u202e\x1b[31m"

// hostile sets every text of a value that people or AWS write. Enumerations and time zones stay.
func hostile(v reflect.Value) {
	switch v.Kind() { //nolint:exhaustive // the other kinds hold no text
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			hostile(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			hostile(v.Index(i))
		}
	case reflect.Struct:
		hostileFields(v)
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.String() != "" {
			v.SetString(nasty)
		}
	default:
	}
}

func hostileFields(v reflect.Value) {
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() && f.Name != "Timezone" && f.Type != reflect.TypeFor[time.Time]() {
			hostile(v.Field(i))
		}
	}
}

var tag = regexp.MustCompile(`<[^>]*>`)

// TestHostileTextIsInert compares the tags of two pages: text must not add any.
func TestHostileTextIsInert(t *testing.T) {
	t.Parallel()
	calm := sample(t, 2)
	r := sample(t, 2)
	hostile(reflect.ValueOf(&r))
	text := written(t, r)
	if strings.ContainsAny(text, "\u202e\x1b") {
		t.Error("the page has characters that hide or reorder text")
	}
	names := func(text string) (names []string) {
		for _, found := range tag.FindAllString(text[strings.Index(text, "</style>"):], -1) {
			name, _, _ := strings.Cut(strings.Trim(found, "</>"), " ")
			names = append(names, name)
		}
		return names
	}
	// A clipped label or another sort order of names may drop or move an element, but never adds a kind.
	known := names(written(t, calm))
	for _, name := range names(text) {
		if !slices.Contains(known, name) {
			t.Errorf("the page has a new element <%s>", name)
		}
	}
	for _, l := range link.FindAllStringSubmatch(text, -1) {
		if strings.Contains(l[2], "script:") {
			t.Errorf("found the link %q", l[2])
		}
	}
}

func TestALinkThatIsAScriptIsDropped(t *testing.T) {
	t.Parallel()
	r := sample(t, 1)
	r.Runs.Latest[0].Console = "javascript:alert(1)"
	if text := written(t, r); strings.Contains(text, "javascript:") {
		t.Error("the page has a link with a script")
	}
}

func TestChangesWithoutTimesHaveNoTimeline(t *testing.T) {
	t.Parallel()
	r := sample(t, 1)
	r.Runs.Latest = []page.Run{{Name: "old", Outcome: run.Succeeded, StartedAt: tuesday, Changes: []page.Change{{Unit: "production", Nodegroup: "big", Outcome: run.Succeeded, Goal: goal(5, 3)}}}}
	if text := written(t, r); strings.Contains(text, `class="wait"`) || !strings.Contains(text, "production/big") {
		t.Error("want the change, and no timeline")
	}
}
