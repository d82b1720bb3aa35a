package page_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a browser may take for a test.
const patience = 2 * time.Minute

func marshal(t *testing.T, value any) json.RawMessage {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// start starts a browser with an empty profile. It ends with the test.
func start(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(*browser), chromedp.UserDataDir(t.TempDir()), chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, end := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(end)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	return ctx
}

// observed is what a page does while it is open.
type observed struct {
	guard    sync.Mutex
	requests []string
	said     []string // in the console
}

func (o *observed) note(event any) {
	o.guard.Lock()
	defer o.guard.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		o.requests = append(o.requests, e.Request.URL)
	case *runtime.EventConsoleAPICalled:
		o.said = append(o.said, fmt.Sprintf("%s %v", e.Type, e.Args))
	case *runtime.EventExceptionThrown:
		o.said = append(o.said, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		o.said = append(o.said, e.Entry.Text)
	}
}

// look is how a page is looked at.
type look struct {
	width  int64
	scheme string // light or dark
}

func (l look) String() string { return fmt.Sprintf("%s at %d pixels", l.scheme, l.width) }

var looks = []look{{360, "light"}, {360, "dark"}, {1600, "light"}, {1600, "dark"}}

// open opens a file as it is looked at.
func open(t *testing.T, file string, l look) (context.Context, *observed) {
	t.Helper()
	ctx, seen := start(t), &observed{}
	if err := chromedp.Listen(ctx, seen.note); err != nil {
		t.Fatal(err)
	}
	media(t, ctx, "screen", l.scheme)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(l.width, 900), chromedp.Navigate("file://"+file)); err != nil {
		t.Fatal(err)
	}
	return ctx, seen
}

// media sets what the page is shown on, and the preferred colors.
func media(t *testing.T, ctx context.Context, kind, scheme string) { //nolint:revive // a test helper begins with the test
	t.Helper()
	params := emulation.SetEmulatedMediaParams{Media: kind, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, params); err != nil {
		t.Fatal(err)
	}
}

// ask evaluates a function in the page.
func ask[T any](t *testing.T, ctx context.Context, function string) T { //nolint:revive // a test helper begins with the test
	t.Helper()
	answer, err := chromedp.Run(ctx, chromedp.Evaluate[T]("("+strings.TrimSpace(function)+")()"))
	if err != nil {
		t.Fatal(err)
	}
	return answer
}
