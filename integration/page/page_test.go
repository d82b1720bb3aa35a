package page_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestThePageIsReadable(t *testing.T) {
	skipWithoutBrowser(t)
	file := written(t)
	for _, l := range looks {
		t.Run(l.String(), func(t *testing.T) {
			ctx, seen := open(t, file, l)
			for what, function := range map[string]string{
				"wider than the screen": tooWide, "hard to see": lowContrast, "small": tooSmall, "cut off": cutOff,
			} {
				if found := ask[[]string](t, ctx, function); len(found) > 0 {
					t.Errorf("%s:\n%s", what, strings.Join(found[:min(len(found), 20)], "\n"))
				}
			}
			seen.guard.Lock()
			defer seen.guard.Unlock()
			if len(seen.said) > 0 {
				t.Errorf("the console says %q", seen.said)
			}
			others := slices.DeleteFunc(slices.Clone(seen.requests), func(url string) bool { return url == "file://"+file || strings.HasPrefix(url, "data:") })
			if len(others) > 0 || len(seen.requests) == 0 {
				t.Errorf("it requests %q; want only its own file", seen.requests)
			}
		})
	}
}

func TestTextIsInert(t *testing.T) {
	skipWithoutBrowser(t)
	file := written(t)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "&lt;script&gt;") {
		t.Fatal("the page lacks the reason that tries to be a script")
	}
	ctx, _ := open(t, file, looks[0])
	title := ask[string](t, ctx, `() => document.title`)
	if title != "Node group scaling: EksScaling, sa-east-1" {
		t.Errorf("the title is %q", title)
	}
	if found := ask[int](t, ctx, `() => document.querySelectorAll("script, img, iframe, object, embed, form, [onerror], [onclick]").length`); found > 0 {
		t.Errorf("found %d elements that could do something; want none", found)
	}
	if shown := ask[bool](t, ctx, `() => document.body.innerText.includes("<script>document.title")`); !shown {
		t.Error("the reason is not shown as text")
	}
}

func TestThePageHasAnOutline(t *testing.T) {
	skipWithoutBrowser(t)
	ctx, _ := open(t, written(t), looks[0])
	if wrong := ask[[]string](t, ctx, outline); len(wrong) > 0 {
		t.Error(strings.Join(wrong, "\n"))
	}
}

func TestThePagePrintsItsTables(t *testing.T) {
	skipWithoutBrowser(t)
	ctx, _ := open(t, written(t), looks[2])
	const shown = `() => [...document.querySelectorAll(".steps")].filter(table => table.checkVisibility()).length`
	if open := ask[int](t, ctx, shown); open > 0 {
		t.Fatalf("%d tables of the week are open; want none on a screen", open)
	}
	media(t, ctx, "print", "light")
	if printed, want := ask[int](t, ctx, shown), ask[int](t, ctx, `() => document.querySelectorAll(".steps").length`); printed != want || want == 0 {
		t.Errorf("%d of %d tables of the week are printed", printed, want)
	}
	pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF())
	if err != nil || len(pdf) == 0 {
		t.Errorf("it does not print: %d bytes, %v", len(pdf), err)
	}
}

// maxPicture keeps the README fast.
const maxPicture = 150_000

// TestPicture draws the picture for the README, if it is asked for.
func TestPicture(t *testing.T) {
	skipWithoutBrowser(t)
	if *picture == "" {
		t.Skip("needs -picture; run: make pictures")
	}
	file := filepath.Join(t.TempDir(), "report.html")
	story{file: file, name: "web", reason: "product launch"}.write(t)
	ctx, _ := open(t, file, look{1120, "light"})
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1120, 1260)); err != nil {
		t.Fatal(err)
	}
	image, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if len(image) > maxPicture {
		t.Errorf("the picture has %d bytes; want at most %d", len(image), maxPicture)
	}
	if err := os.WriteFile(*picture, image, 0o600); err != nil {
		t.Fatal(err)
	}
}
